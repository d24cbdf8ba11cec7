// SPDX-License-Identifier: MIT
// The names of a directory, found by their hash: a digital search tree. An entry at depth d stands
// on the way that the first d bits of its key name, so no way is longer than the key has bits,
// whatever names somebody chooses, and nothing has ever to be balanced.
//
//                    a            each entry is a node of the tree; left where the next bit of
//                 0 / \ 1         the key is 0, right where it is 1
//                  b   c
//
// Keys are unique: names with the same hash (there is no honest reason for any) get neighbouring
// ones, at most `max_same_hash` of them. A key is also the cursor of whoever reads the directory: a
// name that stays keeps its key.
#pragma once

#include <base/units.hpp>
#include <string_view>

namespace vfs {

using base::u32;
using base::u64;

struct Node;

// A name in a directory. Its text follows the record.
struct Entry {
  Entry* child[2] = {};
  u64 key = 0;
  Node* node = nullptr;
  u64 length = 0;

  [[nodiscard]] std::string_view name() const {
    return {reinterpret_cast<const char*>(this + 1), length};
  }
};

constexpr u64 entry_bytes(u64 length) { return sizeof(Entry) + length; }

class NameIndex {
 public:
  static constexpr u64 max_same_hash = 8;

  [[nodiscard]] Entry* find(std::string_view name) const;
  [[nodiscard]] bool empty() const { return root_ == nullptr; }

  // False, and nothing has changed: there are too many names with the same hash. The name is not
  // there yet.
  bool insert(Entry& entry);
  void remove(Entry& entry);

  // `entry` takes the place of `old`, which has the same name.
  void replace(Entry& old, Entry& entry);

  static u64 hash(std::string_view name);

  [[nodiscard]] Entry* root() const { return root_; }

 private:
  Entry** place_of(u64 key);
  [[nodiscard]] Entry* with_key(u64 key) const;

  Entry* root_ = nullptr;
};

// Entries one after the other, in the order of their keys, while nothing changes. It goes through
// the tree once: what lies further to the right waits on a stack, and entries that stand above
// their place in the order wait beside it. Of both there are never more than a key has bits.
class NameReader {
 public:
  // From the lowest key that is at least `from`.
  NameReader(const NameIndex& names, u64 from);

  // Null: there are no more.
  Entry* next();

 private:
  static constexpr u64 key_bits = 64;

  // A tree whose keys are `low` and above, and all agree in their first `depth` bits.
  struct Tree {
    Entry* root;
    u64 low;
    u64 depth;
  };

  void expand(const Tree& tree);

  u64 from_;
  u64 tree_count_ = 0;
  u64 early_count_ = 0;
  Tree trees_[key_bits + 1];    // the lowest on top
  Entry* early_[key_bits + 1];  // the lowest last
};

}  // namespace vfs
