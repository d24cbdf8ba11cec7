// SPDX-License-Identifier: MIT
// Openings, and the numbers that a session has for them. Several numbers, also of several sessions,
// may stand for one opening: then they share its position.
#pragma once

#include <servers/vfs/tree/node.hpp>

namespace vfs {

struct OpenFile {
  Node* node = nullptr;
  u64 flags = 0;  // abi::files::open_flag: read, write, append
  u64 references = 0;
  u64 position = 0;
  bool has_contents = false;  // it was given the memory object

  [[nodiscard]] bool has(u64 wanted) const { return (flags & wanted) == wanted; }
};

// From numbers to openings. It grows in blocks that the session pays for: a small one first, then
// pages.
//
//   block 0: 32 numbers    block 1: 512    block 2: 512    ...
class OpenTable {
 public:
  static constexpr u64 numbers_first = 32;
  static constexpr u64 numbers_later = base::page_size / sizeof(OpenFile*);
  static constexpr u64 max_blocks = 1 + base::page_size / (2 * sizeof(u64));
  static constexpr u64 max_number = numbers_first + (max_blocks - 1) * numbers_later;

  // Null: the number is not in use.
  [[nodiscard]] OpenFile* find(u64 number) const;
  // The lowest number that is free, or a certain one, with room to put something there. Errors:
  // out_of_range, no_space, over_quota.
  Outcome<u64> make_room(Store& store);
  Outcome<void> make_room_at(u64 number, Store& store);
  void put(u64 number, OpenFile& file);
  void remove(u64 number);

  // The lowest number in use that is at least `from`; max_number: none.
  [[nodiscard]] u64 next(u64 from) const;
  [[nodiscard]] u64 any() const { return next(0); }
  [[nodiscard]] u64 count() const;
  // No number is in use: gives the blocks back.
  void end(Store& store);

 private:
  struct Block {
    OpenFile** files = nullptr;
    u64 used = 0;
  };

  static constexpr u64 block_of(u64 number) {
    return number < numbers_first ? 0 : 1 + (number - numbers_first) / numbers_later;
  }
  static constexpr u64 first_of(u64 i) {
    return i == 0 ? 0 : numbers_first + (i - 1) * numbers_later;
  }
  static constexpr u64 size_of(u64 i) { return i == 0 ? numbers_first : numbers_later; }

  // Null: there is none yet.
  [[nodiscard]] const Block* block_at(u64 i) const;
  Outcome<void> make_block(u64 i, Store& store);
  Block& existing(u64 i) { return i == 0 ? first_ : later_[i - 1]; }

  Block first_;
  Block* later_ = nullptr;  // all blocks but the first, in a page
};

}  // namespace vfs
