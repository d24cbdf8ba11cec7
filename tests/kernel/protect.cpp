// SPDX-License-Identifier: MIT
// Frame.protect: what may be done with pages that are mapped.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::frame::MapFlags;
using base::page_size;

constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};

struct Mapping {
  Cap<ipc::Frame> frame;
  u64 address;
};

Mapping map_pages(Context& t, u64 size_bits) {
  const u64 address = t.need(t.space().reserve(u64{1} << size_bits));
  const auto frame = t.make<ipc::Frame>(size_bits);
  t.need(t.space().map(frame, address, u64{1} << size_bits, support::read_write));
  return {frame, address};
}

abi::Status protect(Cap<ipc::Frame> frame, u64 address, u64 length, MapFlags flags) {
  return ipc::invoke(frame, abi::frame::Protect{address, length, flags}).error();
}

u64 access_at(Context& t, u64 address) {
  return t.need(ipc::invoke(own, abi::vspace::Walk{.address = address})).access;
}

void read_only_pages_are_not_written(Context& t) {
  const auto [frame, address] = map_pages(t, 14);
  poke(address + page_size, 5);
  t.succeeds(protect(frame, address + page_size, page_size, support::read_only));
  t.equals(access_at(t, address + page_size), u64{1});
  t.equals(access_at(t, address), u64{3});
  t.equals(access_at(t, address + 2 * page_size), u64{3});
  const Probe written = probe_write(t, address + page_size);
  t.that(written.faulted, "writing faults");
  t.equals(written.fault.present, u64{1});
  t.that(!probe_read(t, address + page_size).faulted, "reading does not");
  t.that(!probe_write(t, address).faulted, "nor does writing beside it");
  t.equals(peek(address + page_size), u64{5});
  t.succeeds(protect(frame, address + page_size, page_size, support::read_write));
  t.that(!probe_write(t, address + page_size).faulted, "it can be given back");
}

void code_is_run_where_it_may_be(Context& t) {
  const auto [frame, address] = map_pages(t, 12);
  *reinterpret_cast<volatile u32*>(address) = 0xd65f03c0;  // ret
  const auto run = [at = address] { reinterpret_cast<void (*)()>(at)(); };
  const Probe refused = probe(t, run);
  t.that(refused.faulted, "a writable page is not run");
  t.equals(refused.fault.access, abi::Access::execute);
  t.succeeds(protect(frame, address, page_size, support::read_execute));
  t.equals(access_at(t, address), u64{5});
  t.that(!probe(t, run).faulted, "an executable one is");
  t.that(probe_write(t, address).faulted, "and is not written");
}

void writable_and_executable_is_refused(Context& t) {
  const auto [frame, address] = map_pages(t, 12);
  for (const u64 flags : {u64{0}, u64{2}, u64{4}, u64{6}, u64{7}, u64{8}})
    t.fails(protect(frame, address, page_size, MapFlags{flags}), Error::bad_argument);
  t.equals(access_at(t, address), u64{3});
}

void rights_are_needed(Context& t) {
  const auto frame = t.make<ipc::Frame>(12);
  const auto read_only = t.copy(frame, abi::frame_right::read);
  const u64 address = t.need(t.space().reserve(page_size));
  t.need(t.space().map(read_only, address, page_size, support::read_only));
  t.fails(protect(read_only, address, page_size, support::read_write), Error::denied);
  t.fails(protect(read_only, address, page_size, support::read_execute), Error::denied);
  t.succeeds(protect(read_only, address, page_size, support::read_only));
}

void only_its_own_pages(Context& t) {
  const u64 address = t.need(t.space().reserve(2 * page_size));
  const auto first = t.make<ipc::Frame>(12);
  const auto second = t.make<ipc::Frame>(12);
  t.need(t.space().map(first, address, page_size, support::read_write));
  t.need(t.space().map(second, address + page_size, page_size, support::read_write));
  t.succeeds(protect(first, address, 2 * page_size, support::read_only));
  t.equals(access_at(t, address), u64{1});
  t.equals(access_at(t, address + page_size), u64{3});
}

void ranges_are_checked(Context& t) {
  const auto [frame, address] = map_pages(t, 12);
  t.fails(protect(frame, address + 1, page_size, support::read_only), Error::bad_argument);
  t.fails(protect(frame, address, page_size - 1, support::read_only), Error::bad_argument);
  t.fails(protect(frame, address, whole_space, support::read_only), Error::out_of_range);
  t.fails(protect(frame, whole_space, page_size, support::read_only), Error::out_of_range);
  t.equals(access_at(t, address), u64{3});
}

void cutting_a_large_page(Context& t) {
  constexpr u64 large = base::mib * 2;
  constexpr u64 address = 0x6a'0000'0000;
  const auto frame = t.make<ipc::Frame>(21);
  t.need(ipc::invoke(t.make<ipc::PageTable>(), abi::page_table::Map{own.at(), address}));
  t.that(map_once(frame, own, address, large).ok(), "one large page");
  const u64 cut = address + 17 * page_size;
  t.fails(protect(frame, cut, page_size, support::read_only), Error::needs_table);
  t.equals(access_at(t, cut), u64{3});
  t.need(ipc::invoke(t.make<ipc::PageTable>(), abi::page_table::Map{own.at(), cut}));
  t.succeeds(protect(frame, cut, page_size, support::read_only));
  t.equals(access_at(t, cut), u64{1});
  t.equals(access_at(t, cut + page_size), u64{3});
  t.equals(access_at(t, cut - page_size), u64{3});
  t.that(probe_write(t, cut).faulted, "the cut page is read only");
  t.that(!probe_write(t, cut + page_size).faulted, "its neighbour is not");
  // All of it again, now by single pages.
  t.succeeds(protect(frame, address, large, support::read_only));
  t.equals(access_at(t, address + 511 * page_size), u64{1});
}

constexpr Test table[] = {
    {"protect.read_only", "a read-only page is read and not written",
     read_only_pages_are_not_written},
    {"protect.execute", "code runs where it may be run, and is not written there",
     code_is_run_where_it_may_be},
    {"protect.w_xor_x", "writable and executable together is refused",
     writable_and_executable_is_refused},
    {"protect.rights", "protecting gives no right that the Frame's capability lacks",
     rights_are_needed},
    {"protect.own", "protecting touches only entries into this Frame", only_its_own_pages},
    {"protect.ranges", "bad ranges change nothing", ranges_are_checked},
    {"protect.cut", "protecting a part of a large page takes a table", cutting_a_large_page},
};

}  // namespace

constinit const kit::Table tests::protect_tests = table;
