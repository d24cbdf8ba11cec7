// SPDX-License-Identifier: MIT
// What a process that procmgr made starts with: its address space, its capabilities, its stack.
#pragma once

#include <abi/message.hpp>
#include <abi/types.hpp>

// Addresses, in bytes. From below: nothing, the image at the place that it names (or `pie_base`),
// the heap upward from its end; from above: what is fixed, the stack, mappings downward.
namespace abi::process_layout {

inline constexpr u64 lowest = 0x1'0000;  // nothing is ever mapped below
inline constexpr u64 image_end = 0x60'0000'0000;
inline constexpr u64 pie_base = 0x10'0000'0000;  // of a position-independent image
inline constexpr u64 mapping_start = 0x60'0000'0000;
inline constexpr u64 mapping_end = 0x7f'ff00'0000;  // regions that name no address, downward

// The page that holds the first thread's IPC buffer, at its start, and abi::ProcessPage behind it.
inline constexpr u64 process_page = 0x7f'ffff'0000;

// The argument block starts here, and the stack grows downward from here: one is the other's top.
inline constexpr u64 stack_top = 0x7f'fff0'0000;
inline constexpr u64 stack_size = 8 * base::mib;  // below it a guard that is never mapped
inline constexpr u64 highest = u64{1} << 39;

}  // namespace abi::process_layout

// Leaf 0 of its CSpace is procmgr's: it can copy from there and change nothing.
namespace abi::process_slot {

inline constexpr CapPtr self{1};     // abi/proto/procmgr.hpp: memory, objects, the end
inline constexpr CapPtr account{2};  // what pays for it
inline constexpr CapPtr leaf0{3};    // CNode, right copy
inline constexpr CapPtr leaf1{4};    // CNode, rights insert, remove and copy; empty without it

}  // namespace abi::process_slot

// Leaf 1 is the bundle that its spawner filled; these slots mean the same everywhere.
namespace abi::bundle_slot {

inline constexpr u64 leaf = 1;
inline constexpr CapPtr files = cap_at(leaf, 1);  // vfs session
inline constexpr CapPtr input = cap_at(leaf, 2);  // standard streams: console or file
inline constexpr CapPtr output = cap_at(leaf, 3);
inline constexpr CapPtr error = cap_at(leaf, 4);
inline constexpr CapPtr handler = cap_at(leaf, 5);  // Endpoint, gets the faults that procmgr passes
inline constexpr CapPtr spawner = cap_at(leaf, 6);
inline constexpr CapPtr modules = cap_at(leaf, 7);     // the boot archive's files, by name
inline constexpr CapPtr serve = cap_at(leaf, 8);       // its own endpoint: rights receive and mint
inline constexpr CapPtr inspect = cap_at(leaf, 9);     // abi/proto/inspect.hpp: all processes
inline constexpr CapPtr inspector = cap_at(leaf, 10);  // the kernel's Inspector: all capabilities
inline constexpr CapPtr first_grant = cap_at(leaf, 16);  // what the boot manifest grants beside

}  // namespace abi::bundle_slot

namespace abi {

// Behind the IPC buffer in the process page. Written by procmgr, then the process's own.
struct ProcessPage {
  u64 pid = 0;
  u64 random[2] = {};  // fresh in every process; AT_RANDOM points here
  u64 has_bundle = 0;  // 1: leaf 1 is there
  u64 image_end = 0;   // the first address behind the image: where a heap may begin
  u64 epoch = 0;       // nanoseconds from 1970-01-01 00:00 UTC to the counter's zero; 0: unknown
  u64 reserved[2] = {};
};

inline constexpr u64 process_page_offset = ipc_buffer_size;  // of ProcessPage in its page

// The argument block: what stands at the stack pointer when a program starts. Words of 8 bytes:
//
//   argc | argv[0..argc) 0 | envp[0..envc) 0 | auxiliary vector, `auxiliary_words` | strings
//
// The spawner writes it with offsets from the start of the strings where pointers will be, and the
// auxiliary vector zero; procmgr checks each offset and makes it a pointer. Each string ends in a
// zero byte, and so does the last one. Strings hold any bytes but zero.
namespace argument_block {

inline constexpr u64 max_entries = 4096;  // argc + envc
inline constexpr u64 max_string_bytes = 256 * base::kib;
inline constexpr u64 auxiliary_words = 32;

constexpr u64 strings_offset(u64 argc, u64 envc) {
  return (1 + argc + 1 + envc + 1 + auxiliary_words) * sizeof(u64);
}
inline constexpr u64 max_bytes = strings_offset(max_entries, 0) + max_string_bytes;

}  // namespace argument_block

// Types of the auxiliary vector beside those of the System V ABI (AT_PHDR 3, AT_PHENT 4, AT_PHNUM
// 5, AT_PAGESZ 6, AT_BASE 7, AT_ENTRY 9, AT_RANDOM 25): the address of the process page.
inline constexpr u64 at_process_page = 0x6c69'7261;

}  // namespace abi
