// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/held.hpp>
#include <servers/procmgr/space/region.hpp>

namespace procmgr {

namespace {

using abi::Error;
namespace right = abi::procmgr::memory_right;

constexpr Rights frame_bits = right::read | right::write | right::execute;

abi::frame::MapFlags flags_of(const Region& region) { return {(region.access & frame_bits).bits}; }

// How many pages a fault brings along, if the one below is there: a program that goes through
// memory in order faults once for so many.
constexpr u64 neighbours = 16;

// Pages that lie one behind the other in memory, to be mapped at once.
struct Run {
  u64 address = 0;
  u64 page = 0;
  u64 count = 0;

  [[nodiscard]] bool continues(u64 next) const { return count != 0 && page + count == next; }
};

// True: all of the run is mapped now; false: something else was in the way behind its start.
abi::Result<bool> map_run(Region& region, const Run& run) {
  for (u64 done = 0; done != run.count;) {
    const auto mapped = map_pages(*region.process->shell, run.address + done * base::page_size,
                                  run.page + done, run.count - done, flags_of(region));
    if (!mapped.ok() && mapped.error() == Error::occupied && done != 0) return false;
    done += TRY(mapped);
  }
  return true;
}

abi::Result<Region*> make_record(const Process& process) {
  Charge charge{*process.account};
  TRY(charge.add(&Limits::objects, region_units));
  Region* region = core.regions.make();
  if (region == nullptr) return Error::no_memory;
  charge.keep();
  return region;
}

// The page at `index`, there and fit for the region's access.
abi::Result<u64> page_for(Region& region, u64 index) {
  bool is_new = false;
  PageEntry entry = TRY(touch(*region.object, index, is_new));
  if (is_new) {
    Process& process = *region.process;
    process.peak_pages = std::max(process.peak_pages, ++process.pages);
  }
  if (region.access.has(right::execute) && !entry.has(PageEntry::coherent)) {
    make_coherent(entry.page());
    // What can change will have to be looked at again.
    if (region.object->is_sealed)
      region.object->tree.replace(index, entry.with(PageEntry::coherent));
  }
  return entry.page();
}

// From a page that is there: how many can be shown with it without a look at each.
u64 alike_from(const Region& region, u64 index, u64 most) {
  const bool is_looked_at_each_time =
      region.access.has(right::execute) && !region.object->is_sealed;
  if (most == 1 || region.is_downward || is_looked_at_each_time) return 1;
  return region.object->tree.run_length(index, most);
}

}  // namespace

abi::Result<Region*> add_region(Process& process, MemoryObject& object, const Window& window,
                                Rights access) {
  Region* region = TRY(make_record(process));
  region->start = window.address;
  region->length = window.length;
  region->object = &object;
  region->offset = window.offset;
  region->access = access;
  region->allowed = access;
  region->process = &process;
  region->object_next = object.regions;
  if (object.regions != nullptr) object.regions->object_previous = region;
  object.regions = region;
  ++object.region_count;
  if (region->is_writable()) ++object.writable_regions;
  retain(object);
  process.regions.insert(*region);
  return region;
}

void drop_region(Region& region) {
  MemoryObject& object = *region.object;
  region.process->regions.remove(region);
  Region*& to_it =
      region.object_previous == nullptr ? object.regions : region.object_previous->object_next;
  to_it = region.object_next;
  if (region.object_next != nullptr) region.object_next->object_previous = region.object_previous;
  --object.region_count;
  if (region.is_writable()) --object.writable_regions;
  if (object.is_private)
    region.process->pages -= std::min(region.process->pages, object.tree.count());
  refund(*region.process->account, &Limits::objects, region_units);
  core.regions.release(&region);
  release(object);
}

abi::Result<u64> show(Region& region, u64 address, u64 count) {
  Run run;
  u64 shown = 0;
  while (shown != count) {
    const u64 at = address + shown * base::page_size;
    const auto page = page_for(region, region.page_at(at));
    if (!page.ok()) {
      if (shown == 0) return page.error();
      break;
    }
    if (!run.continues(*page)) {
      if (run.count != 0 && !TRY(map_run(region, run))) return shown;
      run = {at, *page, 0};
    }
    const u64 alike = alike_from(region, region.page_at(at), count - shown);
    run.count += alike;
    shown += alike;
  }
  if (run.count != 0) static_cast<void>(TRY(map_run(region, run)));
  return shown;
}

abi::Result<bool> page_in(Process& process, u64 address, Rights wanted) {
  auto* region = static_cast<Region*>(process.regions.find(address));
  if (region == nullptr || !region->access.has(wanted)) return false;
  const u64 at = base::align_down(address, base::page_size);
  const u64 index = region->page_at(at);
  const bool in_order = !region->is_downward && at != region->start &&
                        region->object->tree.find(index - 1).is_present();
  const u64 count = in_order ? std::min(neighbours, (region->end() - at) / base::page_size) : 1;
  const auto shown = show(*region, at, count);
  // Another thread's fault has brought it meanwhile.
  if (!shown.ok() && shown.error() == Error::occupied) return true;
  TRY(shown);
  return true;
}

namespace {

// What of the region lies in [start, end).
struct Cut {
  u64 start;
  u64 end;
};

Cut cut_of(const Region& region, u64 start, u64 length) {
  return {std::max(region.start, start), std::min(region.end(), start + length)};
}

void free_cut(Region& region, Cut cut) {
  if (!region.object->is_private) return;
  const u64 last = cut.end - base::page_size;
  const u64 first = std::min(region.page_at(cut.start), region.page_at(last));
  const u64 count = (cut.end - cut.start) / base::page_size;
  const u64 before = region.object->tree.count();
  free_pages(*region.object, first, first + count);
  const u64 freed = before - region.object->tree.count();
  region.process->pages -= std::min(region.process->pages, freed);
}

// Cuts a region in two at `address`, inside it. `second` is a record for the upper part.
void split(Region& region, u64 address, Region& second) {
  second.start = address;
  second.length = region.end() - address;
  second.object = region.object;
  second.offset = region.is_downward ? region.offset : region.offset + (address - region.start);
  second.is_downward = region.is_downward;
  second.access = region.access;
  second.allowed = region.allowed;
  second.kind = region.kind;
  second.process = region.process;
  second.object_next = region.object_next;
  second.object_previous = &region;
  if (region.object_next != nullptr) region.object_next->object_previous = &second;
  region.object_next = &second;
  if (region.is_downward) region.offset += second.length;
  region.process->regions.resize(region, region.start, address - region.start);
  region.process->regions.insert(second);
  ++region.object->region_count;
  if (region.is_writable()) ++region.object->writable_regions;
  retain(*region.object);
}

// Cuts what crosses the borders of [start, start + length), so that regions lie inside or outside.
abi::Status cut_borders(Process& process, u64 start, u64 length) {
  for (const u64 border : {start, start + length}) {
    auto* region = static_cast<Region*>(process.regions.find(border));
    if (region == nullptr || region->start == border) continue;
    Region* second = TRY(make_record(process));
    split(*region, border, *second);
  }
  return {};
}

Region* first_in(Process& process, u64 start, u64 length) {
  auto* region = static_cast<Region*>(process.regions.first_ending_above(start));
  return region != nullptr && region->start < start + length ? region : nullptr;
}

}  // namespace

abi::Status unmap(Process& process, u64 start, u64 length) {
  if (first_in(process, start, length) == nullptr) return {};
  TRY(cut_borders(process, start, length));
  while (Region* region = first_in(process, start, length)) {
    unmap_pages(*process.shell, region->start, region->length);
    free_cut(*region, cut_of(*region, start, length));
    drop_region(*region);
  }
  return {};
}

abi::Status protect(Process& process, u64 start, u64 length, Rights access) {
  u64 at = start;
  while (at != start + length) {
    auto* region = static_cast<Region*>(process.regions.find(at));
    if (region == nullptr) return Error::not_found;
    if (!region->allowed.has(access)) return Error::denied;
    at = std::min(region->end(), start + length);
  }
  TRY(cut_borders(process, start, length));
  for (Region* region = first_in(process, start, length);
       region != nullptr && region->start < start + length;
       region = static_cast<Region*>(process.regions.next(*region))) {
    const bool was_writable = region->is_writable();
    region->access = access;
    if (was_writable && !region->is_writable()) --region->object->writable_regions;
    if (!was_writable && region->is_writable()) ++region->object->writable_regions;
  }
  // Code that was just written has to be seen: pages come back one by one.
  if (access.bits == 0 || access.has(right::execute))
    unmap_pages(*process.shell, start, length);
  else
    protect_pages(*process.shell, start, length, {(access & frame_bits).bits});
  return {};
}

}  // namespace procmgr
