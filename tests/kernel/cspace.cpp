// SPDX-License-Identifier: MIT
// Capability addresses: two levels, 32 bits, and everything else is invalid.
#include <array>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
namespace sys = ipc::sys;

constexpr u64 root_size = u64{1} << abi::root_slot::root_cnode_bits;

// Addresses at which nothing stands in the first process's CSpace.
std::array<CapPtr, 8> empty_addresses(Context& t) {
  return {CapPtr{0},
          t.slot(),
          abi::cap_at(root_size - 1, 0),  // an empty slot of the root CNode
          abi::cap_at(root_size, 0),      // beyond the root CNode
          abi::cap_at(root_size, 1),      // would be leaf 0 again if the index wrapped
          abi::cap_at(0xffff, 0xff),
          CapPtr{0xffff'ffff},
          CapPtr{0x8000'0001}};
}

void empty_addresses_are_invalid(Context& t) {
  const MessageInfo info = MessageInfo::make(0, 0);
  for (const CapPtr at : empty_addresses(t)) {
    const Cap<ipc::Endpoint> endpoint{at};
    const Cap<ipc::Notification> note{at};
    t.equals(sys::call(at, {}, info).error(), Error::invalid_capability);
    t.equals(sys::send(at, {}, info).error(), Error::invalid_capability);
    t.equals(sys::try_call(at, {}, info).error(), Error::invalid_capability);
    t.equals(sys::try_send(at, {}, info).error(), Error::invalid_capability);
    t.equals(sys::recv(endpoint).error(), Error::invalid_capability);
    t.equals(sys::try_recv(endpoint).error(), Error::invalid_capability);
    t.equals(sys::reply_recv(endpoint, {}, info).error(), Error::invalid_capability);
    t.equals(sys::try_reply_recv(endpoint, {}, info).error(), Error::invalid_capability);
    t.fails(ipc::signal(note), Error::invalid_capability);
    t.fails(ipc::wait(note), Error::invalid_capability);
    t.fails(ipc::poll(note), Error::invalid_capability);
  }
}

void empty_arguments_are_invalid(Context& t) {
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  for (const CapPtr at : empty_addresses(t)) {
    t.equals(map_once(frame, Cap<ipc::VSpace>{at}, 0x1000, base::page_size).error().error,
             Error::invalid_capability);
    t.fails(copy_to(t, t.slot(), at), Error::invalid_capability);
    t.fails(mint_to(t, t.slot(), at), Error::invalid_capability);
  }
}

void addresses_have_32_bits(Context& t) {
  // The upper half of a capability address in a message must be zero.
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  for (unsigned bit = 32; bit < 64; ++bit) {
    const CapPtr wide{abi::root_slot::vspace.value() | u64{1} << bit};
    t.equals(map_once(frame, Cap<ipc::VSpace>{wide}, 0x1000, base::page_size).error().error,
             Error::invalid_capability);
  }
  t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped, u64{0});
}

void leaves_are_not_capabilities(Context& t) {
  // Slots of the root CNode are reached only through a capability for it.
  const auto named = abi::SlotName::in(abi::root_slot::cspace, 0);
  const CapPtr target = t.slot();
  t.succeeds(ipc::invoke(
      t.slots().cnode_of(target),
      abi::cnode::Copy{
          .index = ipc::index_in_leaf(target), .source = named, .rights = abi::all_rights}));
  t.equals(t.identify(target).type, static_cast<u64>(abi::ObjectType::cnode));
  t.succeeds(t.remove(target));
}

void a_root_slot_that_is_no_leaf(Context& t) {
  // Whatever else stands in a slot of a root CNode, nothing is found through it.
  constexpr u64 index = root_size - 2;
  const auto note = t.make<ipc::Notification>();
  const Cap<ipc::CNode> root{abi::root_slot::cspace};
  t.succeeds(ipc::invoke(root, abi::cnode::Copy{.index = index,
                                                .source = abi::SlotName::own(note.at()),
                                                .rights = abi::all_rights}));
  for (u64 i = 0; i < 256; i += 51)
    t.fails(ipc::poll(Cap<ipc::Notification>{abi::cap_at(index, i)}), Error::invalid_capability);
  t.succeeds(ipc::invoke(root, abi::cnode::Delete{.index = index}));
}

void small_leaves_are_refused(Context& t) {
  // A CNode of another size than a leaf's is none.
  constexpr u64 index = root_size - 3;
  const auto small = t.make<ipc::CNode>(4);
  const Cap<ipc::CNode> root{abi::root_slot::cspace};
  t.succeeds(ipc::invoke(
      small, abi::cnode::Copy{
                 .index = 3, .source = abi::SlotName::own(small.at()), .rights = abi::all_rights}));
  t.succeeds(ipc::invoke(root, abi::cnode::Copy{.index = index,
                                                .source = abi::SlotName::own(small.at()),
                                                .rights = abi::all_rights}));
  for (const u64 i : {u64{0}, u64{3}, u64{15}, u64{16}, u64{255}})
    t.fails(ipc::invoke(Cap<ipc::CNode>{abi::cap_at(index, i)}, abi::cnode::Identify{.index = 0}),
            Error::invalid_capability);
  t.succeeds(ipc::invoke(root, abi::cnode::Delete{.index = index}));
}

void a_new_leaf_is_reachable_at_once(Context& t) {
  constexpr u64 index = root_size - 4;
  const auto leaf = t.make<ipc::CNode>(abi::leaf_bits);
  const auto note = t.make<ipc::Notification>();
  const Cap<ipc::CNode> root{abi::root_slot::cspace};
  t.succeeds(ipc::invoke(
      leaf, abi::cnode::Copy{
                .index = 255, .source = abi::SlotName::own(note.at()), .rights = abi::all_rights}));
  const Cap<ipc::Notification> there{abi::cap_at(index, 255)};
  t.fails(ipc::signal(there), Error::invalid_capability);
  t.succeeds(ipc::invoke(root, abi::cnode::Copy{.index = index,
                                                .source = abi::SlotName::own(leaf.at()),
                                                .rights = abi::all_rights}));
  t.succeeds(ipc::signal(there));
  t.succeeds(ipc::poll(note));
  t.succeeds(ipc::invoke(root, abi::cnode::Delete{.index = index}));
  t.fails(ipc::signal(there), Error::invalid_capability);
}

void poll_until_it_fails(void*) {
  const Cap<ipc::Notification> note{abi::cap_at(0, stranger_slot::first)};
  while (ipc::poll(note).error() == Error::would_block) ipc::yield();
  // No capability is left to tell it with, but a fault is sent by the kernel.
  poke(static_cast<u64>(ipc::poll(note).error()), 0);
  stranger_done();
}

void a_lost_cspace(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  Stranger stranger{t, {.pager = faults}};
  stranger.give(stranger_slot::first, t.make<ipc::Notification>().at());
  stranger.start(poll_until_it_fails);
  ipc::yield();
  t.succeeds(t.revoke(stranger.process().root().at()));
  const ipc::Message message = sys::recv(faults, t.make<ipc::Reply>());
  t.equals(message.info.kind(), abi::Kind::fault);
  t.equals(message.words[0], static_cast<u64>(Error::invalid_capability));
}

constexpr Test table[] = {
    {"cspace.empty", "every address that names nothing is invalid, in every system call",
     empty_addresses_are_invalid},
    {"cspace.arguments", "the same holds for addresses in messages", empty_arguments_are_invalid},
    {"cspace.wide", "an address with more than 32 bits is invalid", addresses_have_32_bits},
    {"cspace.root", "a slot of the root CNode is named through its CNode",
     leaves_are_not_capabilities},
    {"cspace.no_leaf", "nothing is found through a root slot that holds no CNode",
     a_root_slot_that_is_no_leaf},
    {"cspace.small_leaf", "nothing is found through a CNode that is no leaf",
     small_leaves_are_refused},
    {"cspace.new_leaf", "a leaf is reachable as long as it stands in the root CNode",
     a_new_leaf_is_reachable_at_once},
    {"cspace.lost", "a thread whose CSpace goes finds nothing, and its pager is still there",
     a_lost_cspace},
};

}  // namespace

constinit const kit::Table tests::cspace_tests = table;
