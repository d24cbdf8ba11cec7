// SPDX-License-Identifier: MIT
// Frame: memory in address spaces.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::frame::MapFlags;
using base::mib;
using base::page_size;

constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};
constexpr u64 large_bits = 21;
constexpr u64 large_size = u64{1} << large_bits;

// A place in our address space, aligned for large pages, with tables down to single pages.
u64 place_for_pages(Context& t, u64 size = large_size) {
  const u64 address = t.need(t.space().reserve(size, large_size));
  for (u64 at = address; at < address + size; at += large_size) t.need(t.space().prepare(at));
  return address;
}

// The same, but with tables for large pages only: in a part of the address space of its own.
u64 place_for_large_pages(Context& t) {
  constexpr u64 address = 0x68'0000'0000;
  t.need(ipc::invoke(t.make<ipc::PageTable>(),
                     abi::page_table::Map{.vspace = own.at(), .address = address}));
  return address;
}

abi::Result<abi::vspace::Walk::Reply> walk(u64 address) {
  return ipc::invoke(own, abi::vspace::Walk{.address = address});
}
abi::Status unmap(Cap<ipc::Frame> frame, u64 address, u64 length) {
  return ipc::invoke(frame, abi::frame::Unmap{address, length}).error();
}
Error map_part(Cap<ipc::Frame> frame, u64 address, u64 offset, u64 length) {
  return ipc::invoke(frame, abi::frame::Map{own.at(), address, offset, length, support::read_write})
      .error();
}

void mapped_memory_holds(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(16);
  t.need(t.space().map(frame, address, 1 << 16, support::read_write));
  for (u64 offset = 0; offset < 1 << 16; offset += 8) poke(address + offset, pattern(1, offset));
  u64 wrong = 0;
  for (u64 offset = 0; offset < 1 << 16; offset += 8)
    if (peek(address + offset) != pattern(1, offset)) ++wrong;
  t.equals(wrong, u64{0});
}

void the_same_memory_twice(Context& t) {
  // One capability may map any number of entries, in one address space.
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(13);
  t.equals(map_part(frame, address, 0, 2 * page_size), Error::none);
  t.equals(map_part(frame, address + 16 * page_size, page_size, page_size), Error::none);
  poke(address + page_size + 40, 77);
  t.equals(peek(address + 16 * page_size + 40), u64{77});
}

void occupied_entries_are_kept(Context& t) {
  const u64 address = place_for_pages(t);
  const auto first = t.make<ipc::Frame>(12);
  const auto second = t.make<ipc::Frame>(14);
  t.equals(map_part(first, address + 2 * page_size, 0, page_size), Error::none);
  poke(address + 2 * page_size, 5);
  const auto refused = map_once(second, own, address, 4 * page_size);
  t.equals(refused.error().error, Error::occupied);
  t.equals(refused.error().detail, address + 2 * page_size);
  t.fails(walk(address), Error::absent);
  t.fails(walk(address + page_size), Error::absent);
  t.fails(walk(address + 3 * page_size), Error::absent);
  t.equals(peek(address + 2 * page_size), u64{5});
  t.equals(t.need(ipc::invoke(second, abi::frame::Info{})).is_mapped, u64{0});
}

void missing_tables_are_named(Context& t) {
  constexpr u64 address = 0x61'0000'0000;
  const auto frame = t.make<ipc::Frame>(14);
  const u64 boundary = address + large_size;
  const u64 start = boundary - 2 * page_size;
  for (int tables = 0; tables < 3; ++tables) {
    const auto refused = map_once(frame, own, start, 4 * page_size);
    t.equals(refused.error().error, Error::needs_table);
    const u64 missing = refused.error().detail;
    // Two tables for the first half, then one for the second.
    if (tables < 2) t.that(missing >= start && missing < boundary, "the first half lacks one");
    if (tables == 2)
      t.that(missing >= boundary && missing < boundary + 2 * page_size,
             "the second half lacks one");
    t.fails(walk(start), Error::absent);
    t.need(ipc::invoke(t.make<ipc::PageTable>(),
                       abi::page_table::Map{.vspace = own.at(), .address = missing}));
  }
  t.that(map_once(frame, own, start, 4 * page_size).ok(), "then it is mapped");
  t.equals(t.need(walk(boundary)).page_bits, u64{12});
}

void large_pages_are_used(Context& t) {
  const u64 address = place_for_large_pages(t);
  const auto frame = t.make<ipc::Frame>(large_bits + 1);
  t.that(map_once(frame, own, address, 2 * large_size).ok(), "no further table is needed");
  for (const u64 at :
       {address, address + large_size - 8, address + large_size, address + 2 * large_size - 8})
    t.equals(t.need(walk(at)).page_bits, large_bits);
  poke(address + large_size + 8, 6);
  t.equals(peek(address + large_size + 8), u64{6});
}

