// SPDX-License-Identifier: MIT
// What one process has means nothing in another.
#include <abi/layout.hpp>
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
namespace sys = ipc::sys;

constexpr Cap<ipc::Endpoint> line{abi::cap_at(0, stranger_slot::first)};

// Tries the addresses [first, first + 4096) and tells at how many there is something.
void try_addresses(void* first_address) {
  const u64 first = reinterpret_cast<u64>(first_address);
  u64 found = 0;
  for (u64 at = first; at < first + 4096; ++at)
    if (ipc::poll(Cap<ipc::Notification>{CapPtr{at}}).error() != Error::invalid_capability) ++found;
  sys::send(line.at(), {found}, MessageInfo::make(0, 1));
  stranger_done();
}

void capability_addresses_mean_nothing_elsewhere(Context& t) {
  const auto note = t.make<ipc::Notification>();
  // Where our own capabilities stand: leaf 0, the test's leaves, and this very notification.
  const u64 places[] = {0, note.at().value() & ~u64{4095}};
  for (const u64 place : places) {
    const auto endpoint = t.make<ipc::Endpoint>();
    Stranger stranger{t};
    stranger.give(stranger_slot::first, endpoint.at());
    stranger.start(try_addresses, place);
    const u64 given = place == 0 ? 3 : 0;
    t.equals(sys::recv(endpoint).words[0], given);
    stranger.join();
  }
  t.fails(ipc::poll(note), Error::would_block);
}

void signal_it(void* address) {
  static_cast<void>(ipc::signal(Cap<ipc::Notification>{CapPtr{reinterpret_cast<u64>(address)}}));
  stranger_done();
}

void the_same_address_is_another_object(Context& t) {
  // At this address of its CSpace the stranger has a notification, and we have another.
  constexpr CapPtr shared_address{abi::cap_at(0, 200)};
  const auto ours = t.make<ipc::Notification>();
  const auto theirs = t.make<ipc::Notification>();
  const Cap<ipc::CNode> leaf0{abi::root_slot::leaf0};
  t.need(ipc::invoke(leaf0, abi::cnode::Copy{.index = 200,
                                             .source = abi::SlotName::own(ours.at()),
                                             .rights = abi::all_rights}));
  Stranger stranger{t};
  stranger.give(200, theirs.at());
  stranger.start(signal_it, shared_address.value());
  stranger.join();
  t.succeeds(ipc::poll(theirs));
  t.fails(ipc::poll(ours), Error::would_block);
  t.need(ipc::invoke(leaf0, abi::cnode::Delete{.index = 200}));
}

constinit u64 a_variable = 1;

void read_there(void* address) {
  static_cast<void>(peek(reinterpret_cast<u64>(address)));
  stranger_done();
}
void write_there(void* address) {
  poke(reinterpret_cast<u64>(address), 1);
  stranger_done();
}

bool faults_in_a_stranger(Context& t, void (*function)(void*), u64 address) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger stranger{t, {.pager = endpoint, .handler = endpoint}};
  stranger.start(function, address);
  const ipc::Message message = sys::recv(endpoint, t.make<ipc::Reply>());
  return message.info.kind() == abi::Kind::fault && support::fault_of(message).address == address;
}

void memory_is_out_of_reach(Context& t) {
  u64 on_our_stack = 0;
  t.that(faults_in_a_stranger(t, read_there, reinterpret_cast<u64>(&a_variable)),
         "our variables are not there");
  t.that(faults_in_a_stranger(t, read_there, reinterpret_cast<u64>(&on_our_stack)),
         "nor is our stack");
  t.that(faults_in_a_stranger(t, read_there, abi::layout::root_boot_info),
         "nor what the kernel told us");
  t.that(faults_in_a_stranger(t, write_there, reinterpret_cast<u64>(&write_there) & ~u64{7}),
         "the code that is shared cannot be written");
}

void overflow(void* depth) {
  volatile char room[512];
  room[0] = 1;
  const u64 deeper = reinterpret_cast<u64>(depth) + static_cast<u64>(room[0]);
  if (deeper != 0) overflow(reinterpret_cast<void*>(deeper));
  room[1] = room[0];  // so that the call above is none that could be left out
}

void stacks_end_in_nothing(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger stranger{t, {.pager = endpoint, .handler = endpoint}};
  stranger.start(overflow, 1);
  const ipc::Message message = sys::recv(endpoint, t.make<ipc::Reply>());
  const auto fault = support::fault_of(message);
  t.that(fault.address < support::layout::child_block &&
             fault.address >= support::layout::child_block - base::page_size,
         "a stack that grows too far hits the page below it");
}

constexpr Test table[] = {
    {"isolation.cspace", "another process's capability addresses mean nothing here",
     capability_addresses_mean_nothing_elsewhere},
    {"isolation.address", "the same address names each process's own capability",
     the_same_address_is_another_object},
    {"isolation.memory", "another process's memory is out of reach", memory_is_out_of_reach},
    {"isolation.stack", "a stack that overflows hits nothing else", stacks_end_in_nothing},
};

}  // namespace

constinit const kit::Table tests::isolation_tests = table;
