// SPDX-License-Identifier: MIT
// The pages of a memory object by their index: sparse, and as high as the largest index asks for.
//
//   height 0: words_[0..4) are the entries of pages 0 to 3      no node at all
//   height 1: words_[0] -> node: 512 entries
//   height 3: words_[0] -> node: 512 links -> node: 512 links -> node: 512 entries
//
// A node is one page of 512 words. A link is a node's address, and in the low bits, which are zero
// in an address of a page, how many of its words are not zero; so a node that becomes empty is seen
// at once and given back. A zero word is an empty entry as well as a missing node: to find an entry
// is to follow words until one is zero or the height is used up.
//
// Invariants, shown by check(): each node has a word that is not zero, and its link knows how many;
// an empty tree has height 0. A tree does not become lower otherwise: it grows back too often.
#pragma once

#include <abi/error.hpp>
#include <abi/types.hpp>

namespace procmgr {

using base::u64;

// Where nodes come from: a zeroed page of 4 KiB, or null; and where they go to.
struct NodeSource {
  void* context = nullptr;
  void* (*allocate)(void* context) = nullptr;
  void (*release)(void* context, void* node) = nullptr;
};

// A page of an object: its physical address, and flags in the bits below. Zero: there is none.
struct PageEntry {
  enum Flags : u64 {
    present = 1,
    coherent = 2,   // instructions may be fetched from it: caches have been cleaned
    committed = 4,  // cannot be shrunk away
    foreign = 8,    // belongs to somebody else: not freed with the object
  };

  u64 raw = 0;

  // `page`: an address >> 12. `flags`: without `present`, which is added.
  static constexpr PageEntry of(u64 page, u64 flags = 0) {
    return {page << base::page_bits | flags | present};
  }
  [[nodiscard]] constexpr bool is_present() const { return raw != 0; }
  [[nodiscard]] constexpr u64 page() const { return raw >> base::page_bits; }
  [[nodiscard]] constexpr u64 address() const { return page() << base::page_bits; }
  [[nodiscard]] constexpr bool has(Flags flag) const { return (raw & flag) != 0; }
  [[nodiscard]] constexpr PageEntry with(Flags flag) const { return {raw | flag}; }

  friend constexpr bool operator==(PageEntry, PageEntry) = default;
};

class PageTree {
 public:
  static constexpr u64 inline_pages = 4;
  static constexpr unsigned max_height = 3;
  static constexpr unsigned level_bits = 9;
  static constexpr u64 max_pages = u64{1} << (max_height * level_bits);

  struct Found {
    u64 index;
    PageEntry entry;  // not present: there is none, and `index` is the end that was asked for
  };

  // Any index; what lies behind max_pages is empty.
  [[nodiscard]] PageEntry find(u64 index) const {
    return index < capacity() ? PageEntry{*walk(index, 0).word} : PageEntry{};
  }

  // The place is empty, the entry is present. Error, and then nothing has changed: out_of_range,
  // no_memory.
  abi::Status insert(u64 index, PageEntry entry, const NodeSource& source);

  // There is an entry, and the new one is present.
  void replace(u64 index, PageEntry entry);

  // Takes the entry out, if there is one, and gives back the nodes that become empty.
  PageEntry remove(u64 index, const NodeSource& source);

  // The first entry at or above `index` and below `end`. Looks at three nodes' words at most.
  [[nodiscard]] Found next(u64 index, u64 end) const;

  // How many entries from `index` on, at most `most`, have the flags of the first and pages that
  // lie one behind the other. A run ends where its node does.
  [[nodiscard]] u64 run_length(u64 index, u64 most) const;

  [[nodiscard]] u64 count() const { return count_; }
  [[nodiscard]] u64 nodes() const { return nodes_; }

  // The invariant that is broken, in a sentence; null if all hold.
  [[nodiscard]] const char* check() const;

 private:
  // A word on the way to an entry: at level 0 the entry, above a link to a node of that height.
  struct Place {
    const u64* word;
    unsigned level;
  };
  struct Spares;

  [[nodiscard]] u64 capacity() const {
    return height_ == 0 ? inline_pages : u64{1} << (height_ * level_bits);
  }
  // Follows the way to `index`, which is below capacity(), down to level `stop` or a zero word.
  [[nodiscard]] Place walk(u64 index, unsigned stop) const;
  [[nodiscard]] u64 missing_nodes(u64 index, unsigned height) const;
  void grow(unsigned height, Spares& spares);
  [[nodiscard]] const char* check_level(unsigned level, u64& nodes, u64& entries) const;

  u64 words_[inline_pages] = {};
  u64 count_ = 0;
  u64 nodes_ = 0;
  unsigned height_ = 0;
};

}  // namespace procmgr
