// SPDX-License-Identifier: MIT
// The part of procmgr's protocol that is about memory objects.
#pragma once

#include <abi/proto/handle.hpp>

namespace abi::procmgr {

namespace memory_right {
inline constexpr Rights read{1}, write{2}, execute{4}, resize{8}, seal{16}, physical{32};
}

// A run of whole pages that can be mapped into address spaces. Pages come into being, zeroed, when
// they are touched first, and are charged to the account of whoever made the object.
// `bytes`: rounded up to pages; at most `max_memory_bytes`. `flags`: memory_flag bits.
// Capabilities of the answer: the handle. Errors: over_quota, no_memory, too_big, bad_argument.
struct CreateMemory {
  static constexpr u32 op = op_of(HandleKind::self, 1);
  static constexpr std::string_view name = "self.create_memory";
  u64 bytes;
  u64 flags;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

inline constexpr u64 max_memory_bytes = u64{1} << 38;

namespace memory_flag {
inline constexpr u64 commit = 1;      // all pages are there at once
inline constexpr u64 contiguous = 2;  // committed, in one run of physical memory that never moves
inline constexpr u64 all = 3;
}  // namespace memory_flag

// The same, and another account pays for all of it: object, handle and pages. For servers that keep
// something for a client. Capabilities: the account (right charge).
struct CreateMemoryFor {
  static constexpr u32 op = op_of(HandleKind::self, 20);
  static constexpr std::string_view name = "self.create_memory_for";
  static constexpr u64 caps = 1;
  u64 bytes;
  u64 flags;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// Errors: denied (resize), too_big, busy (it is sealed or contiguous; it would become shorter, and
// a region shows it or committed pages would go).
struct ResizeMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 1);
  static constexpr std::string_view name = "memory.resize";
  u64 bytes;
  struct Reply {};
};

// The pages of [offset, offset + length) are there from now on and cannot be shrunk away. Errors:
// denied (write), out_of_range, too_big (more than 4,096 pages), over_quota, no_memory.
struct CommitMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 2);
  static constexpr std::string_view name = "memory.commit";
  u64 offset;
  u64 length;
  struct Reply {};
};

// Its contents never change again: all handles lose write and resize. Error: busy (a writable
// region of it exists).
struct SealMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 3);
  static constexpr std::string_view name = "memory.seal";
  struct Reply {};
};

// A part of a sealed object as an object of its own. It starts at a page; its last page may show
// what lies behind the part. Capabilities of the answer: the handle, with this one's rights.
struct SliceMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 4);
  static constexpr std::string_view name = "memory.slice";
  u64 offset;
  u64 length;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

// A new object that begins with the bytes [offset, offset + length) of this sealed one; pages are
// copied when they are touched, and what lies behind is zero. Capabilities: the account that pays
// (right charge). Of the answer: the handle. Errors: denied (read), busy (it is not sealed),
// out_of_range, too_big (it is a clone of clones, 8 deep).
struct CloneMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 6);
  static constexpr std::string_view name = "memory.clone";
  static constexpr u64 caps = 1;
  u64 offset;
  u64 length;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

struct InfoMemory {
  static constexpr u32 op = op_of(HandleKind::memory, 5);
  static constexpr std::string_view name = "memory.info";
  struct Reply {
    u64 bytes;
    u64 pages;  // that are there
    u64 is_sealed;
    u64 regions;           // that map it
    u64 physical_address;  // of a contiguous object, for handles with the right `physical`; else 0
  };
};

using Memory =
    RequestList<ResizeMemory, CommitMemory, SealMemory, SliceMemory, InfoMemory, CloneMemory>;

}  // namespace abi::procmgr
