// SPDX-License-Identifier: MIT
#include <machine/memory.hpp>
#include <machine/mmu.hpp>
#include <memory/address_spaces.hpp>

namespace kernel {

void AddressSpaces::initialise(AddressSpace* table, u64 capacity) {
  table_ = table;
  capacity_ = capacity;
}

u64 AddressSpaces::create(PhysAddr root) {
  u64 number = first_free_;
  if (number != 0) {
    first_free_ = table_[number].references;
    --free_count_;
  } else {
    number = used_++;
    table_[number].generation = 1;
  }
  table_[number].root = root;
  table_[number].references = 1;
  return number;
}

void AddressSpaces::end_bindings(u64 number) {
  AddressSpace& space = table_[number];
  // 2^48 clears of one number take years; then a stale binding could look current. It would still
  // touch only entries that point into its own frame.
  space.generation = (space.generation + 1) & Binding::generation_mask;
  machine::invalidate_space(number);
}

void AddressSpaces::clear(u64 number) {
  machine::zero_memory(machine::physical_pointer(table_[number].root), base::page_size);
  end_bindings(number);
}

void AddressSpaces::destroy(u64 number) {
  end_bindings(number);
  table_[number].references = first_free_;
  first_free_ = static_cast<u32>(number);
  ++free_count_;
}

}  // namespace kernel
