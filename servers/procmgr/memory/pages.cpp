// SPDX-License-Identifier: MIT
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/memory/pages.hpp>

namespace procmgr {

abi::Status Pages::add_block(const Block& block) {
  if (block_count_ == max_blocks) return abi::Error::no_space;
  blocks_[block_count_++] = block;
  return {};
}

abi::Result<u64> Pages::allocate(PageUse use, unsigned order) {
  TRY(core.injector.allocate());
  const u64 page = order == 0 && kept_count_ != 0 ? kept_[--kept_count_] : TRY(take_run(order));
  used_[static_cast<u64>(use)] += u64{1} << order;
  return page;
}

// The pages that are kept may be what a larger run lacks.
abi::Result<u64> Pages::take_run(unsigned order) {
  const auto run = allocator_.allocate(order);
  if (run.ok() || kept_count_ == 0) return run;
  while (kept_count_ != 0) allocator_.free(kept_[--kept_count_], 0);
  return allocator_.allocate(order);
}

abi::Result<u64> Pages::allocate_zeroed(PageUse use) {
  const u64 page = TRY(allocate(use));
  ipc::machine::zero_page(reinterpret_cast<u64>(pointer(page)), base::page_size);
  return page;
}

void Pages::free(PageUse use, u64 page, unsigned order) {
  if (order == 0 && kept_count_ != max_kept)
    kept_[kept_count_++] = page;
  else
    allocator_.free(page, order);
  used_[static_cast<u64>(use)] -= u64{1} << order;
}

u64 Pages::block_of(u64 page) {
  const auto holds = [&](u64 number) {
    return page - blocks_[number].first_page < blocks_[number].pages;
  };
  if (holds(latest_block_)) return latest_block_;
  for (u64 number = 0; number < block_count_; ++number)
    if (holds(number)) return latest_block_ = number;
  return max_blocks;
}

void make_coherent(u64 page) {
  ipc::machine::make_instructions_visible(reinterpret_cast<u64>(Pages::pointer(page)),
                                          base::page_size);
}

}  // namespace procmgr