void large_pages_need_alignment(Context& t) {
  const u64 address = place_for_large_pages(t);
  const auto frame = t.make<ipc::Frame>(large_bits + 1);
  // Memory and address differ in their position within 2 MiB.
  const auto map = [&](u64 at, u64 offset, u64 length) {
    return map_part(frame, at, offset, length);
  };
  t.equals(map(address + page_size, 0, large_size), Error::needs_table);
  t.equals(map(address, page_size, large_size), Error::needs_table);
  t.equals(map(address, 0, large_size - page_size), Error::needs_table);
  t.equals(map(address, large_size, large_size), Error::none);
  t.equals(t.need(walk(address)).page_bits, large_bits);
}

void existing_tables_are_used(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(large_bits);
  t.equals(map_part(frame, address, 0, large_size), Error::none);
  t.equals(t.need(walk(address + 300 * page_size)).page_bits, u64{12});
}

void small_pages_below_a_large_one_are_refused(Context& t) {
  const u64 address = place_for_large_pages(t);
  const auto large = t.make<ipc::Frame>(large_bits);
  const auto small = t.make<ipc::Frame>(12);
  t.equals(map_part(large, address, 0, large_size), Error::none);
  t.equals(map_part(small, address + 5 * page_size, 0, page_size), Error::occupied);
}

void one_address_space_only(Context& t) {
  const auto other = t.make<ipc::VSpace>();
  support::AddressSpace space{t.memory(), other};
  const u64 address = place_for_pages(t);
  t.need(space.prepare(address));
  const auto frame = t.make<ipc::Frame>(13);
  t.equals(map_part(frame, address, 0, 2 * page_size), Error::none);
  t.equals(map_once(frame, other, address, page_size).error().error, Error::busy);
  // A copy is a mapping of its own.
  const auto copy = t.copy(frame);
  t.equals(t.need(ipc::invoke(copy, abi::frame::Info{})).is_mapped, u64{0});
  t.that(map_once(copy, other, address, page_size).ok(), "the copy goes elsewhere");
  // Unmapping some of it does not free it, unmapping all does.
  t.succeeds(unmap(frame, address, page_size));
  t.equals(map_once(frame, other, address + page_size, page_size).error().error, Error::busy);
  t.succeeds(unmap_all(frame));
  t.that(map_once(frame, other, address + page_size, page_size).ok(), "now it does");
}

void unmapping_touches_only_its_own(Context& t) {
  const u64 address = place_for_pages(t);
  const auto first = t.make<ipc::Frame>(14);
  const auto second = t.make<ipc::Frame>(12);
  t.equals(map_part(first, address, 0, 2 * page_size), Error::none);
  t.equals(map_part(second, address + 2 * page_size, 0, page_size), Error::none);
  t.equals(map_part(first, address + 3 * page_size, 0, page_size), Error::none);
  t.succeeds(unmap(first, address + page_size, 3 * page_size));
  t.that(walk(address).ok(), "before the range");
  t.fails(walk(address + page_size), Error::absent);
  t.that(walk(address + 2 * page_size).ok(), "another Frame's page within it");
  t.fails(walk(address + 3 * page_size), Error::absent);
}

void parts_are_frames_of_their_own(Context& t) {
  const u64 address = place_for_pages(t);
  const auto whole = t.make<ipc::Frame>(14);
  const CapPtr at = t.slot();
  t.need(mint_to(t, at, whole.at(), {.offset = 2 * page_size, .size_bits = 13}));
  const Cap<ipc::Frame> part{at};
  t.equals(map_part(whole, address, 0, 4 * page_size), Error::none);
  t.equals(map_part(part, address + 8 * page_size, 0, 2 * page_size), Error::none);
  poke(address + 3 * page_size, 9);
  t.equals(peek(address + 9 * page_size), u64{9});
  t.equals(map_part(part, address + 16 * page_size, 0, 4 * page_size), Error::out_of_range);
  // Deleting the part unmaps what it mapped, and not what the whole mapped of the same memory.
  t.succeeds(t.remove(at));
  t.fails(walk(address + 8 * page_size), Error::absent);
  t.that(walk(address + 2 * page_size).ok(), "the whole is still mapped");
}

void deleting_unmaps(Context& t) {
  const u64 address = place_for_pages(t, 2 * large_size);
  const auto frame = t.make<ipc::Frame>(14);
  t.equals(map_part(frame, address, 0, 4 * page_size), Error::none);
  t.equals(map_part(frame, address + 600 * page_size, 0, page_size), Error::none);
  t.succeeds(t.remove(frame.at()));
  for (const u64 page : {u64{0}, u64{3}, u64{600}})
    t.fails(walk(address + page * page_size), Error::absent);
  t.that(probe_read(t, address).faulted, "it cannot be read any more");
}

