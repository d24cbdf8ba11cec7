// SPDX-License-Identifier: MIT
// The archive that boots with the kernel, with the faults that boot reports.
#pragma once

#include <base/cpio.hpp>
#include <boot/decode/fault.hpp>
#include <span>
#include <string_view>

namespace boot {

using base::u32;
using base::u64;
using base::u8;

using ArchiveEntry = base::CpioEntry;

class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const u8> archive) : reader_(archive) {}

  // Reads one entry. False: that was the trailer, and `entry` is untouched.
  Result<bool> next(ArchiveEntry& entry);

  // Where the entry begins that was read last, or whose reading failed.
  [[nodiscard]] u64 position() const { return reader_.position(); }

 private:
  base::CpioReader reader_;
};

// Does the archive end in a trailer, as each one does that has not been cut? Looks at its end only.
Result<void> check_end(std::span<const u8> archive);

// Finds files by name; `found[i]` belongs to `names[i]` and has no data() if there is none. Stops
// as soon as it has them all, so files that stand in front are found in time that does not depend
// on the archive's size. On a fault `position` says where.
Result<void> find_files(std::span<const u8> archive, std::span<const std::string_view> names,
                        std::span<std::span<const u8>> found, u64& position);

}  // namespace boot
