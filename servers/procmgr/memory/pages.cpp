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
  const u64 page = TRY(allocator_.allocate(order));
  used_[static_cast<u64>(use)] += u64{1} << order;
  return page;
}

abi::Result<u64> Pages::allocate_zeroed(PageUse use) {
  const u64 page = TRY(allocate(use));
  ipc::machine::zero_page(reinterpret_cast<u64>(pointer(page)), base::page_size);
  return page;
}

void Pages::free(PageUse use, u64 page, unsigned order) {
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
