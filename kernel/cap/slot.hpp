// SPDX-License-Identifier: MIT
// A slot holds one capability and its place in the derivation forest.
//
//            parent                 A child's chain begins and ends at its parent: the first
//          first | last             child's `previous` and the last child's `next` are the parent,
//           v        v              tagged. So a slot with children can be taken out in constant
//   parent< a <-> b <-> c >parent   time: its children take its place in the chain.
//
// Invariants (checked by check()): chains are doubly linked; exactly the ends are tagged or null;
// a null slot is in no chain and has no children.
#pragma once

#include <cap/capability.hpp>

namespace kernel {

class Slot;

// A neighbour in a chain of siblings, or the parent at its end, or nothing.
class ChainLink {
 public:
  constexpr ChainLink() = default;
  static ChainLink sibling(Slot* slot) { return ChainLink{reinterpret_cast<u64>(slot)}; }
  static ChainLink parent(Slot* slot) { return ChainLink{reinterpret_cast<u64>(slot) | 1}; }

  [[nodiscard]] Slot* as_sibling() const { return is_parent() ? nullptr : pointer(); }
  [[nodiscard]] Slot* as_parent() const { return is_parent() ? pointer() : nullptr; }

  friend constexpr bool operator==(ChainLink, ChainLink) = default;

 private:
  constexpr explicit ChainLink(u64 raw) : raw_(raw) {}
  [[nodiscard]] bool is_parent() const { return (raw_ & 1) != 0; }
  [[nodiscard]] Slot* pointer() const { return reinterpret_cast<Slot*>(raw_ & ~u64{1}); }

  u64 raw_ = 0;
};

class CNode;
class Thread;

// The addresses between which a Frame is mapped: no entry of it lies outside. Empty: start == end.
struct Window {
  u64 start = 0;
  u64 end = 0;
};

class alignas(64) Slot {
 public:
  Capability cap;
  u64 data = 0;  // endpoint: badge; notification: mask; untyped: watermarks; frame, page table:
                 // binding; vspace: address-space number

  [[nodiscard]] bool is_empty() const { return cap.is_null(); }
  [[nodiscard]] bool has_children() const { return first_child_ != nullptr; }
  [[nodiscard]] Slot* first_child() const { return first_child_; }
  [[nodiscard]] Slot* next_sibling() const { return next_.as_sibling(); }
  [[nodiscard]] Slot* last_child() const { return last_child_; }
  [[nodiscard]] Slot* previous_sibling() const { return previous_.as_sibling(); }
  // The parent, as far as the first child knows it, and as far as the last one does.
  [[nodiscard]] Slot* parent_before() const { return previous_.as_parent(); }
  [[nodiscard]] Slot* parent_behind() const { return next_.as_parent(); }

  // Fills this empty slot as the newest child of `parent`, beside `source`, or with no relatives.
  void become_child(Slot& parent, Capability new_cap, u64 new_data);
  void become_sibling(Slot& source, Capability new_cap, u64 new_data);
  void become_root(Capability new_cap, u64 new_data);

  // Takes the contents and the place of `source`, which is empty then.
  void take(Slot& source);

  // Empties the slot; its children go to its parent.
  void clear();

  // A Frame's window; only of slots in CNodes.
  [[nodiscard]] Window window() const { return window_; }
  void set_window(Window window) { window_ = window; }

  // A slot in a Thread instead of a CNode knows its thread, which has to hear of changes.
  // Its Frame is never mapped through it, so the window holds that.
  [[nodiscard]] Thread* keeper() const {
    return window_.start == kept ? reinterpret_cast<Thread*>(window_.end) : nullptr;
  }
  void set_keeper(Thread* keeper) { window_ = {kept, reinterpret_cast<u64>(keeper)}; }

  // An anchor's CNode; the window holds that. An anchored Frame is mapped nowhere.
  [[nodiscard]] CNode* home() const { return reinterpret_cast<CNode*>(window_.start); }
  void set_home(CNode* home) { window_ = {reinterpret_cast<u64>(home), 0}; }

  // The parent, if nothing else is derived from it.
  [[nodiscard]] Slot* parent_of_only_child() const {
    return previous_.as_parent() == next_.as_parent() && first_child_ == nullptr ? next_.as_parent()
                                                                                 : nullptr;
  }

  // Panics unless the links around this slot hold.
  void check() const;

 private:
  static constexpr u64 kept = ~u64{0};

  void fill(Capability new_cap, u64 new_data, ChainLink previous, ChainLink next);
  // Whoever stands before (behind) this place points at `link` from now on.
  static void set_next_of(ChainLink place, ChainLink next, Slot* first);
  static void set_previous_of(ChainLink place, ChainLink previous, Slot* last);

  ChainLink next_;
  ChainLink previous_;
  Slot* first_child_ = nullptr;
  Slot* last_child_ = nullptr;
  Window window_;
};

static_assert(sizeof(Slot) == abi::slot_bytes);

}  // namespace kernel
