// SPDX-License-Identifier: MIT
// The functions that compilers and string_view call without being asked. By words where both sides
// allow it; general registers only, because the kernel and servers leave FP state alone.
#include <base/units.hpp>
#include <cstddef>

namespace {

using base::u16;
using base::u32;
using base::u64;
using base::u8;

template <class T>
struct [[gnu::may_alias, gnu::packed]] Unaligned {
  T value;
};

// Unaligned loads and stores are fine in normal memory, which is all that these may be used on.
template <class T = u64>
T load(const u8* from) {
  return reinterpret_cast<const Unaligned<T>*>(from)->value;
}
template <class T = u64>
void store(u8* to, T value) {
  reinterpret_cast<Unaligned<T>*>(to)->value = value;
}

// One step of a tail: what is left is less than twice as long as a T.
template <class T>
void copy_if_left(u8*& out, const u8*& in, std::size_t count) {
  if ((count & sizeof(T)) == 0) return;
  store(out, load<T>(in));
  out += sizeof(T);
  in += sizeof(T);
}
template <class T>
void set_if_left(u8*& out, u64 pattern, std::size_t count) {
  if ((count & sizeof(T)) == 0) return;
  store(out, static_cast<T>(pattern));
  out += sizeof(T);
}

constexpr std::size_t block = 64;

}  // namespace

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, std::size_t count);
void* memmove(void* to, const void* from, std::size_t count);
void* memset(void* to, int byte, std::size_t count);
int memcmp(const void* a, const void* b, std::size_t count);
std::size_t strlen(const char* text);

void* memcpy(void* __restrict to, const void* __restrict from, std::size_t count) {
  auto* out = static_cast<u8*>(to);
  const auto* in = static_cast<const u8*>(from);
  // All loads before all stores, so that they pair.
  for (; count >= block; count -= block, out += block, in += block) {
    const u64 a = load(in), b = load(in + 8), c = load(in + 16), d = load(in + 24);
    const u64 e = load(in + 32), f = load(in + 40), g = load(in + 48), h = load(in + 56);
    store(out, a), store(out + 8, b), store(out + 16, c), store(out + 24, d);
    store(out + 32, e), store(out + 40, f), store(out + 48, g), store(out + 56, h);
  }
  for (; count >= 16; count -= 16, out += 16, in += 16) {
    const u64 first = load(in);
    const u64 second = load(in + 8);
    store(out, first);
    store(out + 8, second);
  }
  copy_if_left<u64>(out, in, count);
  copy_if_left<u32>(out, in, count);
  copy_if_left<u16>(out, in, count);
  copy_if_left<u8>(out, in, count);
  return to;
}

void* memmove(void* to, const void* from, std::size_t count) {
  auto* out = static_cast<u8*>(to);
  const auto* in = static_cast<const u8*>(from);
  if (out + count <= in || out >= in + count) return memcpy(to, from, count);
  if (out <= in) {
    // Forward is safe even when they overlap: nothing is read after it has been overwritten,
    // because each step reads before it writes and `out` stays behind `in`.
    for (; count != 0; --count) *out++ = *in++;
    return to;
  }
  for (; count != 0; --count) out[count - 1] = in[count - 1];
  return to;
}

void* memset(void* to, int byte, std::size_t count) {
  auto* out = static_cast<u8*>(to);
  const u64 pattern = u64{0x0101010101010101} * static_cast<u8>(byte);
  for (; count >= block; count -= block, out += block)
    for (std::size_t i = 0; i < block; i += sizeof pattern) store(out + i, pattern);
  for (; count >= 16; count -= 16, out += 16) {
    store(out, pattern);
    store(out + 8, pattern);
  }
  set_if_left<u64>(out, pattern, count);
  set_if_left<u32>(out, pattern, count);
  set_if_left<u16>(out, pattern, count);
  set_if_left<u8>(out, pattern, count);
  return to;
}

int memcmp(const void* a, const void* b, std::size_t count) {
  const auto* left = static_cast<const u8*>(a);
  const auto* right = static_cast<const u8*>(b);
  // Where words differ, the loop below finds out how.
  for (; count >= 8 && load(left) == load(right); count -= 8, left += 8, right += 8) {
  }
  if (count >= 4 && load<u32>(left) == load<u32>(right)) count -= 4, left += 4, right += 4;
  for (; count != 0; --count, ++left, ++right)
    if (*left != *right) return *left < *right ? -1 : 1;
  return 0;
}

std::size_t strlen(const char* text) {
  std::size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}
}
