// SPDX-License-Identifier: MIT
// Methods of the objects that are memory: Untyped, Frame, PageTable, VSpace.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::untyped {

// Makes `count` objects in the unused part of this memory, one capability (with all rights) in each
// of `count` consecutive empty slots from `first` on. All or nothing. Kernel objects start zeroed
// and idle; the contents of Frames are whatever the memory held.
// `size_bits`: untyped, frame: log2 of the bytes; cnode: log2 of the slots; others: 0.
// Errors: no_memory (what is left does not hold them), no_space (address-space numbers), occupied,
// out_of_range (slots, size), denied (the CNode), bad_argument (no such type; a size that must be
// 0), not_supported (a device's memory makes only Frames and Untypeds; what exists once is never
// made).
struct Retype {
  static constexpr u32 op = method(ObjectType::untyped, 1);
  static constexpr std::string_view name = "untyped.retype";
  u64 type;
  u64 size_bits;
  SlotName first;
  u64 count;
  struct Reply {};
};

inline constexpr u64 max_retype_count = leaf_slots;

struct Info {
  static constexpr u32 op = method(ObjectType::untyped, 2);
  static constexpr std::string_view name = "untyped.info";
  struct Reply {
    u64 physical_address;
    u64 size_bits;
    u64 free_bytes;
    u64 is_device;
  };
};

using Methods = RequestList<Retype, Info>;

}  // namespace abi::untyped

namespace abi::frame {

// How a page is mapped: the low three bits are frame_right::{read,write,execute}; no bit of them
// is an inaccessible page, which is refused. Writable and executable together is refused.
struct MapFlags {
  u64 bits = 0;
  [[nodiscard]] constexpr Rights access() const { return {bits & 7}; }
  [[nodiscard]] constexpr bool is_valid() const {
    return (bits & ~u64{7}) == 0 && (bits & 1) != 0 && (bits & 6) != 6;
  }
};

// Maps `length` bytes of the Frame from `offset` on at `address`, with the largest pages that
// alignment and existing tables allow; all sizes in bytes, multiples of 4 KiB. All pages or none.
// Errors: needs_table (words[0]: an address that lacks a PageTable), occupied (words[0]: the
// address), busy (this capability is mapped in another VSpace), denied, bad_argument, out_of_range,
// not_supported (it is an anchor).
struct Map {
  static constexpr u32 op = method(ObjectType::frame, 1);
  static constexpr std::string_view name = "frame.map";
  CapPtr vspace;
  u64 address;
  u64 offset;
  u64 length;
  MapFlags flags;
  struct Reply {};
};

// Unmaps what this capability maps in [address, address + length) and touches nothing else. A range
// that cuts a large page fails with needs_table (words[0]: the address of that page) before any
// change: PageTable.map there splits the page. Unmapping all of [0, 2^39) also frees the
// capability for another VSpace.
struct Unmap {
  static constexpr u32 op = method(ObjectType::frame, 2);
  static constexpr std::string_view name = "frame.unmap";
  u64 address;
  u64 length;
  struct Reply {};
};

// Changes the rights of what this capability maps in [address, address + length); a cut large page
// is an error as for Unmap.
struct Protect {
  static constexpr u32 op = method(ObjectType::frame, 3);
  static constexpr std::string_view name = "frame.protect";
  u64 address;
  u64 length;
  MapFlags flags;
  struct Reply {};
};

// The physical address is 0 without the right `physical`. `is_mapped`: bound to a VSpace.
struct Info {
  static constexpr u32 op = method(ObjectType::frame, 4);
  static constexpr std::string_view name = "frame.info";
  struct Reply {
    u64 physical_address;
    u64 size_bits;
    u64 is_device;
    u64 is_mapped;
  };
};

using Methods = RequestList<Map, Unmap, Protect, Info>;

}  // namespace abi::frame

namespace abi::page_table {

// Becomes the first missing table on the way from the root to `address`. Where a large page covers
// `address`, the table splits it: the same memory, mapped by smaller pages. Reply: the size (log2
// of the bytes) of what it covers. Errors: occupied (no table is missing), busy (in use already).
struct Map {
  static constexpr u32 op = method(ObjectType::page_table, 1);
  static constexpr std::string_view name = "page_table.map";
  CapPtr vspace;
  u64 address;
  struct Reply {
    u64 covers_bits;
  };
};

// Takes the table, and with it all that is mapped through it, out of its VSpace.
struct Unmap {
  static constexpr u32 op = method(ObjectType::page_table, 2);
  static constexpr std::string_view name = "page_table.unmap";
  struct Reply {};
};

using Methods = RequestList<Map, Unmap>;

}  // namespace abi::page_table

namespace abi::vspace {

// Unmaps everything, page tables too, and frees all Frames and PageTables for new uses at once.
struct Clear {
  static constexpr u32 op = method(ObjectType::vspace, 1);
  static constexpr std::string_view name = "vspace.clear";
  struct Reply {};
};

// What translates `address`. Error: absent.
struct Walk {
  static constexpr u32 op = method(ObjectType::vspace, 2);
  static constexpr std::string_view name = "vspace.walk";
  u64 address;
  struct Reply {
    u64 page_bits;  // log2 of the bytes of the page that covers it
    u64 access;     // frame_right bits
  };
};

// Copies `length` bytes, at most 64 KiB, from `source_address` in the invoked address space (right
// read) to `target_address` in another or the same (right write). Pages must be mapped there with
// the rights read and write. Neither address nor length need be aligned. What ranges that overlap
// end up with is not defined. Errors: out_of_range, absent (words[0]: the first address that is not
// mapped so; words[1] 0: it is one of the source, 1: of the target; what lies before it has been
// copied), not_supported (the same, a device's memory).
struct Copy {
  static constexpr u32 op = method(ObjectType::vspace, 3);
  static constexpr std::string_view name = "vspace.copy";
  u64 source_address;
  CapPtr target;
  u64 target_address;
  u64 length;
  struct Reply {};
};

inline constexpr u64 max_copy = 64 * base::kib;

using Methods = RequestList<Clear, Walk, Copy>;

}  // namespace abi::vspace
