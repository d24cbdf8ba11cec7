// SPDX-License-Identifier: MIT
// CNode: what each of its methods does, and refuses.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Rights;
using abi::SlotName;
namespace cnode = abi::cnode;
namespace right = abi::cnode_right;

u64 type_number(abi::ObjectType type) { return static_cast<u64>(type); }

void copies_are_alike(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto badged = t.mint(endpoint, abi::all_rights, 7);
  const auto copy = t.copy(badged, abi::endpoint_right::send);
  const auto found = t.identify(copy.at());
  t.equals(found.type, type_number(abi::ObjectType::endpoint));
  t.equals(found.rights, abi::endpoint_right::send);
  t.equals(found.data, u64{7});
  t.equals(found.has_children, u64{0});
}

void copies_of_every_kind(Context& t) {
  const CapPtr copyable[] = {t.make<ipc::CNode>(3).at(),   t.make<ipc::Frame>(12).at(),
                             t.make<ipc::VSpace>().at(),   t.make<ipc::Thread>().at(),
                             t.make<ipc::Endpoint>().at(), t.make<ipc::Notification>().at(),
                             t.make<ipc::Reply>().at(),    t.make<ipc::SchedContext>().at()};
  for (const CapPtr source : copyable) {
    const CapPtr copy = t.slot();
    const CapPtr child = t.slot();
    const auto found = t.identify(source);
    const bool is_frame = found.type == type_number(abi::ObjectType::frame);
    t.succeeds(copy_to(t, copy, source));
    t.succeeds(mint_to(t, child, source, {.size_bits = is_frame ? base::page_bits : 0U}));
    t.equals(t.identify(copy).type, found.type);
    t.equals(t.identify(child).type, found.type);
  }
  for (const CapPtr source : {t.make<ipc::Untyped>(12).at(), t.make<ipc::PageTable>().at()}) {
    t.fails(copy_to(t, t.slot(), source), Error::not_supported);
    t.fails(mint_to(t, t.slot(), source), Error::not_supported);
  }
}

void rights_only_shrink(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  for (u64 bits = 0; bits < 256; bits += 5) {
    const auto fewer = t.copy(endpoint, Rights{bits});
    t.equals(t.identify(fewer.at()).rights.bits, bits);
    const CapPtr again = t.slot();
    t.succeeds(copy_to(t, again, fewer.at()));
    t.equals(t.identify(again).rights.bits, bits);
    t.succeeds(t.remove(again));
    t.succeeds(copy_to(t, again, fewer.at(), Rights{0x0f}));
    t.equals(t.identify(again).rights.bits, bits & 0x0f);
    t.succeeds(t.remove(again));
    if (!Rights{bits}.has(abi::endpoint_right::mint)) {
      t.fails(mint_to(t, again, fewer.at()), Error::denied);
    } else {
      t.succeeds(mint_to(t, again, fewer.at(), {.rights = Rights{0x3c}}));
      t.equals(t.identify(again).rights.bits, bits & 0x3c);
    }
    t.succeeds(t.remove(again));
    t.succeeds(t.remove(fewer.at()));
    t.slots().release(again);
    t.slots().release(fewer.at());
  }
}

void rights_have_eight_bits(Context& t) {
  // Bits above the eighth mean nothing and do no harm.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto sender = t.copy(endpoint, abi::endpoint_right::send);
  for (unsigned bit = 8; bit < 64; ++bit) {
    const CapPtr at = t.slot();
    t.succeeds(copy_to(t, at, sender.at(), Rights{u64{1} << bit | 1}));
    const auto found = t.identify(at);
    t.equals(found.rights, abi::endpoint_right::send);
    t.equals(found.type, type_number(abi::ObjectType::endpoint));
  }
}

void badges_are_minted_once(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto badged = t.mint(endpoint, abi::all_rights, 9);
  t.fails(mint_to(t, t.slot(), badged.at(), {.data = 10}), Error::busy);
  const auto no_mint = t.copy(endpoint, abi::endpoint_right::send);
  t.fails(mint_to(t, t.slot(), no_mint.at(), {.data = 10}), Error::denied);
  t.equals(t.identify(badged.at()).data, u64{9});
}

