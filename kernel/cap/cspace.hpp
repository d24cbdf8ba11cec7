// SPDX-License-Identifier: MIT
// From a capability address to the slot: two loads, two checks.
#pragma once

#include <abi/error.hpp>
#include <cap/cnode.hpp>

namespace kernel {

// What a thread finds its capabilities through. No root: nothing is found.
class CSpace {
 public:
  constexpr CSpace() = default;
  explicit CSpace(CNode* root) : root_(root) {}

  // The slot that `address` names, which may be empty; null if it names none. Leaf 0, index 0 is
  // a slot like any other to the kernel's own book-keeping, but address 0 is never valid.
  [[nodiscard]] Slot* find(abi::CapPtr address) const {
    const u64 index = address.value() >> abi::leaf_bits;
    if (address.value() == 0 || root_ == nullptr || index >= root_->size()) return nullptr;
    const Capability leaf = root_->slot(index).cap;
    // A CNode that is hot has the size of a leaf.
    if (leaf.type() != ObjectType::cnode || !leaf.is_hot()) return nullptr;
    return &leaf.object<CNode>()->slot(address.value() & (abi::leaf_slots - 1));
  }

 private:
  CNode* root_ = nullptr;
};

}  // namespace kernel
