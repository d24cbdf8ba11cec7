// SPDX-License-Identifier: MIT
// Who stands below whom: a copy beside its source, a mint and a retyped object below. Revoking
// takes exactly the descendants; deleting leaves them, under the grandparent.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;

// A capability of an endpoint that others can be minted from (badge 0).
Cap<ipc::Endpoint> child_of(Context& t, Cap<ipc::Endpoint> parent) {
  return t.mint(parent, abi::all_rights, 0);
}

bool has_children(Context& t, CapPtr at) { return t.identify(at).has_children != 0; }

void copies_stand_beside(Context& t) {
  const auto origin = t.make<ipc::Endpoint>();
  const auto copy = t.copy(origin);
  t.that(!has_children(t, origin.at()), "a copy is no child");
  t.succeeds(t.revoke(origin.at()));
  t.that(!t.is_empty(copy.at()), "revoking the source leaves its copy");
  t.succeeds(t.revoke(copy.at()));
  t.that(!t.is_empty(origin.at()), "and the other way");
}

void mints_stand_below(Context& t) {
  const auto origin = t.make<ipc::Endpoint>();
  const auto child = child_of(t, origin);
  t.that(has_children(t, origin.at()), "a mint is a child");
  t.succeeds(t.revoke(child.at()));
  t.that(!t.is_empty(origin.at()), "a child's revoke does not reach its parent");
  t.succeeds(t.revoke(origin.at()));
  t.that(t.is_empty(child.at()), "a parent's revoke takes its child");
  t.that(!t.is_empty(origin.at()), "but not itself");
}

void revoking_takes_all_descendants(Context& t) {
  const auto origin = t.make<ipc::Endpoint>();
  CapPtr all[32];
  Cap<ipc::Endpoint> deepest = origin;
  for (u64 i = 0; i < 32; i += 2) {
    deepest = child_of(t, deepest);
    all[i] = deepest.at();
    all[i + 1] = t.copy(deepest).at();
  }
  t.succeeds(t.revoke(origin.at()));
  for (const CapPtr at : all) t.that(t.is_empty(at), "a descendant was left");
  t.that(!has_children(t, origin.at()), "none is left");
}

void revoking_takes_nothing_else(Context& t) {
  const auto origin = t.make<ipc::Endpoint>();
  const auto uncle = t.copy(origin);
  const auto left = child_of(t, origin);
  const auto middle = child_of(t, origin);
  const auto right = child_of(t, origin);
  const auto cousin = child_of(t, uncle);
  const auto below = child_of(t, middle);
  t.succeeds(t.revoke(middle.at()));
  t.that(t.is_empty(below.at()), "the descendant is gone");
  for (const auto cap : {origin, uncle, left, middle, right, cousin})
    t.that(!t.is_empty(cap.at()), "somebody else was taken");
}

void orphans_go_to_the_grandparent(Context& t) {
  const auto origin = t.make<ipc::Endpoint>();
  const auto parent = child_of(t, origin);
  const auto child = child_of(t, parent);
  const auto grandchild = child_of(t, child);
  t.succeeds(t.remove(parent.at()));
  t.that(!t.is_empty(child.at()) && !t.is_empty(grandchild.at()), "they are alive");
  t.that(has_children(t, child.at()), "below each other as before");
  t.succeeds(t.revoke(child.at()));
  t.that(t.is_empty(grandchild.at()), "the child's own revoke works");
  t.succeeds(t.revoke(origin.at()));
  t.that(t.is_empty(child.at()), "the grandparent's revoke reaches them");
}

void deleting_makes_no_stranger_revocable(Context& t) {
  // parent and brother are siblings. Deleting parent must not put its children below brother, nor
  // brother's below anybody else.
  const auto origin = t.make<ipc::Endpoint>();
  const auto parent = child_of(t, origin);
  const auto brother = t.copy(parent);
  const auto child = child_of(t, parent);
  const auto nephew = child_of(t, brother);
  t.succeeds(t.remove(parent.at()));
  t.succeeds(t.revoke(brother.at()));
  t.that(!t.is_empty(child.at()), "the child was no descendant of its uncle");
  t.that(t.is_empty(nephew.at()), "the nephew was");
  t.that(!has_children(t, child.at()), "and the child got nobody");
}

