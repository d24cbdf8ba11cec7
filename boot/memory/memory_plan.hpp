// SPDX-License-Identifier: MIT
// Who gets which part of memory.
//
//   memory of the machine        [###########################################]
//   window: what is mapped       [#################]  no-map  [##############]
//   usable: not spoken for       [####][archive]####]         [###][reserved]]
//   pool: to be taken now        [##][boot image][##]         [###]
//   boot_only: given back at the end ^^^^^^^^^^ (and the device tree)
#pragma once

#include <boot/decode/board.hpp>
#include <boot/memory/page_pool.hpp>

namespace boot {

// What lies in memory when boot/ starts.
struct Occupied {
  Range image;
  Range tree;
  Range archive;
};

struct MemoryPlan {
  RangeList<max_tree_ranges> memory;  // all that the kernel's window can reach
  RangeList<max_tree_ranges> window;
  PagePool pool;
  PagePool::Ranges boot_only;
};

// The archive's place, from what the device tree says about it.
Result<Range> archive_range(const Board& board);

Result<void> plan_memory(const Board& board, const Occupied& occupied, MemoryPlan& plan,
                         Notices& notices);

}  // namespace boot
