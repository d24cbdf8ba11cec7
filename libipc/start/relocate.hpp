// SPDX-License-Identifier: MIT
// A position-independent image is linked for address 0 and runs elsewhere. Its pointers to itself
// are wrong until somebody adds the difference; in a program without a dynamic linker that is the
// program.
#pragma once

#include <abi/types.hpp>
#include <span>

namespace ipc::start {

using abi::u32;
using abi::u64;

// An ELF-64 program header, as it stands in the image.
struct ProgramHeader {
  u32 type;
  u32 flags;
  u64 offset;
  u64 address;
  u64 physical_address;
  u64 file_size;
  u64 memory_size;
  u64 alignment;
};

// Corrects all pointers, once; an image at a fixed place has none to correct. False, before any
// change: the image asks for more than that. `headers` are those in the running image.
//
// Runs before the pointers are right, so it may use no global that holds one.
bool relocate(std::span<const ProgramHeader> headers);

}  // namespace ipc::start
