// SPDX-License-Identifier: MIT
// The argument block of abi/process.hpp: first it is checked, and then made into what a program
// finds at its stack pointer. It is worked on in place; its pages lie anywhere.
//
//   in a message         offsets | strings                       expand_inline() writes the next
//   from the spawner     argc | offsets 0 | offsets 0 | 0... | strings        check_arguments()
//   for the program      argc | pointers 0 | pointers 0 | auxiliary | strings     relocate()
//
// No step takes longer for longer strings, except to copy those of a message, which are short.
#pragma once

#include <servers/procmgr/image/fault.hpp>
#include <span>

namespace procmgr {

// The pages of a block, in order. Each index below `count` has one: none is missing.
struct BlockPages {
  u8* (*page)(void* context, u64 index) = nullptr;
  void* context = nullptr;
  u64 count = 0;

  [[nodiscard]] u64 bytes() const { return count * base::page_size; }
};

// What a Spawn says of its arguments: any numbers.
struct ArgumentClaim {
  u64 argc = 0;
  u64 envc = 0;
  u64 string_bytes = 0;
};

// A claim that is within the limits and fits its block.
struct Arguments {
  u64 argc = 0;
  u64 envc = 0;
  u64 string_bytes = 0;

  [[nodiscard]] u64 entries() const { return argc + envc; }
  [[nodiscard]] u64 strings_offset() const {
    return abi::argument_block::strings_offset(argc, envc);
  }
  [[nodiscard]] u64 bytes() const { return strings_offset() + string_bytes; }
};

struct AuxiliaryEntry {
  u64 type = 0;
  u64 value = 0;
};

// The vector ends in a pair of zeros, which needs no mention.
inline constexpr u64 max_auxiliary_entries = abi::argument_block::auxiliary_words / 2 - 1;

// How large a block for this claim must be. Faults: too_many_arguments (detail: how many),
// arguments_too_long (bytes of strings).
Checked<Arguments> measure_arguments(const ArgumentClaim& claim);

// Reads the offsets and the last byte of the strings. Further faults: block_too_small (detail: the
// bytes that it needs), argument_offset (which one: argv first, then envp), unterminated_string
// (the offset of the last byte). With them every pointer will lead to a string that ends.
Checked<Arguments> check_arguments(const BlockPages& block, const ArgumentClaim& claim);

// Makes offsets pointers, for a block that is mapped from process_layout::stack_top on, and writes
// all else in front of the strings. The block has been checked and has not changed since.
// `auxiliary`: what is behind the first `max_auxiliary_entries` is left out.
void relocate(const BlockPages& block, const Arguments& arguments,
              std::span<const AuxiliaryEntry> auxiliary);

// Writes the message form into a fresh block. The offsets are checked by check_arguments()
// afterwards. `words` are the message's. Faults, before anything is written: those of
// measure_arguments(), and block_too_small for both the block and the message.
Checked<void> expand_inline(const BlockPages& block, const ArgumentClaim& claim,
                            std::span<const u64> words);

}  // namespace procmgr
