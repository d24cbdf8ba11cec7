// SPDX-License-Identifier: MIT
// The argument block (abi/process.hpp): checked, and made into what a program finds at its stack
// pointer. Its bytes lie in scattered pages. The work grows with the number of arguments, never
// with their length.
#pragma once

#include <servers/procmgr/image/elf.hpp>

namespace procmgr {

struct Counts {
  u64 argc = 0;
  u64 envc = 0;
  u64 string_bytes = 0;

  [[nodiscard]] u64 entries() const { return argc + envc; }
  [[nodiscard]] u64 strings_offset() const {
    return abi::argument_block::strings_offset(argc, envc);
  }
};

// Where the block's pages are.
struct ArgumentPages {
  u8* (*page)(void* context, u64 index) = nullptr;  // null: there is no memory for it
  void* context = nullptr;
  u64 count = 0;
};

// An entry of the auxiliary vector.
struct Auxiliary {
  u64 type = 0;
  u64 value = 0;
};

// Every offset is the start of a string within the strings, and the last string ends.
base::Result<void, ImageFault> check_arguments(ArgumentPages pages, const Counts& counts);

// The same for arguments in a message: offsets, then the strings, packed in words.
base::Result<void, ImageFault> check_inline(std::span<const u64> words, const Counts& counts);

// Writes what was checked as a block into one zeroed page.
void expand_inline(ArgumentPages pages, std::span<const u64> words, const Counts& counts);

// Offsets of a block that was checked become pointers of the process.
void relocate(ArgumentPages pages, const Counts& counts, std::span<const Auxiliary> vector);

}  // namespace procmgr