void mints_check_their_arguments(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto frame = t.make<ipc::Frame>(14);
  const auto reply = t.make<ipc::Reply>();
  const CapPtr at = t.slot();
  t.fails(mint_to(t, at, endpoint.at(), {.offset = 4096}), Error::bad_argument);
  t.fails(mint_to(t, at, endpoint.at(), {.size_bits = 12}), Error::bad_argument);
  t.fails(mint_to(t, at, reply.at(), {.data = 1}), Error::bad_argument);
  t.fails(mint_to(t, at, frame.at(), {.data = 1, .size_bits = 12}), Error::bad_argument);
  t.fails(mint_to(t, at, frame.at(), {.offset = 0, .size_bits = 0}), Error::out_of_range);
  t.fails(mint_to(t, at, frame.at(), {.offset = 0, .size_bits = 11}), Error::out_of_range);
  t.fails(mint_to(t, at, frame.at(), {.offset = 0, .size_bits = 15}), Error::out_of_range);
  t.fails(mint_to(t, at, frame.at(), {.offset = 0, .size_bits = 64}), Error::out_of_range);
  t.fails(mint_to(t, at, frame.at(), {.offset = 2048, .size_bits = 12}), Error::bad_argument);
  t.fails(mint_to(t, at, frame.at(), {.offset = 4096, .size_bits = 13}), Error::bad_argument);
  t.fails(mint_to(t, at, frame.at(), {.offset = 16384, .size_bits = 12}), Error::out_of_range);
  t.fails(mint_to(t, at, frame.at(), {.offset = u64{1} << 63, .size_bits = 12}),
          Error::out_of_range);
  t.that(t.is_empty(at), "nothing was made");
}

void parts_of_frames(Context& t) {
  const auto frame = t.make<ipc::Frame>(14);
  const auto whole = t.need(ipc::invoke(frame, abi::frame::Info{}));
  for (u64 page = 0; page < 4; ++page) {
    const CapPtr at = t.slot();
    t.need(mint_to(t, at, frame.at(), {.offset = page * base::page_size, .size_bits = 12}));
    const auto part = t.need(ipc::invoke(Cap<ipc::Frame>{at}, abi::frame::Info{}));
    t.equals(part.physical_address, whole.physical_address + page * base::page_size);
    t.equals(part.size_bits, u64{12});
    t.fails(mint_to(t, t.slot(), at, {.offset = 0, .size_bits = 13}), Error::out_of_range);
  }
}

void moves_take_everything_along(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto child = t.mint(endpoint, abi::all_rights, 3);
  const CapPtr there = t.slot();
  t.succeeds(move_to(t, there, endpoint.at()));
  t.that(t.is_empty(endpoint.at()), "the old slot is empty");
  t.equals(t.identify(there).has_children, u64{1});
  t.fails(move_to(t, t.slot(), endpoint.at()), Error::invalid_capability);
  t.succeeds(t.revoke(there));
  t.that(t.is_empty(child.at()), "its child is still its child");
}

void moves_of_memory(Context& t) {
  // What cannot be copied can be moved.
  const auto untyped = t.make<ipc::Untyped>(14);
  const CapPtr there = t.slot();
  t.succeeds(move_to(t, there, untyped.at()));
  t.equals(free_bytes(t, Cap<ipc::Untyped>{there}), u64{1} << 14);
  const auto table = t.make<ipc::PageTable>();
  t.succeeds(move_to(t, t.slot(), table.at()));
}

void moves_need_a_cnode(Context& t) {
  // A source in one's own CSpace is named by the CNode that it leaves.
  const auto endpoint = t.make<ipc::Endpoint>();
  const CapPtr there = t.slot();
  t.fails(
      ipc::invoke(t.slots().cnode_of(there), cnode::Move{.index = ipc::index_in_leaf(there),
                                                         .source = SlotName::own(endpoint.at())}),
      Error::denied);
  t.that(t.is_empty(there), "nothing moved");
}

void occupied_slots_are_kept(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  t.fails(copy_to(t, note.at(), endpoint.at()), Error::occupied);
  t.fails(mint_to(t, note.at(), endpoint.at()), Error::occupied);
  t.fails(move_to(t, note.at(), endpoint.at()), Error::occupied);
  t.fails(move_to(t, endpoint.at(), endpoint.at()), Error::occupied);
  t.fails(copy_to(t, endpoint.at(), endpoint.at()), Error::occupied);
  t.equals(t.identify(note.at()).type, type_number(abi::ObjectType::notification));
  t.equals(t.identify(endpoint.at()).type, type_number(abi::ObjectType::endpoint));
}

