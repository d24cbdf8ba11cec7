// SPDX-License-Identifier: MIT
// What a name stands for: a file, a directory, a symbolic link or a device.
//
//   made --(names, and whoever has it open or stands in it)--> unnamed and unused --> gone
//
// A directory has one name and knows it, so the way from it to the root is known.
#pragma once

#include <abi/proto/files.hpp>
#include <servers/vfs/contents/contents.hpp>
#include <servers/vfs/memory/store.hpp>
#include <servers/vfs/tree/name_index.hpp>

namespace vfs {

using abi::Error;
using abi::files::Fault;
using abi::files::Kind;
using abi::files::Outcome;
using abi::files::Problem;

struct Node {
  Kind kind = Kind::none;
  u32 mode = 0;
  u64 id = 0;
  u32 links = 0;       // names
  u32 references = 0;  // whoever has it open, stands in it, or is about to give it a name
  u32 writers = 0;     // openings for writing
  u32 holders = 0;     // openings that were given the memory object behind it
  u64 modified = 0;
  u64 changed = 0;

  struct Directory {
    NameIndex names;
    u64 count = 0;
    // Where it stands, and its own name there. Null: of the root, and of what was removed. Of a
    // file it is the last name that it was given, which people want to see.
    Node* parent = nullptr;
    Entry* entry = nullptr;
  };
  Directory directory;
  // Of a file; of a link its text, of a device its number.
  Contents contents;

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  [[nodiscard]] bool allows(u32 bits) const { return (mode & bits) == bits; }
};

}  // namespace vfs
