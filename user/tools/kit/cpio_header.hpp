// SPDX-License-Identifier: MIT
// An entry's header in an archive of the form "newc" (cpio(5)), as it stands in a stream. Whole
// archives in memory are read by base/cpio.hpp.
//
//   [ header: 110 characters ][ name, zero ][ to 4 ][ data ][ to 4 ]  [ header ] ...  TRAILER!!!
#pragma once

#include <base/cpio.hpp>
#include <optional>

namespace kit {

using base::u32;
using base::u64;

struct CpioHeader {
  static constexpr u64 bytes = 110;

  u32 id = 0;  // the same for names of the same file
  u32 mode = 0;
  u32 links = 1;
  u32 modified = 0;  // seconds since 1970
  u32 size = 0;
  u32 name_bytes = 0;  // with the zero behind it

  void write(std::span<char, bytes> to) const;
  // Nothing: it is none.
  static std::optional<CpioHeader> read(std::span<const char, bytes> from);

  // What stands behind the name and behind the data, up to a multiple of four.
  [[nodiscard]] u64 name_padding() const { return (4 - (bytes + name_bytes) % 4) % 4; }
  [[nodiscard]] u64 data_padding() const { return (4 - size % 4) % 4; }
};

}  // namespace kit
