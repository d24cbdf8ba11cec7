// SPDX-License-Identifier: MIT
// Methods of CNode. Each changes slots of the invoked CNode; `index` is a slot in it.
//
// Derivation: a copy stands beside its source, a mint below it. Revoking a capability deletes
// exactly what stands below it. Deleting one leaves what stands below it alive, under its parent.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::cnode {

// Puts a copy of `source` into the empty slot `index`, with at most `rights`. An Untyped or a
// PageTable cannot be copied (not_supported). Frames: the copy is not mapped.
struct Copy {
  static constexpr u32 op = method(ObjectType::cnode, 1);
  static constexpr std::string_view name = "cnode.copy";
  u64 index;
  SlotName source;
  Rights rights;
  struct Reply {};
};

// Puts a child of `source` into the empty slot `index`, with at most `rights` and
//   endpoint: the badge `data` (the source must be unbadged and have the right mint);
//   notification: the mask of bits that it may set, at most the source's own;
//   frame: the part of 2^size_bits bytes at `offset`;
//   others: `data`, `offset` and `size_bits` are 0.
struct Mint {
  static constexpr u32 op = method(ObjectType::cnode, 2);
  static constexpr std::string_view name = "cnode.mint";
  u64 index;
  SlotName source;
  Rights rights;
  u64 data;
  u64 offset;
  u64 size_bits;
  struct Reply {};
};

// Moves a capability, with its place in the derivation, into the empty slot `index`. `source` names
// a CNode with the right remove. An anchor cannot go into a CNode of more than 256 slots
// (not_supported).
struct Move {
  static constexpr u32 op = method(ObjectType::cnode, 3);
  static constexpr std::string_view name = "cnode.move";
  u64 index;
  SlotName source;
  struct Reply {};
};

// Empties the slot; an empty slot is no error. When the last capability to an object goes, the
// object goes, and everybody who waits on it gets the error `gone`.
struct Delete {
  static constexpr u32 op = method(ObjectType::cnode, 4);
  static constexpr std::string_view name = "cnode.delete";
  u64 index;
  struct Reply {};
};

// Deletes everything derived from the capability in the slot, but not itself.
struct Revoke {
  static constexpr u32 op = method(ObjectType::cnode, 5);
  static constexpr std::string_view name = "cnode.revoke";
  u64 index;
  struct Reply {};
};

// What stands in the slot. `data`: an endpoint's badge or a notification's mask.
struct Identify {
  static constexpr u32 op = method(ObjectType::cnode, 6);
  static constexpr std::string_view name = "cnode.identify";
  u64 index;
  struct Reply {
    u64 type;
    Rights rights;
    u64 data;
    u64 has_children;
  };
};

// Makes the capability in the slot an anchor: what is copied, minted or sent of it becomes a child,
// and when the last of its children goes,
//   - senders that still wait on an endpoint with its badge (if it has one) get the error gone,
//   - the slot counts as unreferenced, and the CNode's notification (Configure) is signalled.
// An anchor of which nothing has been derived yet counts as unreferenced too, without a signal.
// Anchors stand in CNodes of at most 256 slots. Errors: not_found (an empty slot), not_supported
// (an Untyped, a PageTable, a Frame that is mapped; a larger CNode). An anchor may be made an
// anchor again; a Frame that is one cannot be mapped.
struct Anchor {
  static constexpr u32 op = method(ObjectType::cnode, 7);
  static constexpr std::string_view name = "cnode.anchor";
  u64 index;
  struct Reply {};
};

// The index of one unreferenced anchor, which does not count as such any more until something has
// been derived from it and gone again. In turns, so that none is passed over for ever. Needs the
// right remove. Error: not_found (there is none).
struct NextUnreferenced {
  static constexpr u32 op = method(ObjectType::cnode, 8);
  static constexpr std::string_view name = "cnode.next_unreferenced";
  struct Reply {
    u64 index;
  };
};

// The notification (right signal; 0: none) that is signalled, with the mask of this capability,
// when an anchor of this CNode becomes unreferenced. The CNode keeps a child of it. Needs the right
// remove.
struct Configure {
  static constexpr u32 op = method(ObjectType::cnode, 9);
  static constexpr std::string_view name = "cnode.configure";
  CapPtr notification;
  struct Reply {};
};

using Methods =
    RequestList<Copy, Mint, Move, Delete, Revoke, Identify, Anchor, NextUnreferenced, Configure>;

}  // namespace abi::cnode
