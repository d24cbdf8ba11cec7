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
  explicit CSpace(CNode* root) : roots_(&root->slot(0)), size_(root->size()) {}

  // The slot that `address` names, which may be empty; null if it names none. Address 0 is never
  // valid, whatever stands there.
  [[nodiscard]] Slot* find(abi::CapPtr address) const {
    const u64 index = address.value() >> abi::leaf_bits;
    if (address.value() == 0 || index >= size_) return nullptr;
    const Capability leaf = roots_[index].cap;
    if (!leaf.is_leaf()) return nullptr;
    return &leaf.object<CNode>()->slot(address.value() & (abi::leaf_slots - 1));
  }

 private:
  Slot* roots_ = nullptr;
  u64 size_ = 0;
};

}  // namespace kernel