void deleting_the_middle_of_a_family(Context& t) {
  // Three children; the middle one has three of its own. All orders of deleting keep the rest.
  for (u64 order = 0; order < 3; ++order) {
    const auto origin = t.make<ipc::Endpoint>();
    Cap<ipc::Endpoint> children[3];
    Cap<ipc::Endpoint> grandchildren[3][3];
    for (u64 i = 0; i < 3; ++i) {
      children[i] = child_of(t, origin);
      for (auto& grandchild : grandchildren[i]) grandchild = child_of(t, children[i]);
    }
    for (u64 i = 0; i < 3; ++i) t.succeeds(t.remove(children[(order + i) % 3].at()));
    for (const auto& family : grandchildren)
      for (const auto grandchild : family)
        t.that(!t.is_empty(grandchild.at()), "a grandchild was lost");
    t.that(has_children(t, origin.at()), "they are the origin's now");
    t.succeeds(t.revoke(origin.at()));
    for (const auto& family : grandchildren)
      for (const auto grandchild : family)
        t.that(t.is_empty(grandchild.at()), "a grandchild was left");
    t.succeeds(t.remove(origin.at()));
  }
}

void children_of_a_deleted_root(Context& t) {
  // The endpoint was retyped: its capability stands below the arena's.
  const auto untyped = t.make<ipc::Untyped>(13);
  const CapPtr first = t.slot();
  t.need(retype_to(t, untyped, {abi::ObjectType::endpoint, 0}, first));
  const auto child = child_of(t, Cap<ipc::Endpoint>{first});
  t.succeeds(t.remove(first));
  t.that(!t.is_empty(child.at()), "the object lives in its child's capability");
  t.that(has_children(t, untyped.at()), "which now stands below the memory");
  t.fails(retype_to(t, untyped, {abi::ObjectType::frame, 13}, t.slot()), Error::no_memory);
  t.succeeds(t.revoke(untyped.at()));
  t.that(t.is_empty(child.at()), "revoking the memory takes it");
  t.succeeds(retype_to(t, untyped, {abi::ObjectType::frame, 13}, t.slot()));
}

void untyped_within_untyped(Context& t) {
  const auto outer = t.make<ipc::Untyped>(16);
  const CapPtr inner = t.slot();
  const CapPtr frame = t.slot();
  t.need(retype_to(t, outer, {abi::ObjectType::untyped, 14}, inner));
  t.need(retype_to(t, Cap<ipc::Untyped>{inner}, {abi::ObjectType::frame, 12}, frame));
  t.succeeds(t.remove(inner));
  t.that(!t.is_empty(frame), "what was made of it lives");
  t.equals(free_bytes(t, outer), (u64{1} << 16) - (u64{1} << 14));
  t.succeeds(t.revoke(outer.at()));
  t.that(t.is_empty(frame), "revoking the outer memory takes it");
  t.equals(free_bytes(t, outer), u64{1} << 16);
}

void revoking_a_cnode_that_holds_descendants(Context& t) {
  // The slot that is revoked has a child in a CNode, and the CNode's own capability is a child too.
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr node = t.slot();
  t.need(retype_to(t, untyped, {abi::ObjectType::cnode, 5}, node));
  for (u64 i = 0; i < 8; ++i)
    t.need(ipc::invoke(untyped,
                       abi::untyped::Retype{.type = static_cast<u64>(abi::ObjectType::endpoint),
                                            .size_bits = 0,
                                            .first = abi::SlotName::in(node, i * 4),
                                            .count = 4}));
  t.succeeds(t.revoke(untyped.at()));
  t.that(t.is_empty(node), "the CNode is gone");
  t.equals(free_bytes(t, untyped), u64{1} << 16);
}

