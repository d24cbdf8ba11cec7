// SPDX-License-Identifier: MIT
// Reads a cpio archive in the form "newc" (cpio(5)), entry by entry. Nothing in it is trusted.
//
//   [ header: 110 characters ][ name, zero ][ to 4 ][ data ][ to 4 ]  [ header ] ...  TRAILER!!!
#pragma once

#include <boot/decode/fault.hpp>
#include <span>
#include <string_view>

namespace boot {

using base::u32;
using base::u64;
using base::u8;

struct ArchiveEntry {
  std::string_view name;  // without "./" or "/" in front
  std::span<const u8> data;
  bool regular_file = false;
};

class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const u8> archive) : archive_(archive) {}

  // Reads one entry. False: that was the trailer, and `entry` is untouched.
  Result<bool> next(ArchiveEntry& entry);

  // Where the entry begins that was read last, or whose reading failed.
  [[nodiscard]] u64 position() const { return position_; }

 private:
  std::span<const u8> archive_;
  u64 position_ = 0;
  u64 following_ = 0;
};

// Does the archive end in a trailer, as each one does that has not been cut? Looks at its end only.
Result<void> check_end(std::span<const u8> archive);

// Finds files by name; `found[i]` belongs to `names[i]` and has no data() if there is none. Stops
// as soon as it has them all, so files that stand in front are found in time that does not depend
// on the archive's size. On a fault `position` says where.
Result<void> find_files(std::span<const u8> archive, std::span<const std::string_view> names,
                        std::span<std::span<const u8>> found, u64& position);

}  // namespace boot
