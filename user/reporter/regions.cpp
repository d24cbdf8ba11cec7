// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/reporter/regions.hpp>

namespace reporter {

namespace {

namespace layout = abi::process_layout;

// What is further away has nothing to do with it.
constexpr u64 near = 64 * base::kib;

struct Neighbours {
  const abi::CrashRegion* below = nullptr;
  const abi::CrashRegion* above = nullptr;
};

Neighbours neighbours_of(const abi::CrashRecord& record, u64 address) {
  Neighbours found;
  for (const abi::CrashRegion& region : regions_of(record)) {
    if (region.start + region.length <= address) found.below = &region;
    if (region.start > address && found.above == nullptr) found.above = &region;
  }
  return found;
}

void write_region(base::TextWriter& out, const abi::CrashRegion& region) {
  out << "the " << name_of(static_cast<RegionKind>(region.kind)) << " (";
  write_access(out, region.access);
  out << ')';
}

}  // namespace

std::span<const abi::CrashRegion> regions_of(const abi::CrashRecord& record) {
  return {record.regions, std::min<u64>(record.region_count, abi::max_crash_regions)};
}

const abi::CrashRegion* region_at(const abi::CrashRecord& record, u64 address) {
  for (const abi::CrashRegion& region : regions_of(record))
    if (address >= region.start && address - region.start < region.length) return &region;
  return nullptr;
}

bool is_in_stack_guard(const abi::CrashRecord& record, u64 address) {
  constexpr u64 bottom = layout::stack_top - layout::stack_size;
  return address >= layout::mapping_end && address < bottom &&
         region_at(record, address) == nullptr;
}

std::string_view name_of(RegionKind kind) {
  switch (kind) {
    case RegionKind::memory: return "memory";
    case RegionKind::image: return "image";
    case RegionKind::stack: return "stack";
    case RegionKind::arguments: return "arguments";
    case RegionKind::process_page: return "process page";
  }
  return "unknown";
}

void write_access(base::TextWriter& out, abi::u32 access) {
  namespace right = abi::procmgr::memory_right;
  const auto letter = [&](abi::Rights which, char name) {
    out << ((access & which.bits) != 0 ? name : '-');
  };
  letter(right::read, 'r');
  letter(right::write, 'w');
  letter(right::execute, 'x');
}

void write_whereabouts(base::TextWriter& out, const abi::CrashRecord& record, u64 address) {
  if (const abi::CrashRegion* region = region_at(record, address)) {
    out << "in ";
    return write_region(out, *region);
  }
  if (address < layout::lowest) {
    out << "where nothing ever is: a null pointer, or an offset from one";
    return;
  }
  if (is_in_stack_guard(record, address)) {
    out << "in the guard below the stack: the stack has overflowed";
    return;
  }
  const auto [below, above] = neighbours_of(record, address);
  const u64 behind = below == nullptr ? near : address - (below->start + below->length);
  const u64 before = above == nullptr ? near : above->start - address;
  if (std::min(behind, before) >= near) {
    out << "far from everything that is mapped";
    return;
  }
  out << std::min(behind, before) << " bytes " << (behind <= before ? "behind " : "in front of ");
  write_region(out, behind <= before ? *below : *above);
}

}  // namespace reporter
