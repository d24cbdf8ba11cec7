// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstring>
#include <servers/vfs/devices/random.hpp>

namespace vfs {

namespace {

using base::u32;
using base::u64;
using base::u8;

constexpr unsigned double_rounds = 10;
constexpr u64 key_words = 8;
constexpr u64 first_key_word = 4;
constexpr u64 counter_word = 12;

// "expand 32-byte k", the key, the block's number, and a nonce that is never needed.
constinit u32 state[16] = {0x6170'7865, 0x3320'646e, 0x7962'2d32, 0x6b20'6574};

void quarter_round(u32& a, u32& b, u32& c, u32& d) {
  a += b, d = std::rotl(d ^ a, 16);
  c += d, b = std::rotl(b ^ c, 12);
  a += b, d = std::rotl(d ^ a, 8);
  c += d, b = std::rotl(b ^ c, 7);
}

void next_block(std::span<u32, 16> block) {
  chacha20_block(state, block);
  ++state[counter_word];
}

}  // namespace

void chacha20_block(std::span<const u32, 16> from, std::span<u32, 16> x) {
  std::ranges::copy(from, x.begin());
  for (unsigned i = 0; i < double_rounds; ++i) {
    for (u64 k = 0; k < 4; ++k) quarter_round(x[k], x[k + 4], x[k + 8], x[k + 12]);
    for (u64 k = 0; k < 4; ++k)
      quarter_round(x[k], x[4 + (k + 1) % 4], x[8 + (k + 2) % 4], x[12 + (k + 3) % 4]);
  }
  for (u64 i = 0; i < 16; ++i) x[i] += from[i];
}

void seed_random(std::span<const u64, 2> seed) {
  std::memcpy(&state[first_key_word], seed.data(), seed.size_bytes());
}

void fill_random(std::span<u8> to) {
  u32 block[16];
  while (!to.empty()) {
    next_block(block);
    const u64 count = std::min(to.size(), sizeof block);
    std::memcpy(to.data(), block, count);
    to = to.subspan(count);
  }
  next_block(block);
  std::copy(block, block + key_words, &state[first_key_word]);
  state[counter_word] = 0;
}

}  // namespace vfs
