// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstring>
#include <user/tools/kit/sha256.hpp>

namespace kit {

namespace {

// The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
constexpr u32 constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

u32 big_endian(const u8* bytes) {
  u32 value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return __builtin_bswap32(value);
}

}  // namespace

void Sha256::add_block(const u8* block) {
  u32 schedule[64];
  for (u64 i = 0; i < 16; ++i) schedule[i] = big_endian(block + 4 * i);
  for (u64 i = 16; i < 64; ++i) {
    const u32 x = schedule[i - 15];
    const u32 y = schedule[i - 2];
    const u32 small_x = std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3;
    const u32 small_y = std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10;
    schedule[i] = schedule[i - 16] + small_x + schedule[i - 7] + small_y;
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (u64 i = 0; i < 64; ++i) {
    const u32 big_e = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const u32 first = h + big_e + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
    const u32 big_a = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const u32 second = big_a + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  const u32 added[] = {a, b, c, d, e, f, g, h};
  for (u64 i = 0; i < state_.size(); ++i) state_[i] += added[i];
}

void Sha256::add(std::span<const u8> bytes) {
  const u64 start = length_ % block_bytes;
  length_ += bytes.size();
  if (start != 0) {
    const u64 count = std::min(block_bytes - start, bytes.size());
    std::memcpy(started_.data() + start, bytes.data(), count);
    bytes = bytes.subspan(count);
    if (start + count != block_bytes) return;
    add_block(started_.data());
  }
  for (; bytes.size() >= block_bytes; bytes = bytes.subspan(block_bytes)) add_block(bytes.data());
  if (!bytes.empty()) std::memcpy(started_.data(), bytes.data(), bytes.size());
}

Sha256::Digest Sha256::finish() {
  // A one bit, zeroes, and the length in bits in the last eight bytes of a block (5.1.1).
  const u64 bits = length_ * 8;
  u8 padding[block_bytes + 8] = {0x80};
  const u64 used = length_ % block_bytes;
  const u64 zeroes = (used < 56 ? 56 : 120) - used;
  for (u64 i = 0; i < 8; ++i) padding[zeroes + i] = static_cast<u8>(bits >> (56 - 8 * i));
  add({padding, zeroes + 8});
  Digest digest{};
  for (u64 i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<u8>(state_[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

}  // namespace kit
