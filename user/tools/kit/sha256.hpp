// SPDX-License-Identifier: MIT
// SHA-256 as FIPS 180-4 has it.
#pragma once

#include <array>
#include <base/units.hpp>
#include <span>

namespace kit {

using base::u32;
using base::u64;
using base::u8;

class Sha256 {
 public:
  using Digest = std::array<u8, 32>;

  void add(std::span<const u8> bytes);
  // Of all that was added; afterwards nothing can be.
  Digest finish();

 private:
  static constexpr u64 block_bytes = 64;

  void add_block(const u8* block);

  std::array<u32, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  u64 length_ = 0;  // in bytes
  // The start of a block whose rest has not come yet: length_ % block_bytes of it.
  std::array<u8, block_bytes> started_{};
};

}  // namespace kit
