// SPDX-License-Identifier: MIT
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
namespace layout = abi::process_layout;
namespace right = abi::procmgr::memory_right;

// No request makes more pages than this at once: longer ones are asked for in parts.
constexpr u64 max_commit_pages = 4096;

abi::Status check_range(u64 address, u64 length) {
  if (!base::is_aligned(address | length, base::page_size) || length == 0)
    return Error::bad_argument;
  if (address < layout::lowest || address >= layout::highest || length > layout::highest - address)
    return Error::out_of_range;
  return {};
}

abi::Status check_access(Rights access) {
  constexpr u64 all = (right::read | right::write | right::execute).bits;
  if ((access.bits & ~all) != 0 || !access.has(right::read)) return Error::bad_argument;
  if (access.has(right::write | right::execute)) return Error::bad_argument;
  return {};
}

// Where a region goes: where it is wanted, or where there is room.
abi::Result<u64> place(Process& process, u64 address, u64 length) {
  if (address == 0) {
    if (!base::is_aligned(length, base::page_size) || length == 0) return Error::bad_argument;
    const auto found = process.regions.find_gap(length, layout::mapping_start, layout::mapping_end,
                                                base::page_size);
    if (!found) return Error::no_space;
    return *found;
  }
  TRY(check_range(address, length));
  if (process.regions.overlaps(address, length)) return Error::occupied;
  // The page of the process and the guard below its stack have no region.
  constexpr u64 guard = layout::stack_top - layout::stack_size - base::page_size;
  for (const u64 page : {layout::process_page, guard})
    if (address <= page && page < address + length) return Error::occupied;
  return address;
}

// Whose address space is meant.
abi::Result<Process*> space_of(const Call& call, Rights right = proto::process_right::map) {
  auto& process = call.object_as<Process>();
  if (call.kind == HandleKind::process && !call.rights.has(right)) return Error::denied;
  if (process.state >= ProcessState::ending) return Error::gone;
  return &process;
}

// After an error the region is gone.
abi::Status populate(Region& region, u64 flags) {
  if ((flags & proto::map_flag::populate) == 0) return {};
  const u64 pages = std::min(region.length / base::page_size, max_commit_pages);
  const auto shown = show(region, region.start, pages);
  if (!shown.ok()) static_cast<void>(unmap(*region.process, region.start, region.length));
  return shown.error();
}

}  // namespace

abi::Status commit(MemoryObject& object, u64 first, u64 count) {
  for (u64 i = first; i < first + count; ++i) {
    bool is_new = false;
    const PageEntry entry = TRY(touch(object, i, is_new));
    object.tree.replace(i, entry.with(PageEntry::committed));
  }
  return {};
}

abi::Status commit_new(MemoryObject& object, u64 flags) {
  if ((flags & proto::memory_flag::contiguous) != 0) return commit_contiguous(object);
  if ((flags & proto::memory_flag::commit) == 0) return {};
  if (object.pages > max_commit_pages) return Error::too_big;
  return commit(object, 0, object.pages);
}

abi::Result<proto::Map::Reply> handle(const proto::Map& request, Call& call) {
  Process& process = *TRY(space_of(call));
  if ((request.flags & ~proto::map_flag::all) != 0) return Error::bad_argument;
  TRY(check_access(request.access));
  Handle* named = TRY(call.argument(0, HandleKind::memory, request.access));
  auto& object = *static_cast<MemoryObject*>(named->object);
  if (!base::is_aligned(request.offset, base::page_size)) return Error::bad_argument;
  const u64 bytes = object.pages * base::page_size;
  if (request.offset > bytes || request.length > bytes - request.offset) return Error::out_of_range;
  if (object.is_sealed && request.access.has(right::write)) return Error::denied;
  const u64 address = TRY(place(process, request.address, request.length));
  Region* region =
      TRY(add_region(process, object, {address, request.offset, request.length}, request.access));
  region->allowed = named->rights;
  TRY(populate(*region, request.flags));
  return proto::Map::Reply{address};
}

abi::Result<proto::MapNew::Reply> handle(const proto::MapNew& request, Call& call) {
  Process& process = *TRY(space_of(call));
  if ((request.flags & ~proto::map_flag::all) != 0) return Error::bad_argument;
  TRY(check_access(request.access));
  const u64 address = TRY(place(process, request.address, request.length));
  const Held object{*TRY(make_memory(*process.account, request.length / base::page_size))};
  object->is_private = true;
  Region* region = TRY(add_region(process, *object, {address, 0, request.length}, request.access));
  region->allowed = right::read | right::write | right::execute;
  TRY(populate(*region, request.flags));
  return proto::MapNew::Reply{address};
}

abi::Status handle(const proto::Unmap& request, Call& call) {
  Process& process = *TRY(space_of(call));
  TRY(check_range(request.address, request.length));
  TRY(unmap(process, request.address, request.length));
  return {};
}

abi::Status handle(const proto::Protect& request, Call& call) {
  Process& process = *TRY(space_of(call));
  TRY(check_range(request.address, request.length));
  TRY(check_access(request.access));
  TRY(protect(process, request.address, request.length, request.access));
  return {};
}

abi::Result<proto::FindRegion::Reply> handle(const proto::FindRegion& request, Call& call) {
  const Process& process = *TRY(space_of(call, proto::process_right::inspect));
  const auto* region =
      static_cast<const Region*>(process.regions.first_ending_above(request.address));
  if (region == nullptr) return Error::not_found;
  return proto::FindRegion::Reply{.address = region->start,
                                  .length = region->length,
                                  .offset = region->offset,
                                  .access = region->access,
                                  .kind = static_cast<u64>(region->kind),
                                  .pages = region->object->tree.count()};
}

}  // namespace procmgr
