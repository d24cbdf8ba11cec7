// SPDX-License-Identifier: MIT
// Compiled with -mstrict-align: with the MMU off, all memory behaves like device registers, in
// which a word that is not aligned cannot be read.
#include <abi/layout.hpp>
#include <boot/machine/identity_map.hpp>
#include <boot/machine/symbols.hpp>

namespace boot {

namespace {

using base::paging::Attributes;

struct alignas(base::page_size) Table {
  u64 entries[base::paging::entries_per_table];
};

// Root; image 3; device tree 5; kernel tables 4; serial port 2: each at worst across boundaries.
constinit Table tables[16] = {};
constinit TableSupply supply;

Range pages_between(const char* begin, const char* end) {
  return {address_of(begin), address_of(end)};
}

Result<void> map_image() {
  const Attributes code{.execute = true};
  const Attributes constants{};
  const Attributes data{.write = true};
  TRY(map_identity(pages_between(image_start, constants_begin), code));
  TRY(map_identity(pages_between(constants_begin, data_begin), constants));
  TRY(map_identity(pages_between(data_begin, stack_guard), data));
  TRY(map_identity(pages_between(stack_begin, emergency_guard), data));
  return map_identity(pages_between(emergency_stack_begin, image_end), data);
}

}  // namespace

Result<void> map_identity(Range range, Attributes attributes) {
  const Range pages = range.outer_pages();
  if (pages.end > abi::layout::user_end) return Fault::outside_address_space;
  TableTree tree(base::PhysAddr{address_of(&tables[0])}, 0, supply);
  TRY(tree.map(base::VirtAddr{pages.begin}, pages, attributes));
  // The walker must see the new entries before they are used. None replaces another one, so no
  // translation can be stale.
  asm volatile("dsb ishst\n\tisb" ::: "memory");
  return {};
}

// Called with the MMU off. The root table's address.
extern "C" u64 make_identity_map();

extern "C" u64 make_identity_map() {
  supply = TableSupply({address_of(&tables[1]), address_of(&tables[std::size(tables)])});
  // There is nobody to tell yet: this can fail only above the addresses that 39 bits reach.
  if (!map_image().ok()) park();
  return address_of(&tables[0]);
}

}  // namespace boot
