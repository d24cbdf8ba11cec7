// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/memory/memory_object.hpp>
#include <servers/procmgr/process/held.hpp>

namespace procmgr {

namespace {

constexpr u64 pages_per_step = 256;

void* make_node(void*) {
  const auto page = core.pages.allocate_zeroed(PageUse::tables);
  return page.ok() ? Pages::pointer(*page) : nullptr;
}

void release_node(void*, void* node) { core.pages.free(PageUse::tables, Pages::page_of(node)); }

constinit NodeSource nodes{nullptr, make_node, release_node};

// Frees the pages of [from, to) that are there, at most `limit`. How many were freed.
u64 free_some(MemoryObject& object, u64 from, u64 to, u64 limit) {
  u64 freed = 0;
  u64 owned = 0;
  const u64 before = object.tree.nodes();
  while (freed < limit) {
    const auto found = object.tree.next(from, to);
    if (!found.entry.is_present()) break;
    object.tree.remove(found.index, nodes);
    if (!found.entry.has(PageEntry::foreign)) {
      core.pages.free(PageUse::owned, found.entry.page());
      ++owned;
    }
    from = found.index + 1;
    ++freed;
  }
  refund(*object.account, &Limits::pages, owned + (before - object.tree.nodes()));
  return freed;
}

bool trim_step(Work& work) {
  auto& trim = reinterpret_cast<Trim&>(work);  // its first member
  MemoryObject& object = *trim.object;
  if (free_some(object, trim.from, trim.to, pages_per_step) == pages_per_step) return false;
  core.work.remove(work);
  core.trims.release(&trim);
  --object.trims;
  release(object);
  return true;
}

// The end of an object that nobody names.
bool end_step(Work& work) {
  auto& object = reinterpret_cast<MemoryObject&>(work);  // its first member
  free_some(object, 0, ~u64{0}, pages_per_step);
  if (object.tree.count() != 0) return false;
  core.work.remove(work);
  if (object.image != nullptr) core.images.release(object.image);
  if (object.source != nullptr) release(*object.source);
  refund(*object.account, &Limits::objects, memory_units);
  release(*object.account);
  core.memory_objects.release(&object);
  return true;
}

// How many bytes of the page come from the source.
u64 bytes_from_source(const MemoryObject& object, u64 index) {
  const u64 start = index * base::page_size;
  if (object.source == nullptr || object.source_bytes <= start) return 0;
  return std::min(object.source_bytes - start, base::page_size);
}

void fill(const MemoryObject& object, u64 index, void* page) {
  const u64 bytes = bytes_from_source(object, index);
  const void* from = bytes == 0 ? nullptr : look(*object.source, object.source_page + index);
  if (from == nullptr) {
    ipc::machine::zero_page(reinterpret_cast<u64>(page), base::page_size);
    return;
  }
  std::memcpy(page, from, bytes);
  std::memset(static_cast<char*>(page) + bytes, 0, base::page_size - bytes);
}

}  // namespace

abi::Result<MemoryObject*> make_memory(Account& account, u64 pages) {
  Charge charge{account};
  TRY(charge.add(&Limits::objects, memory_units));
  MemoryObject* object = core.memory_objects.make();
  if (object == nullptr) return abi::Error::no_memory;
  charge.keep();
  object->work.step = end_step;
  object->account = &account;
  object->pages = pages;
  object->references = 1;
  retain(account);
  return object;
}

void retain(MemoryObject& object) { ++object.references; }

void release(MemoryObject& object) {
  if (--object.references != 0) return;
  object.is_ending = true;
  // Small ones end at once.
  if (!end_step(object.work)) core.work.add(object.work);
}

// The tree's own pages are charged like those that it holds.
abi::Status insert_page(MemoryObject& object, u64 index, PageEntry entry) {
  const u64 before = object.tree.nodes();
  TRY(object.tree.insert(index, entry, nodes));
  const abi::Status charged = charge(*object.account, &Limits::pages, object.tree.nodes() - before);
  if (!charged.ok()) object.tree.remove(index, nodes);
  return charged;
}

namespace {

// A page that was not there: charged, filled, in its place.
abi::Result<PageEntry> make_page(MemoryObject& object, u64 index, bool& is_new) {
  Charge charge{*object.account};
  TRY(charge.add(&Limits::pages, 1));
  const u64 page = TRY(core.pages.allocate(PageUse::owned));
  const PageEntry entry = PageEntry::of(page);
  const abi::Status inserted = insert_page(object, index, entry);
  if (!inserted.ok()) {
    core.pages.free(PageUse::owned, page);
    return inserted.error();
  }
  charge.keep();
  fill(object, index, Pages::pointer(page));
  is_new = true;
  return entry;
}

// A page of a slice is its source's.
abi::Result<PageEntry> borrow(MemoryObject& slice, u64 index) {
  MemoryObject& source = *slice.source;
  const PageEntry found = source.tree.find(slice.source_page + index);
  bool is_new = false;
  const PageEntry lent =
      found.is_present() ? found : TRY(make_page(source, slice.source_page + index, is_new));
  const PageEntry entry = lent.with(PageEntry::foreign);
  TRY(insert_page(slice, index, entry));
  return entry;
}

}  // namespace

abi::Result<PageEntry> touch(MemoryObject& object, u64 index, bool& is_new) {
  const PageEntry found = object.tree.find(index);
  is_new = false;
  if (found.is_present()) return found;
  return object.shows_source ? borrow(object, index) : make_page(object, index, is_new);
}

const void* look(const MemoryObject& object, u64 index) {
  const PageEntry entry = object.tree.find(index);
  if (entry.is_present()) return Pages::pointer(entry.page());
  if (object.shows_source) return look(*object.source, object.source_page + index);
  if (bytes_from_source(object, index) == 0) return nullptr;
  return look(*object.source, object.source_page + index);
}

void free_pages(MemoryObject& object, u64 from, u64 to) {
  if (free_some(object, from, to, pages_per_step) < pages_per_step) return;
  Trim* trim = core.trims.make();
  if (trim == nullptr) {
    // Late is better than never: pages must not be lost.
    free_some(object, from, to, ~u64{0});
    return;
  }
  trim->work.step = trim_step;
  trim->object = &object;
  trim->from = from;
  trim->to = to;
  retain(object);
  ++object.trims;
  core.work.add(trim->work);
}

}  // namespace procmgr
