// SPDX-License-Identifier: MIT
// Reads a cpio archive in the form "newc" (cpio(5)), entry by entry. Nothing in it is trusted.
//
//   [ header: 110 characters ][ name, zero ][ to 4 ][ data ][ to 4 ]  [ header ] ...  TRAILER!!!
#pragma once

#include <base/result.hpp>
#include <base/units.hpp>
#include <span>
#include <string_view>

namespace base {

enum class CpioFault : u8 {
  none,
  not_newc,
  truncated,
  field_damaged,
  name_damaged,
};

// The name of the entry behind the last one.
inline constexpr std::string_view archive_trailer = "TRAILER!!!";

struct ArchiveEntry {
  std::string_view name;  // without "./" or "/" in front
  std::span<const u8> data;
  bool regular_file = false;
  u32 mode = 0;      // kind and permissions (cpio(5))
  u32 links = 0;     // more than one: other entries may be the same file
  u32 modified = 0;  // seconds since 1970
};

// What an entry is: the upper bits of its mode.
inline constexpr u32 archive_kind_mask = 0170000;
inline constexpr u32 archive_file = 0100000;
inline constexpr u32 archive_directory = 0040000;
inline constexpr u32 archive_symbolic_link = 0120000;

class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const u8> archive) : archive_(archive) {}

  // Reads one entry. False: that was the trailer, and `entry` is untouched.
  Result<bool, CpioFault> next(ArchiveEntry& entry);

  // Where the entry begins that was read last, or whose reading failed.
  [[nodiscard]] u64 position() const { return position_; }

 private:
  std::span<const u8> archive_;
  u64 position_ = 0;
  u64 following_ = 0;
};

}  // namespace base
