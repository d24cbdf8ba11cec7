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

  // The entry with the lowest key that is at least `key`; null if there is none.
  [[nodiscard]] Entry* at_or_above(u64 key) const;

  static u64 hash(std::string_view name);

 private:
  Entry** place_of(u64 key);
  [[nodiscard]] Entry* with_key(u64 key) const;

  Entry* root_ = nullptr;
};

}  // namespace vfs
