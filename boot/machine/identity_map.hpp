// SPDX-License-Identifier: MIT
// The lower half while boot/ runs (TTBR0): only what it needs, each at its own physical address:
// its image, the device tree, the pages for the kernel's tables, a serial port. Its few tables are
// part of .bss. The kernel leaves it behind at once.
#pragma once

#include <base/paging/format.hpp>
#include <boot/memory/table_tree.hpp>

namespace boot {

// Maps all pages that `range` touches.
Result<void> map_identity(Range range, base::paging::Attributes attributes);

}  // namespace boot
