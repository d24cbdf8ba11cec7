// SPDX-License-Identifier: MIT
// Requests about memory objects.
#include <algorithm>
#include <bit>
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/serve/requests.hpp>
#include <servers/procmgr/space/space.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace proto = abi::procmgr;
namespace right = abi::procmgr::memory_right;

constexpr u64 max_commit_pages = 4096;

u64 pages_of(u64 bytes) { return (bytes + base::page_size - 1) / base::page_size; }

abi::Status check_pages(const MemoryObject& object, u64 offset, u64 length) {
  if (!base::is_aligned(offset | length, base::page_size)) return Error::bad_argument;
  const u64 bytes = object.pages * base::page_size;
  if (offset > bytes || length > bytes - offset) return Error::out_of_range;
  return {};
}

// How many pages [offset, offset + length) takes up; the last one may be used in part.
abi::Result<u64> pages_within(const MemoryObject& object, u64 offset, u64 length) {
  if (length > proto::max_memory_bytes) return Error::out_of_range;
  const u64 pages = pages_of(length);
  TRY(check_pages(object, offset, pages * base::page_size));
  return pages;
}

bool has_committed(const MemoryObject& object, u64 from) {
  for (;;) {
    const auto found = object.tree.next(from, object.pages);
    if (!found.entry.is_present()) return false;
    if (found.entry.has(PageEntry::committed)) return true;
    from = found.index + 1;
  }
}

}  // namespace

// Pages that a region may show are not taken away from it.
abi::Status handle(const proto::ResizeMemory& request, Call& call) {
  auto& object = call.object_as<MemoryObject>();
  if (!call.rights.has(right::resize)) return Error::denied;
  if (object.is_sealed || object.is_contiguous || object.trims != 0) return Error::busy;
  if (request.bytes > proto::max_memory_bytes) return Error::too_big;
  const u64 pages = pages_of(request.bytes);
  if (pages < object.pages) {
    if (object.region_count != 0 || has_committed(object, pages)) return Error::busy;
    free_pages(object, pages, object.pages);
  }
  object.pages = pages;
  object.file_bytes = request.bytes;
  return {};
}

abi::Status handle(const proto::CommitMemory& request, Call& call) {
  auto& object = call.object_as<MemoryObject>();
  if (!call.rights.has(right::write)) return Error::denied;
  TRY(check_pages(object, request.offset, request.length));
  const u64 count = request.length / base::page_size;
  if (count > max_commit_pages) return Error::too_big;
  TRY(commit(object, request.offset / base::page_size, count));
  return {};
}

abi::Status handle(const proto::SealMemory&, Call& call) {
  auto& object = call.object_as<MemoryObject>();
  if (!call.rights.has(right::seal)) return Error::denied;
  if (object.writable_regions != 0) return Error::busy;
  object.is_sealed = true;
  constexpr Rights stays = right::read | right::execute | right::seal | right::physical;
  for (Handle* handle = object.handles; handle != nullptr; handle = handle->next)
    handle->rights = handle->rights & stays;
  for (Region* region = object.regions; region != nullptr; region = region->object_next)
    region->allowed = region->allowed & stays;
  return {};
}

abi::Status handle(const proto::SliceMemory& request, Call& call) {
  auto& object = call.object_as<MemoryObject>();
  if (!object.is_sealed) return Error::busy;
  const u64 pages = TRY(pages_within(object, request.offset, request.length));
  Account& account = *call.handle->account;
  const Held slice{*TRY(make_memory(account, pages))};
  // A slice of a slice is one of the whole.
  MemoryObject& whole = object.shows_source ? *object.source : object;
  slice->source = &whole;
  slice->source_page =
      (object.shows_source ? object.source_page : 0) + request.offset / base::page_size;
  slice->shows_source = true;
  slice->is_sealed = true;
  slice->file_bytes =
      std::min(request.length, object.file_bytes - std::min(object.file_bytes, request.offset));
  retain(whole);
  return answer_with_handle(call, HandleKind::memory, &*slice, call.rights, account);
}

// A page is looked for in the source, and in the source's own: no further than this.
constexpr u64 max_source_depth = 8;

abi::Status handle(const proto::CloneMemory& request, Call& call) {
  auto& object = call.object_as<MemoryObject>();
  if (!call.rights.has(right::read)) return Error::denied;
  if (!object.is_sealed) return Error::busy;
  const u64 pages = TRY(pages_within(object, request.offset, request.length));
  u64 depth = 0;
  for (const MemoryObject* at = &object; at != nullptr; at = at->source) ++depth;
  if (depth > max_source_depth) return Error::too_big;
  const Handle* payer = TRY(call.argument(0, HandleKind::account, proto::account_right::charge));
  Account& account = *static_cast<Account*>(payer->object);
  const Held clone{*TRY(make_memory(account, pages))};
  clone->file_bytes = request.length;
  clone->source = &object;
  clone->source_page = request.offset / base::page_size;
  clone->source_bytes = request.length;
  retain(object);
  return answer_with_handle(call, HandleKind::memory, &*clone, Rights{0x3f & ~right::physical.bits},
                            account);
}

abi::Result<proto::InfoMemory::Reply> handle(const proto::InfoMemory&, Call& call) {
  const auto& object = call.object_as<MemoryObject>();
  const bool tells = call.rights.has(right::physical) && object.is_contiguous;
  return proto::InfoMemory::Reply{.bytes = object.file_bytes,
                                  .pages = object.tree.count(),
                                  .is_sealed = object.is_sealed ? u64{1} : u64{0},
                                  .regions = object.region_count,
                                  .physical_address = tells ? object.tree.find(0).address() : 0};
}

Answer serve_memory(Call& call) { return dispatch<proto::AnyHandle, proto::Memory>(call); }

// One run of physical memory, as large as the next power of two; what is too much goes back.
abi::Status commit_contiguous(MemoryObject& object) {
  if (object.pages == 0) return Error::bad_argument;
  const auto order = static_cast<unsigned>(std::bit_width(object.pages - 1));
  if (order > PageAllocator::max_order || object.pages > max_commit_pages) return Error::too_big;
  TRY(charge(*object.account, &Limits::pages, object.pages));
  const auto first = core.pages.allocate(PageUse::owned, order);
  if (!first.ok()) {
    refund(*object.account, &Limits::pages, object.pages);
    return first.error();
  }
  for (u64 i = object.pages; i < u64{1} << order; ++i) core.pages.free(PageUse::owned, *first + i);
  object.is_contiguous = true;
  for (u64 i = 0; i < object.pages; ++i) {
    ipc::machine::zero_page(reinterpret_cast<u64>(Pages::pointer(*first + i)), base::page_size);
    const abi::Status inserted =
        insert_page(object, i, PageEntry::of(*first + i, PageEntry::committed));
    if (inserted.ok()) continue;
    // What is in the tree goes with the object; the rest goes here.
    for (u64 k = i; k < object.pages; ++k) core.pages.free(PageUse::owned, *first + k);
    refund(*object.account, &Limits::pages, object.pages - i);
    return inserted;
  }
  return {};
}

abi::Result<MemoryObject*> make_contiguous(Account& account, u64 pages) {
  const Held object{*TRY(make_memory(account, pages))};
  object->file_bytes = pages * base::page_size;
  TRY(commit_contiguous(*object));
  retain(*object);
  return &*object;
}

}  // namespace procmgr