void moving_keeps_mappings(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(12);
  t.equals(map_part(frame, address, 0, page_size), Error::none);
  const CapPtr there = t.slot();
  t.need(move_to(t, there, frame.at()));
  t.that(walk(address).ok(), "it is still mapped");
  t.succeeds(unmap(Cap<ipc::Frame>{there}, address, page_size));
  t.fails(walk(address), Error::absent);
}

void arguments_are_checked(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(13);
  const auto map = [&](u64 at, u64 offset, u64 length, u64 flags) {
    return ipc::invoke(frame, abi::frame::Map{own.at(), at, offset, length, MapFlags{flags}})
        .error();
  };
  t.equals(map(address + 1, 0, page_size, 3), Error::bad_argument);
  t.equals(map(address + 2048, 0, page_size, 3), Error::bad_argument);
  t.equals(map(address, 8, page_size, 3), Error::bad_argument);
  t.equals(map(address, 0, page_size - 1, 3), Error::bad_argument);
  t.equals(map(address, 0, 0, 3), Error::bad_argument);
  t.equals(map(address, 0, 3 * page_size, 3), Error::out_of_range);
  t.equals(map(address, page_size, 2 * page_size, 3), Error::out_of_range);
  t.equals(map(address, 2 * page_size, page_size, 3), Error::out_of_range);
  t.equals(map(address, ~u64{4095}, page_size, 3), Error::out_of_range);
  t.equals(map(address, ~u64{4095}, 2 * page_size, 3), Error::out_of_range);
  t.equals(map(address, 0, ~u64{4095}, 3), Error::out_of_range);
  for (const u64 beyond :
       {whole_space - page_size, whole_space, u64{0xffff'8000} << 32, ~u64{4095}})
    t.equals(map(beyond, 0, 2 * page_size, 3), Error::out_of_range);
  for (u64 flags = 0; flags < 16; ++flags)
    if (flags != 1 && flags != 3 && flags != 5)

      t.equals(map(address, 0, page_size, flags), Error::bad_argument);
  t.equals(map(address, 0, page_size, u64{1} << 32 | 1), Error::bad_argument);
  t.fails(walk(address), Error::absent);
  t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped, u64{0});
}

void ranges_of_unmapping_are_checked(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(12);
  t.equals(map_part(frame, address, 0, page_size), Error::none);
  t.fails(unmap(frame, address + 1, page_size), Error::bad_argument);
  t.fails(unmap(frame, address, page_size + 1), Error::bad_argument);
  t.fails(unmap(frame, whole_space, page_size), Error::out_of_range);
  t.fails(unmap(frame, address, whole_space), Error::out_of_range);
  t.fails(unmap(frame, ~u64{4095}, 2 * page_size), Error::out_of_range);
  t.that(walk(address).ok(), "it is still mapped");
}

void rights_are_needed(Context& t) {
  const u64 address = place_for_pages(t);
  const auto frame = t.make<ipc::Frame>(12);
  const auto read_only = t.copy(frame, abi::frame_right::read);
  const auto no_execute = t.copy(frame, abi::frame_right::read | abi::frame_right::write);
  const auto map = [&](Cap<ipc::Frame> cap, MapFlags flags) {
    return map_once(cap, own, address, page_size, flags).error().error;
  };
  t.equals(map(read_only, support::read_write), Error::denied);
  t.equals(map(read_only, support::read_execute), Error::denied);
  t.equals(map(no_execute, support::read_execute), Error::denied);
  const auto no_map = t.copy(own, abi::Rights{0xff & ~abi::vspace_right::map.bits});
  t.equals(map_once(frame, no_map, address, page_size).error().error, Error::denied);
  t.succeeds(t.remove(no_map.at()));
  t.equals(map(read_only, support::read_only), Error::none);
}

void physical_addresses_need_a_right(Context& t) {
  const auto frame = t.make<ipc::Frame>(13);
  const auto info = t.need(ipc::invoke(frame, abi::frame::Info{}));
  t.that(info.physical_address != 0, "with the right it is told");
  t.equals(info.size_bits, u64{13});
  t.equals(info.is_device, u64{0});
  const auto blind = t.copy(frame, abi::Rights{7});
  t.equals(t.need(ipc::invoke(blind, abi::frame::Info{})).physical_address, u64{0});
}

void cutting_a_large_page(Context& t) {
  const u64 address = place_for_large_pages(t);
  const auto frame = t.make<ipc::Frame>(large_bits);
  t.equals(map_part(frame, address, 0, large_size), Error::none);
  for (u64 page = 0; page < 512; ++page) poke(address + page * page_size, page);
  const u64 cut = address + 100 * page_size;
  const auto refused = ipc::invoke_with_detail(frame, abi::frame::Unmap{cut, page_size});
  t.equals(refused.error().error, Error::needs_table);
  t.equals(refused.error().detail, address);
  t.equals(t.need(walk(address)).page_bits, large_bits);
  // A table there splits the page: the same memory, by single pages.
  const auto split =
      ipc::invoke(t.make<ipc::PageTable>(), abi::page_table::Map{own.at(), refused.error().detail});
  t.equals(t.need(split).covers_bits, large_bits);
  t.equals(t.need(walk(cut)).page_bits, u64{12});
  t.equals(t.need(walk(cut)).access, u64{3});
  t.succeeds(unmap(frame, cut, page_size));
  t.fails(walk(cut), Error::absent);
  u64 wrong = 0;
  for (u64 page = 0; page < 512; ++page)
    if (page != 100 && peek(address + page * page_size) != page) ++wrong;
  t.equals(wrong, u64{0});
  t.that(probe_read(t, cut).faulted, "the hole is a hole");
  t.succeeds(unmap_all(frame));
  for (u64 page = 0; page < 512; page += 7)
    t.fails(walk(address + page * page_size), Error::absent);
}

void whole_large_pages_need_no_table(Context& t) {
  const u64 address = place_for_large_pages(t);
  const auto frame = t.make<ipc::Frame>(large_bits + 1);
  t.equals(map_part(frame, address, 0, 2 * large_size), Error::none);
  t.succeeds(unmap(frame, address, large_size));
  t.fails(walk(address), Error::absent);
  t.equals(t.need(walk(address + large_size)).page_bits, large_bits);
}

void many_pages(Context& t) {
  // More entries than one step of the kernel handles.
  const u64 address = place_for_pages(t, 4 * large_size);
  const auto frame = t.make<ipc::Frame>(large_bits + 1);
  t.equals(map_part(frame, address + page_size, 0, 2 * large_size), Error::none);
  for (u64 page = 0; page < 1024; ++page) poke(address + (1 + page) * page_size, page);
  t.equals(peek(address + 1000 * page_size), u64{999});
  t.fails(walk(address), Error::absent);
  t.fails(walk(address + 1025 * page_size), Error::absent);
  t.succeeds(unmap_all(frame));
  for (u64 page = 1; page <= 1024; page += 31)
    t.fails(walk(address + page * page_size), Error::absent);
}

constexpr Test table[] = {
    {"frame.holds", "mapped memory holds what is written", mapped_memory_holds},
    {"frame.twice", "one Frame may be mapped at several addresses", the_same_memory_twice},
    {"frame.occupied", "an occupied entry is named and kept, and nothing else is mapped",
     occupied_entries_are_kept},
    {"frame.needs_table", "missing tables are named one by one", missing_tables_are_named},
    {"frame.large", "2 MiB pages are used where alignment allows", large_pages_are_used},
    {"frame.large_alignment", "a large page needs alignment of memory, address and length",
     large_pages_need_alignment},
    {"frame.large_tables", "where tables stand already, single pages are used",
     existing_tables_are_used},
    {"frame.below_large", "a large page occupies all that it covers",
     small_pages_below_a_large_one_are_refused},
    {"frame.one_space", "a Frame maps into one address space", one_address_space_only},
    {"frame.unmap", "unmapping touches only entries into this Frame",
     unmapping_touches_only_its_own},
    {"frame.parts", "a part of a Frame maps and goes by itself", parts_are_frames_of_their_own},
    {"frame.delete", "deleting a Frame unmaps it everywhere", deleting_unmaps},
    {"frame.move", "moving a Frame's capability keeps its mappings", moving_keeps_mappings},
    {"frame.arguments", "bad addresses, lengths and flags map nothing", arguments_are_checked},
    {"frame.unmap_arguments", "bad ranges unmap nothing", ranges_of_unmapping_are_checked},
    {"frame.rights", "mapping needs the rights of Frame and address space", rights_are_needed},
    {"frame.physical", "the physical address needs its right", physical_addresses_need_a_right},
    {"frame.cut", "cutting a large page takes a table and keeps the rest", cutting_a_large_page},
    {"frame.whole", "whole large pages are unmapped without a table",
     whole_large_pages_need_no_table},
    {"frame.many", "a thousand pages are mapped and unmapped in one call each", many_pages},
};

}  // namespace

constinit const kit::Table tests::frame_tests = table;