void indices_are_checked(Context& t) {
  const auto small = t.make<ipc::CNode>(2);
  const auto endpoint = t.make<ipc::Endpoint>();
  for (const u64 index : {u64{4}, u64{255}, u64{256}, u64{1} << 32, ~u64{0}}) {
    const auto source = SlotName::own(endpoint.at());
    const auto inside = SlotName::in(small.at(), index & 0xffff'ffff);
    t.fails(ipc::invoke(small, cnode::Copy{index, source, abi::all_rights}), Error::out_of_range);
    t.fails(ipc::invoke(small, cnode::Mint{.index = index, .source = source}), Error::out_of_range);
    t.fails(ipc::invoke(small, cnode::Move{index, SlotName::in(small.at(), 0)}),
            Error::invalid_capability);
    t.fails(ipc::invoke(small, cnode::Delete{index}), Error::out_of_range);
    t.fails(ipc::invoke(small, cnode::Revoke{index}), Error::out_of_range);
    t.fails(ipc::invoke(small, cnode::Identify{index}), Error::out_of_range);
    if (inside.index() >= 4)
      t.fails(ipc::invoke(small, cnode::Copy{0, inside, abi::all_rights}), Error::out_of_range);
  }
}

void sizes_are_exact(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  for (u64 bits = 1; bits <= 10; bits += 3) {
    const auto node = t.make<ipc::CNode>(bits);
    const auto source = SlotName::own(endpoint.at());
    const u64 last = (u64{1} << bits) - 1;
    t.succeeds(ipc::invoke(node, cnode::Copy{last, source, abi::all_rights}));
    t.fails(ipc::invoke(node, cnode::Copy{last + 1, source, abi::all_rights}), Error::out_of_range);
    t.equals(t.need(ipc::invoke(node, cnode::Identify{last})).type,
             type_number(abi::ObjectType::endpoint));
  }
}

void rights_are_needed(Context& t) {
  const auto node = t.make<ipc::CNode>(4);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto source = SlotName::own(endpoint.at());
  t.succeeds(ipc::invoke(node, cnode::Copy{0, source, abi::all_rights}));
  const auto no_insert = t.copy(node, Rights{0xff & ~right::insert.bits});
  const auto no_remove = t.copy(node, Rights{0xff & ~right::remove.bits});
  const auto no_copy = t.copy(node, Rights{0xff & ~right::copy.bits});
  t.fails(ipc::invoke(no_insert, cnode::Copy{1, source, abi::all_rights}), Error::denied);
  t.fails(ipc::invoke(no_insert, cnode::Mint{.index = 1, .source = source}), Error::denied);
  t.fails(ipc::invoke(no_insert, cnode::Move{1, SlotName::in(node.at(), 0)}), Error::denied);
  t.fails(ipc::invoke(no_remove, cnode::Delete{0}), Error::denied);
  t.fails(ipc::invoke(no_remove, cnode::Revoke{0}), Error::denied);
  t.fails(ipc::invoke(node, cnode::Move{1, SlotName::in(no_remove.at(), 0)}), Error::denied);
  const auto target = t.slot();
  t.fails(ipc::invoke(t.slots().cnode_of(target),
                      cnode::Copy{ipc::index_in_leaf(target), SlotName::in(no_copy.at(), 0),
                                  abi::all_rights}),
          Error::denied);
  t.fails(ipc::invoke(no_copy, cnode::Identify{0}), Error::denied);
  t.equals(t.need(ipc::invoke(node, cnode::Identify{0})).rights, abi::all_rights);
}

void sources_in_other_cnodes(Context& t) {
  const auto first = t.make<ipc::CNode>(4);
  const auto second = t.make<ipc::CNode>(4);
  const auto endpoint = t.make<ipc::Endpoint>();
  t.succeeds(ipc::invoke(first, cnode::Copy{5, SlotName::own(endpoint.at()), abi::all_rights}));
  t.succeeds(ipc::invoke(second, cnode::Copy{6, SlotName::in(first.at(), 5), abi::all_rights}));
  t.succeeds(ipc::invoke(second, cnode::Mint{.index = 7,
                                             .source = SlotName::in(second.at(), 6),
                                             .rights = abi::all_rights,
                                             .data = 55}));
  t.succeeds(ipc::invoke(first, cnode::Move{8, SlotName::in(second.at(), 7)}));
  t.equals(t.need(ipc::invoke(first, cnode::Identify{8})).data, u64{55});
  t.fails(ipc::invoke(first, cnode::Copy{9, SlotName::in(endpoint.at(), 0), abi::all_rights}),
          Error::wrong_object);
  t.fails(ipc::invoke(first, cnode::Copy{9, SlotName::in(t.slot(), 0), abi::all_rights}),
          Error::invalid_capability);
  t.fails(ipc::invoke(first, cnode::Copy{9, SlotName::in(second.at(), 7), abi::all_rights}),
          Error::invalid_capability);
}

void empty_slots(Context& t) {
  const CapPtr at = t.slot();
  t.succeeds(t.remove(at));
  t.fails(t.revoke(at), Error::not_found);
  t.that(t.is_empty(at), "it is still empty");
}

void deleted_cnodes_delete_their_contents(Context& t) {
  const auto node = t.make<ipc::CNode>(8);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto copy = t.copy(node);
  for (u64 i = 0; i < 256; ++i)
    t.need(ipc::invoke(node, cnode::Mint{.index = i,
                                         .source = SlotName::own(endpoint.at()),
                                         .rights = abi::all_rights,
                                         .data = i + 1}));
  t.equals(t.identify(endpoint.at()).has_children, u64{1});
  t.succeeds(t.remove(node.at()));
  t.equals(t.identify(endpoint.at()).has_children, u64{1});
  t.succeeds(t.remove(copy.at()));
  t.equals(t.identify(endpoint.at()).has_children, u64{0});
}

void cnodes_in_themselves(Context& t) {
  // Nobody but itself knows it then; its memory comes back with its Untyped.
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr node = t.slot();
  t.need(retype_to(t, untyped, {abi::ObjectType::cnode, 4}, node));
  t.succeeds(
      ipc::invoke(Cap<ipc::CNode>{node}, cnode::Copy{2, SlotName::own(node), abi::all_rights}));
  t.succeeds(ipc::invoke(Cap<ipc::CNode>{node}, cnode::Move{3, slot_name(t, node)}));
  t.that(t.is_empty(node), "it has moved into itself");
  t.succeeds(t.revoke(untyped.at()));
  t.equals(free_bytes(t, untyped), u64{1} << 16);
}

void wrong_messages(Context& t) {
  const auto node = t.make<ipc::CNode>(4);
  for (u64 words = 0; words <= abi::max_message_words; ++words) {
    if (words == abi::words_of<cnode::Delete>) continue;
    t.equals(
        ipc::sys::call(node.at(), {}, abi::MessageInfo::make(cnode::Delete::op, words)).error(),
        Error::bad_argument);
  }
  for (const u32 label : {0U, 1U, cnode::Copy::op - 1, cnode::Configure::op + 1, 0xffff'ffffU,
                          abi::frame::Map::op, cnode::Delete::op | 0x10000U})
    t.equals(ipc::sys::call(node.at(), {}, abi::MessageInfo::make(label, 1)).error(),
             Error::unknown_method);
}

constexpr Test table[] = {
    {"cnode.copy", "a copy has the badge of its source and at most its rights", copies_are_alike},
    {"cnode.kinds", "all kinds but Untyped and PageTable can be copied and minted",
     copies_of_every_kind},
    {"cnode.shrink", "no way of copying gives a right back", rights_only_shrink},
    {"cnode.eight_bits", "rights have eight bits, whatever is asked for", rights_have_eight_bits},
    {"cnode.badge", "a badge is given once, by whoever may", badges_are_minted_once},
    {"cnode.mint_arguments", "a mint refuses what does not fit its object",
     mints_check_their_arguments},
    {"cnode.parts", "parts of a Frame lie where they should", parts_of_frames},
    {"cnode.move", "a capability moves with its place in the derivation",
     moves_take_everything_along},
    {"cnode.move_memory", "what cannot be copied can be moved", moves_of_memory},
    {"cnode.move_source", "moving needs the CNode that is left", moves_need_a_cnode},
    {"cnode.occupied", "an occupied slot is never overwritten", occupied_slots_are_kept},
    {"cnode.indices", "an index outside the CNode is refused", indices_are_checked},
    {"cnode.sizes", "a CNode has the slots that it was made with", sizes_are_exact},
    {"cnode.rights", "inserting, removing and copying need their rights", rights_are_needed},
    {"cnode.sources", "slots of other CNodes are reached through their capabilities",
     sources_in_other_cnodes},
    {"cnode.empty", "deleting from an empty slot does nothing", empty_slots},
    {"cnode.contents", "the last capability of a CNode takes its contents along",
     deleted_cnodes_delete_their_contents},
    {"cnode.loop", "a CNode that only it itself knows goes with its memory", cnodes_in_themselves},
    {"cnode.messages", "messages of another length or label are refused", wrong_messages},
};

}  // namespace

constinit const kit::Table tests::cnode_tests = table;