void memory_that_holds_its_own_capability(Context& t) {
  // The Untyped's capability stands in a CNode made of it, and is revoked through that CNode: both
  // go, and the memory belongs to whom it came from.
  const auto outer = t.make<ipc::Untyped>(17);
  const CapPtr inner = t.slot();
  const CapPtr node = t.slot();
  t.need(retype_to(t, outer, {abi::ObjectType::untyped, 16}, inner));
  t.need(retype_to(t, Cap<ipc::Untyped>{inner}, {abi::ObjectType::cnode, 4}, node));
  const Cap<ipc::CNode> cnode{node};
  t.need(ipc::invoke(cnode, abi::cnode::Move{.index = 3, .source = slot_name(t, inner)}));
  static_cast<void>(ipc::invoke(cnode, abi::cnode::Revoke{.index = 3}));
  t.that(t.is_empty(node), "the CNode is gone");
  t.succeeds(t.revoke(outer.at()));
  t.equals(free_bytes(t, outer), u64{1} << 17);
  t.succeeds(retype_to(t, outer, {abi::ObjectType::frame, 17}, t.slot()));
}

void a_cnode_deleted_through_itself(Context& t) {
  // Its only capability stands in its own slot, which is emptied through a second one that goes
  // with it.
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr node = t.slot();
  t.need(retype_to(t, untyped, {abi::ObjectType::cnode, 4}, node));
  const Cap<ipc::CNode> cnode{node};
  t.need(ipc::invoke(
      cnode,
      abi::cnode::Copy{.index = 2, .source = abi::SlotName::own(node), .rights = abi::all_rights}));
  t.succeeds(ipc::invoke(cnode, abi::cnode::Delete{.index = 2}));
  t.need(ipc::invoke(
      cnode,
      abi::cnode::Copy{.index = 2, .source = abi::SlotName::own(node), .rights = abi::all_rights}));
  t.succeeds(t.remove(node));
  t.equals(t.identify(untyped.at()).has_children, u64{1});
  t.succeeds(t.revoke(untyped.at()));
  t.equals(t.identify(untyped.at()).has_children, u64{0});
}

void wide_families(Context& t) {
  // More children than one step of a revoke takes.
  const auto origin = t.make<ipc::Endpoint>();
  const auto node = t.make<ipc::CNode>(10);
  for (u64 i = 0; i < 1024; ++i)
    t.need(ipc::invoke(node, abi::cnode::Mint{.index = i,
                                              .source = abi::SlotName::own(origin.at()),
                                              .rights = abi::all_rights,
                                              .data = i}));
  t.succeeds(t.revoke(origin.at()));
  for (u64 i = 0; i < 1024; ++i)
    t.equals(t.need(ipc::invoke(node, abi::cnode::Identify{.index = i})).type, u64{0});
}

constexpr Test table[] = {
    {"derivation.copy", "a copy stands beside its source", copies_stand_beside},
    {"derivation.mint", "a mint stands below its source", mints_stand_below},
    {"derivation.deep", "revoking takes descendants of any depth", revoking_takes_all_descendants},
    {"derivation.exact", "revoking takes nobody else", revoking_takes_nothing_else},
    {"derivation.orphans", "deleting a parent leaves its children alive under the grandparent",
     orphans_go_to_the_grandparent},
    {"derivation.strangers", "deleting never makes strangers revocable",
     deleting_makes_no_stranger_revocable},
    {"derivation.middle", "families keep together whoever of them is deleted",
     deleting_the_middle_of_a_family},
    {"derivation.root", "an object lives in any of its capabilities", children_of_a_deleted_root},
    {"derivation.untyped", "memory within memory comes back with the outer one",
     untyped_within_untyped},
    {"derivation.cnode", "a CNode that goes in a revoke takes what it holds",
     revoking_a_cnode_that_holds_descendants},
    {"derivation.inside", "memory that holds its own capability can be revoked through itself",
     memory_that_holds_its_own_capability},
    {"derivation.itself", "a CNode that holds itself goes with its memory",
     a_cnode_deleted_through_itself},
    {"derivation.wide", "a thousand children go in one revoke", wide_families},
};

}  // namespace

constinit const kit::Table tests::derivation_tests = table;
