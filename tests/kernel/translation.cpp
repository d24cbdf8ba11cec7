// SPDX-License-Identifier: MIT
// Stale translations never show: what is unmapped faults, what is remapped is the new memory, what
// is protected is protected, at the next instruction and in every address space.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using base::page_size;

void unmapped_pages_fault(Context& t) {
  const u64 address = t.need(t.space().reserve(page_size));
  const auto frame = t.make<ipc::Frame>(12);
  for (u64 round = 0; round < 20; ++round) {
    t.need(t.space().map(frame, address, page_size, support::read_write));
    poke(address, round);
    t.equals(peek(address), round);
    t.succeeds(unmap_all(frame));
    t.that(probe_read(t, address).faulted, "a stale translation was used");
  }
}

void remapped_pages_are_the_new_memory(Context& t) {
  const u64 address = t.need(t.space().reserve(page_size));
  const Cap<ipc::Frame> frames[] = {t.make<ipc::Frame>(12), t.make<ipc::Frame>(12),
                                    t.make<ipc::Frame>(12)};
  for (u64 round = 0; round < 30; ++round) {
    const auto frame = frames[round % 3];
    t.need(t.space().map(frame, address, page_size, support::read_write));
    if (round >= 3) t.equals(peek(address), round - 3);
    poke(address, round);
    t.succeeds(unmap_all(frame));
  }
}

void protection_works_at_once(Context& t) {
  const u64 address = t.need(t.space().reserve(page_size));
  const auto frame = t.make<ipc::Frame>(12);
  t.need(t.space().map(frame, address, page_size, support::read_write));
  for (u64 round = 0; round < 10; ++round) {
    poke(address, round);
    t.need(ipc::invoke(frame, abi::frame::Protect{address, page_size, support::read_only}));
    t.that(probe_write(t, address).faulted, "a stale right was used");
    t.need(ipc::invoke(frame, abi::frame::Protect{address, page_size, support::read_write}));
  }
}

void tables_that_go_take_their_translations(Context& t) {
  constexpr u64 address = 0x6b'0000'0000;
  constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};
  const auto upper = t.make<ipc::PageTable>();
  const auto lower = t.make<ipc::PageTable>();
  const auto frame = t.make<ipc::Frame>(12);
  t.need(ipc::invoke(upper, abi::page_table::Map{own.at(), address}));
  for (u64 round = 0; round < 10; ++round) {
    t.need(ipc::invoke(lower, abi::page_table::Map{own.at(), address}));
    t.that(map_once(frame, own, address, page_size).ok(), "mapped");
    poke(address, round);
    t.need(ipc::invoke(lower, abi::page_table::Unmap{}));
    t.that(probe_read(t, address).faulted, "a translation outlived its table");
    t.need(unmap_all(frame));
  }
}

void destroyed_frames_are_out_of_reach(Context& t) {
  const u64 address = t.need(t.space().reserve(page_size));
  const auto untyped = t.make<ipc::Untyped>(12);
  const CapPtr at = t.slot();
  for (u64 round = 0; round < 10; ++round) {
    t.need(retype_to(t, untyped, {abi::ObjectType::frame, 12}, at));
    t.need(t.space().map(Cap<ipc::Frame>{at}, address, page_size, support::read_write));
    poke(address, round);
    t.need(t.revoke(untyped.at()));
    t.that(probe_write(t, address).faulted, "memory was reached after it was taken back");
  }
}

// Reads where it is told and answers what it found, in its own address space.
void read_for_others(void*) {
  const Cap<ipc::Endpoint> endpoint{abi::cap_at(0, stranger_slot::first)};
  const Cap<ipc::Reply> reply{abi::cap_at(0, stranger_slot::first + 1)};
  ipc::Message message = ipc::sys::recv(endpoint, reply);
  while (!message.is_error())
    message =
        ipc::sys::reply_recv(endpoint, {peek(message.words[0])}, abi::MessageInfo::make(0, 1));
  stranger_done();
}

void the_same_address_in_two_spaces(Context& t) {
  // Each process sees its own memory, through a hundred switches and changes.
  const u64 address = t.need(t.space().reserve(page_size));
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger stranger{t};
  stranger.give(stranger_slot::first, endpoint.at());
  stranger.give(stranger_slot::first + 1, t.make<ipc::Reply>().at());
  stranger.start(read_for_others);
  const auto ours = t.make<ipc::Frame>(12);
  const Cap<ipc::Frame> theirs[] = {t.make<ipc::Frame>(12), t.make<ipc::Frame>(12)};
  t.need(t.space().map(ours, address, page_size, support::read_write));
  for (u64 i = 0; i < 2; ++i) {
    const auto copy = t.copy(theirs[i]);
    const u64 window = t.need(t.space().reserve(page_size));
    t.need(t.space().map(copy, window, page_size, support::read_write));
    poke(window, 1000 + i);
  }
  for (u64 round = 0; round < 100; ++round) {
    const auto shown = theirs[round % 2];
    t.need(stranger.process().space().map(shown, address, page_size, support::read_only));
    poke(address, round);
    const ipc::Message answer =
        ipc::sys::call(endpoint.at(), {address}, abi::MessageInfo::make(0, 1));
    t.equals(answer.words[0], 1000 + round % 2);
    t.equals(peek(address), round);
    t.need(unmap_all(shown));
  }
}

void reused_address_spaces(Context& t) {
  // An address space that takes over the number of one that has gone sees nothing of it.
  const u64 address = t.need(t.space().reserve(page_size));
  for (u64 round = 0; round < 20; ++round) {
    const auto endpoint = t.make<ipc::Endpoint>();
    const auto reply = t.make<ipc::Reply>();
    const auto frame = t.make<ipc::Frame>(12);
    Stranger stranger{t};
    stranger.give(stranger_slot::first, endpoint.at());
    stranger.give(stranger_slot::first + 1, reply.at());
    const auto copy = t.copy(frame);
    t.need(t.space().map(copy, address, page_size, support::read_write));
    poke(address, round);
    t.need(stranger.process().space().map(frame, address, page_size, support::read_only));
    stranger.start(read_for_others);
    const ipc::Message answer =
        ipc::sys::call(endpoint.at(), {address}, abi::MessageInfo::make(0, 1));
    t.equals(answer.words[0], round);
    t.need(t.remove(copy.at()));
    t.need(t.remove(endpoint.at()));
    t.need(t.remove(frame.at()));
  }
}

constexpr Test table[] = {
    {"translation.unmap", "an unmapped page faults at the next access", unmapped_pages_fault},
    {"translation.remap", "another Frame at the same address shows its own memory",
     remapped_pages_are_the_new_memory},
    {"translation.protect", "a protected page is protected at the next access",
     protection_works_at_once},
    {"translation.tables", "a page goes with the table that it was mapped through",
     tables_that_go_take_their_translations},
    {"translation.revoke", "memory that was taken back is out of reach",
     destroyed_frames_are_out_of_reach},
    {"translation.spaces", "two address spaces see their own memory at one address",
     the_same_address_in_two_spaces},
    {"translation.reuse", "a new address space sees nothing of an old one", reused_address_spaces},
};

}  // namespace

constinit const kit::Table tests::translation_tests = table;
