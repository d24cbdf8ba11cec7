// SPDX-License-Identifier: MIT
// A region: a window of a memory object in an address space.
#pragma once

#include <base/span_tree.hpp>
#include <servers/procmgr/memory/memory_object.hpp>

namespace procmgr {

using abi::procmgr::RegionKind;

struct Process;

struct Region : base::Span {
  MemoryObject* object = nullptr;
  u64 offset = 0;  // in bytes, of its start in the object
  Rights access;   // now
  Rights allowed;  // at most
  RegionKind kind = RegionKind::memory;
  Process* process = nullptr;
  Region* object_next = nullptr;  // of the same object
  Region* object_previous = nullptr;

  [[nodiscard]] bool is_writable() const { return access.has(abi::procmgr::memory_right::write); }
  // A stack shows its object upside down: the page at its top is the object's first. So the object
  // begins with what is touched first.
  bool is_downward = false;

  // The object's page at an address of the region.
  [[nodiscard]] u64 page_at(u64 address) const {
    const u64 distance = is_downward ? end() - base::page_size - address : address - start;
    return (offset + distance) / base::page_size;
  }
};

// What its record is charged as, in units of 64 bytes.
inline constexpr u64 region_units =
    (sizeof(Region) + abi::object_alignment - 1) / abi::object_alignment;

struct Window {
  u64 address = 0;
  u64 offset = 0;
  u64 length = 0;
};

// A region of `object` in the process's address space, where none lies. Nothing is mapped yet.
// Errors: no_memory, over_quota.
abi::Result<Region*> add_region(Process& process, MemoryObject& object, const Window& window,
                                Rights access);

// Takes the region out of the books; its pages are not mapped any more.
void drop_region(Region& region);

// Pages of the region, from `address` on and at most `count`, are made (as far as they are not
// there) and mapped. How many. Errors: over_quota, no_memory.
abi::Result<u64> show(Region& region, u64 address, u64 count);

// What lies in [start, start + length) is not mapped any more; regions are cut. Nothing of it fails
// halfway. Error: no_memory.
abi::Status unmap(Process& process, u64 start, u64 length);

abi::Status protect(Process& process, u64 start, u64 length, Rights access);

// A fault of one of the process's threads. True: it can go on.
abi::Result<bool> page_in(Process& process, u64 address, Rights wanted);

}  // namespace procmgr
