// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <servers/vfs/session/open_file.hpp>

namespace vfs {

const OpenTable::Block* OpenTable::block_at(u64 i) const {
  if (i == 0) return first_.files == nullptr ? nullptr : &first_;
  if (later_ == nullptr || later_[i - 1].files == nullptr) return nullptr;
  return &later_[i - 1];
}

OpenFile* OpenTable::find(u64 number) const {
  // Nearly every number is one of these.
  if (number < numbers_first) [[likely]]
    return first_.files == nullptr ? nullptr : first_.files[number];
  if (number >= max_number) return nullptr;
  const u64 i = block_of(number);
  const Block* block = block_at(i);
  return block == nullptr ? nullptr : block->files[number - first_of(i)];
}

Outcome<void> OpenTable::make_block(u64 i, Store& store) {
  if (i != 0 && later_ == nullptr) {
    const auto page = store.allocate(base::page_size);
    if (!page.ok()) return Problem{page.error()};
    std::memset(*page, 0, base::page_size);
    later_ = static_cast<Block*>(*page);
  }
  const u64 bytes = size_of(i) * sizeof(OpenFile*);
  const auto files = store.allocate(bytes);
  if (!files.ok()) return Problem{files.error()};
  std::memset(*files, 0, bytes);
  existing(i) = {static_cast<OpenFile**>(*files), 0};
  return {};
}

// Full blocks are passed over, so this looks at no more than all blocks and one block's numbers.
Outcome<u64> OpenTable::make_room(Store& store) {
  for (u64 i = 0; i < max_blocks; ++i) {
    const Block* block = block_at(i);
    if (block == nullptr) {
      TRY(make_block(i, store));
      return first_of(i);
    }
    if (block->used == size_of(i)) continue;
    u64 index = 0;
    while (block->files[index] != nullptr) ++index;
    return first_of(i) + index;
  }
  return Problem{Error::no_space};
}

Outcome<void> OpenTable::make_room_at(u64 number, Store& store) {
  if (number >= max_number) return Problem{Error::out_of_range};
  const u64 i = block_of(number);
  if (block_at(i) == nullptr) TRY(make_block(i, store));
  return {};
}

void OpenTable::put(u64 number, OpenFile& file) {
  const u64 i = block_of(number);
  Block& block = existing(i);
  block.files[number - first_of(i)] = &file;
  ++block.used;
}

void OpenTable::remove(u64 number) {
  const u64 i = block_of(number);
  Block& block = existing(i);
  block.files[number - first_of(i)] = nullptr;
  --block.used;
}

// Blocks without any are passed over, so this too looks at all blocks and at most two blocks'
// numbers.
u64 OpenTable::next(u64 from) const {
  if (from >= max_number) return max_number;
  for (u64 i = block_of(from); i < max_blocks; ++i) {
    const Block* block = block_at(i);
    if (block == nullptr || block->used == 0) continue;
    const u64 first = first_of(i);
    for (u64 index = std::max(from, first) - first; index < size_of(i); ++index)
      if (block->files[index] != nullptr) return first + index;
  }
  return max_number;
}

u64 OpenTable::count() const {
  u64 sum = 0;
  for (u64 i = 0; i < max_blocks; ++i)
    if (const Block* block = block_at(i)) sum += block->used;
  return sum;
}

void OpenTable::end(Store& store) {
  for (u64 i = 0; i < max_blocks; ++i)
    if (block_at(i) != nullptr) store.release(existing(i).files, size_of(i) * sizeof(OpenFile*));
  if (later_ != nullptr) store.release(later_, base::page_size);
  *this = {};
}

}  // namespace vfs
