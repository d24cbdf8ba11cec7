// SPDX-License-Identifier: MIT
// The bytes of a file, and where they are.
//
//   nothing --> block -----------> object <--> sealed    a small file is a block of a store; a
//      \________________________/    ^                    large one, or one that somebody maps, is
//                                    |                    a memory object of procmgr's
//   archive (as it was booted) ______/
//
// A file of the boot archive is read where it lies; what changes it makes it an object or a block
// of whoever changes it.
#pragma once

#include <abi/proto/files.hpp>
#include <servers/vfs/memory/store.hpp>
#include <span>

namespace vfs {

using abi::files::Outcome;

struct Contents {
  enum class Place : u8 { nothing, block, archive, object, sealed };

  // Files up to this many bytes may be a block.
  static constexpr u64 max_block = Store::max_block;

  Place place = Place::nothing;
  u16 version = 0;  // of the object: numbers come again
  u32 object = 0;   // its number with Objects; of an archived file: the slice that was made of it
  u64 size = 0;
  u8* bytes = nullptr;     // of a block, or in the archive
  u64 capacity = 0;        // of a block or an object
  u64 committed = 0;       // of an object: bytes from its start that are there and stay
  Store* store = nullptr;  // of a block; of an object: who pays for it

  // Another one, another object.
  [[nodiscard]] u64 identity() const { return u64{object} << 16 | version; }
  [[nodiscard]] std::span<const u8> view() const { return {bytes, size}; }
  [[nodiscard]] bool is_readable_here() const {
    return place == Place::nothing || place == Place::block || place == Place::archive;
  }
};

// Copies what there is of [offset, offset + to.size()). How much. Only where is_readable_here().
u64 read_contents(const Contents& contents, u64 offset, std::span<u8> to);

// Writes into a block, which `store` pays for if it has to be made or to grow; between the old end
// and `offset` come zeroes. Errors: too_big (the file would not be a block any more: nothing has
// changed), those of the store. Only where is_readable_here().
Outcome<void> write_block(Contents& contents, u64 offset, std::span<const u8> from, Store& store);

// The new size of what stays a block, or becomes nothing. Errors: as write_block.
Outcome<void> resize_block(Contents& contents, u64 size, Store& store);

// Gives all of it back; what is left is nothing.
void clear_contents(Contents& contents);

}  // namespace vfs
