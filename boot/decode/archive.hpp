// SPDX-License-Identifier: MIT
// What boot/ wants of the archive that it is given (base/cpio.hpp): some files of it, and its end.
#pragma once

#include <boot/decode/fault.hpp>
#include <span>
#include <string_view>

namespace boot {

using base::u64;
using base::u8;

// Does the archive end in a trailer, as each one does that has not been cut? Looks at its end only.
Result<void> check_end(std::span<const u8> archive);

// Finds files by name; `found[i]` belongs to `names[i]` and has no data() if there is none. Stops
// as soon as it has them all, so files that stand in front are found in time that does not depend
// on the archive's size. On a fault `position` says where.
Result<void> find_files(std::span<const u8> archive, std::span<const std::string_view> names,
                        std::span<std::span<const u8>> found, u64& position);

}  // namespace boot
