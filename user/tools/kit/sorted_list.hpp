// SPDX-License-Identifier: MIT
// Sorting of lists: stable, without recursion and without memory of its own.
#pragma once

#include <base/units.hpp>

namespace kit {

// Something with a `next` of its own kind.
template <class Node>
concept Linked = requires(Node node) { node.next = &node; };

// Two sorted lists become one. Of equals those of `first` come first.
template <Linked Node, class Less>
Node* merge_lists(Node* first, Node* second, const Less& less) {
  Node* head = nullptr;
  Node** end = &head;
  while (first != nullptr && second != nullptr) {
    Node*& smaller = less(*second, *first) ? second : first;
    *end = smaller;
    end = &smaller->next;
    smaller = smaller->next;
  }
  *end = first != nullptr ? first : second;
  return head;
}

// Sorts what is put in, in an order that `less` says. Bin i holds a sorted list of 2^i nodes or
// nothing, as the bits of a number that counts them: two lists of one length become one of the
// next.
template <Linked Node, class Less>
class Sorter {
 public:
  explicit Sorter(const Less& less) : less_(less) {}

  void add(Node& node) {
    node.next = nullptr;
    Node* list = &node;
    base::u64 i = 0;
    for (; bins_[i] != nullptr; ++i) {
      list = merge_lists(bins_[i], list, less_);
      bins_[i] = nullptr;
    }
    bins_[i] = list;
  }

  // All of them. What was put in later stands in smaller bins.
  Node* finish() {
    Node* list = nullptr;
    for (Node*& bin : bins_) {
      list = merge_lists(bin, list, less_);
      bin = nullptr;
    }
    return list;
  }

 private:
  const Less& less_;
  Node* bins_[64] = {};
};

}  // namespace kit
