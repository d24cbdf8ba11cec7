// SPDX-License-Identifier: MIT
// A memory object: pages that come into being when they are touched, zeroed or copied from a
// source, and that regions of address spaces show.
//
//   made --(handles, regions, objects that are copied from it)--> unreferenced --> its pages are
//   freed in steps --> gone
#pragma once

#include <servers/procmgr/image/elf.hpp>
#include <servers/procmgr/memory/page_tree.hpp>
#include <servers/procmgr/memory/pages.hpp>
#include <servers/procmgr/process/handle.hpp>
#include <servers/procmgr/serve/work.hpp>

namespace procmgr {

struct Account;
struct Region;

// What is known of a sealed object that was started as a program.
struct ImageRecord {
  Image image;
};

struct MemoryObject {
  Work work;  // its end
  Account* account = nullptr;
  u64 pages = 0;  // how long it is
  PageTree tree;
  Handle* handles = nullptr;
  Region* regions = nullptr;  // through Region::object_next
  u64 region_count = 0;
  u64 writable_regions = 0;
  u64 references = 0;  // regions, handles, and objects that copy from it
  u64 trims = 0;       // of pages behind its end, that go on
  u64 file_bytes = 0;  // how much of it is a file's contents
  bool is_sealed = false;
  bool is_contiguous = false;
  bool is_module = false;   // its pages are the archive's or a device's: never freed
  bool is_private = false;  // one address space shows it, and nobody has a handle
  bool is_ending = false;

  // Where the contents of new pages come from, if from anywhere: whole pages from `source_page` on,
  // as far as `source_bytes` reaches; zeroes behind.
  MemoryObject* source = nullptr;
  u64 source_page = 0;
  u64 source_bytes = 0;
  bool shows_source = false;  // it has no pages of its own, but the source's
  ImageRecord* image = nullptr;
};

// What its record is charged as, in units of 64 bytes.
inline constexpr u64 memory_units =
    (sizeof(MemoryObject) + abi::object_alignment - 1) / abi::object_alignment;

// Errors: no_memory, over_quota.
abi::Result<MemoryObject*> make_memory(Account& account, u64 pages);

void retain(MemoryObject& object);
// The last one starts its end.
void release(MemoryObject& object);

// The page, made if it was not there; `is_new` says so. Errors: over_quota, no_memory.
abi::Result<PageEntry> touch(MemoryObject& object, u64 index, bool& is_new);

// For reading: the window's view of a page that is there, or null (all zeroes, or from the source).
const void* look(const MemoryObject& object, u64 index);

// A page that is the object's from now on. Error: no_memory.
abi::Status insert_page(MemoryObject& object, u64 index, PageEntry entry);

// Frees the pages of [from, to), which nobody shows or will show again: some now, the rest in
// steps.
void free_pages(MemoryObject& object, u64 from, u64 to);

// The rest of such a range.
struct Trim {
  Work work;
  MemoryObject* object = nullptr;
  u64 from = 0;
  u64 to = 0;
};

}  // namespace procmgr
