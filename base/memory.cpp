// SPDX-License-Identifier: MIT
// The functions that compilers and string_view call without being asked. By words where both sides
// allow it; general registers only, because the kernel and servers leave FP state alone.
#include <base/units.hpp>
#include <cstddef>

namespace {

using base::u64;
using base::u8;

struct [[gnu::may_alias, gnu::packed]] Word {
  u64 value;
};

// Unaligned loads and stores are fine in normal memory, which is all that these may be used on.
u64 load(const u8* from) { return reinterpret_cast<const Word*>(from)->value; }
void store(u8* to, u64 value) { reinterpret_cast<Word*>(to)->value = value; }

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
  for (; count >= 16; count -= 16, out += 16, in += 16) {
    const u64 first = load(in);
    const u64 second = load(in + 8);
    store(out, first);
    store(out + 8, second);
  }
  for (; count != 0; --count) *out++ = *in++;
  return to;
}

void* memmove(void* to, const void* from, std::size_t count) {
  auto* out = static_cast<u8*>(to);
  const auto* in = static_cast<const u8*>(from);
  if (out <= in || out >= in + count) {
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
  for (; count >= 16; count -= 16, out += 16) {
    store(out, pattern);
    store(out + 8, pattern);
  }
  for (; count != 0; --count) *out++ = static_cast<u8>(byte);
  return to;
}

int memcmp(const void* a, const void* b, std::size_t count) {
  const auto* left = static_cast<const u8*>(a);
  const auto* right = static_cast<const u8*>(b);
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
