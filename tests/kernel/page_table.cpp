// SPDX-License-Identifier: MIT
// PageTable: the memory of translation, given by whoever maps.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;

constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};

// Nothing else in this program maps anything near here.
constexpr u64 far_away = 0x60'0000'0000;

base::Result<abi::page_table::Map::Reply, ipc::Refusal> put(Cap<ipc::PageTable> table, u64 address,
                                                            Cap<ipc::VSpace> vspace = own) {
  return ipc::invoke_with_detail(table,
                                 abi::page_table::Map{.vspace = vspace.at(), .address = address});
}

void tables_come_from_the_top(Context& t) {
  t.equals(t.need(ipc::invoke(t.make<ipc::PageTable>(),
                              abi::page_table::Map{.vspace = own.at(), .address = far_away}))
               .covers_bits,
           u64{30});
  t.equals(t.need(ipc::invoke(t.make<ipc::PageTable>(),
                              abi::page_table::Map{.vspace = own.at(), .address = far_away}))
               .covers_bits,
           u64{21});
  t.equals(put(t.make<ipc::PageTable>(), far_away).error().error, Error::occupied);
}

void tables_are_used_once(Context& t) {
  const auto table = t.make<ipc::PageTable>();
  t.that(put(table, far_away).ok(), "it is put");
  t.equals(put(table, far_away).error().error, Error::busy);
  t.equals(put(table, far_away + base::gib).error().error, Error::busy);
  t.succeeds(ipc::invoke(table, abi::page_table::Unmap{}));
  t.that(put(table, far_away + base::gib).ok(), "it can be put again");
}

void unmapping_takes_all_below(Context& t) {
  const auto upper = t.make<ipc::PageTable>();
  const auto lower = t.make<ipc::PageTable>();
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  t.that(put(upper, far_away).ok() && put(lower, far_away).ok(), "both are put");
  t.that(map_once(frame, own, far_away, base::page_size).ok(), "a page is mapped");
  t.that(!probe_read(t, far_away).faulted, "it can be read");
  t.succeeds(ipc::invoke(upper, abi::page_table::Unmap{}));
  t.that(probe_read(t, far_away).faulted, "nothing is left of it");
  t.fails(ipc::invoke(own, abi::vspace::Walk{.address = far_away}), Error::absent);
}

void deleting_takes_all_below(Context& t) {
  const auto upper = t.make<ipc::PageTable>();
  const auto lower = t.make<ipc::PageTable>();
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  t.that(put(upper, far_away).ok() && put(lower, far_away).ok(), "both are put");
  t.that(map_once(frame, own, far_away, base::page_size).ok(), "a page is mapped");
  t.that(!probe_write(t, far_away).faulted, "it can be written");
  t.succeeds(t.remove(lower.at()));
  t.that(probe_read(t, far_away).faulted, "nothing is mapped any more");
  t.equals(map_once(frame, own, far_away, base::page_size).error().error, Error::needs_table);
  t.that(put(t.make<ipc::PageTable>(), far_away).ok(), "another takes its place");
  t.that(map_once(frame, own, far_away, base::page_size).ok(), "and the page can be mapped again");
}

void a_table_put_again_is_empty(Context& t) {
  const auto upper = t.make<ipc::PageTable>();
  const auto lower = t.make<ipc::PageTable>();
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  t.that(put(upper, far_away).ok() && put(lower, far_away).ok(), "both are put");
  t.that(map_once(frame, own, far_away + 7 * base::page_size, base::page_size).ok(), "mapped");
  t.succeeds(ipc::invoke(lower, abi::page_table::Unmap{}));
  t.that(put(lower, far_away + 2 * base::mib).ok(), "it is put somewhere else");
  t.fails(ipc::invoke(own,
                      abi::vspace::Walk{.address = far_away + 2 * base::mib + 7 * base::page_size}),
          Error::absent);
}

void arguments_are_checked(Context& t) {
  const auto table = t.make<ipc::PageTable>();
  for (const u64 address : {whole_space, u64{1} << 47, u64{0xffff'8000} << 32, ~u64{4095}})
    t.equals(put(table, address).error().error, Error::out_of_range);
  const auto no_map = t.copy(own, abi::Rights{0xff & ~abi::vspace_right::map.bits});
  t.equals(put(table, far_away, no_map).error().error, Error::denied);
  t.equals(put(table, far_away, Cap<ipc::VSpace>{table.at()}).error().error, Error::wrong_object);
  t.equals(put(table, far_away, Cap<ipc::VSpace>{t.slot()}).error().error,
           Error::invalid_capability);
  t.that(put(table, far_away).ok(), "it is still unused");
  t.succeeds(t.remove(no_map.at()));
}

void unused_tables_are_nowhere(Context& t) {
  const auto table = t.make<ipc::PageTable>();
  const auto unmapped = ipc::invoke(table, abi::page_table::Unmap{});
  t.that(unmapped.ok() || unmapped.error() == Error::not_found, "unmapping it changes nothing");
  t.that(put(table, far_away).ok(), "it can be put");
}

constexpr Test table[] = {
    {"page_table.order", "tables fill the way from the root down", tables_come_from_the_top},
    {"page_table.once", "a table is in one place at a time", tables_are_used_once},
    {"page_table.unmap", "taking a table out takes all that is mapped through it",
     unmapping_takes_all_below},
    {"page_table.delete", "deleting a table takes all that is mapped through it",
     deleting_takes_all_below},
    {"page_table.again", "a table that is put again holds nothing", a_table_put_again_is_empty},
    {"page_table.arguments", "addresses, rights and objects are checked", arguments_are_checked},
    {"page_table.unused", "an unused table is nowhere", unused_tables_are_nowhere},
};

}  // namespace

constinit const kit::Table tests::page_table_tests = table;
