// SPDX-License-Identifier: MIT
#include <abi/object/thread.hpp>
#include <abi/slots.hpp>
#include <algorithm>
#include <libipc/invoke.hpp>
#include <optional>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/start/log.hpp>
#include <servers/procmgr/start/take_over.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::ObjectType;
using abi::SlotName;
using ipc::Cap;
using ipc::invoke;

constexpr unsigned largest_frame_bits = 30;
// What is smaller makes poor frames and good objects.
constexpr unsigned smallest_frame_bits = 21;
constexpr u64 object_share = 8;  // one part of so many

struct Range {
  CapPtr untyped;
  u64 base = 0;
  unsigned bits = 0;
};

// What is not decided yet. A range that is too large is cut in half.
class Ranges {
 public:
  bool push(const Range& range) {
    if (count_ == max) return false;
    items_[count_++] = range;
    return true;
  }
  // The smallest, or the largest. There is one.
  Range take_smallest() {
    return take(std::ranges::min_element(view(), {}, &Range::bits) - view().begin());
  }
  // The one that contains the address.
  std::optional<Range> take_around(u64 address) {
    for (u64 i = 0; i < count_; ++i)
      if (address - items_[i].base < u64{1} << items_[i].bits) return take(static_cast<long>(i));
    return std::nullopt;
  }
  Range take_any() { return take(static_cast<long>(count_ - 1)); }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  std::span<Range> view() { return {items_, count_}; }
  Range take(long i) {
    const Range taken = items_[i];
    items_[i] = items_[--count_];
    return taken;
  }
  static constexpr u64 max = 256;
  Range items_[max] = {};
  u64 count_ = 0;
};

abi::Result<CapPtr> retype(const Range& range, ObjectType type, unsigned bits, u64 count) {
  const CapPtr at = TRY(core.slots.allocate_run(count));
  TRY(invoke(
      Cap<ipc::Untyped>{range.untyped},
      abi::untyped::Retype{.type = static_cast<u64>(type),
                           .size_bits = bits,
                           .first = SlotName::in(core.slots.leaf_of(at).at(), index_in_leaf(at)),
                           .count = count}));
  return at;
}

abi::Status halve(Ranges& ranges, const Range& range) {
  const unsigned bits = range.bits - 1;
  const CapPtr halves = TRY(retype(range, ObjectType::untyped, bits, 2));
  for (u64 i = 0; i < 2; ++i)
    if (!ranges.push({CapPtr{halves.value() + i}, range.base + (i << bits), bits}))
      return Error::no_space;
  return {};
}

// The smallest ranges go to kernel objects, until their share is there.
abi::Status choose_object_memory(Ranges& ranges, u64 total) {
  while (core.objects.total_bytes() < total / object_share) {
    if (ranges.empty()) return Error::no_memory;
    const Range range = ranges.take_smallest();
    const u64 missing = total / object_share - core.objects.total_bytes();
    if (range.bits >= smallest_frame_bits && u64{1} << range.bits > 2 * missing) {
      TRY(halve(ranges, range));
    } else {
      core.objects.add(range.untyped, range.bits);
    }
  }
  return {};
}

constexpr abi::frame::MapFlags read_write{3};
constexpr abi::frame::MapFlags read_only{1};

}  // namespace

abi::Status map_own(CapPtr frame, u64 address, u64 size, abi::frame::MapFlags flags) {
  for (;;) {
    const auto mapped = ipc::invoke_with_detail(Cap<ipc::Frame>{frame},
                                                abi::frame::Map{.vspace = abi::root_slot::vspace,
                                                                .address = address,
                                                                .offset = 0,
                                                                .length = size,
                                                                .flags = flags});
    if (mapped.ok()) return {};
    if (mapped.error().error != Error::needs_table) return mapped.error().error;
    const CapPtr table = TRY(core.objects.make(ObjectType::page_table, 0));
    TRY(invoke(Cap<ipc::PageTable>{table}, abi::page_table::Map{.vspace = abi::root_slot::vspace,
                                                                .address = mapped.error().detail}));
  }
}

namespace {

abi::Status add_block(CapPtr frame, u64 base, unsigned bits, abi::frame::MapFlags flags) {
  TRY(map_own(frame, Pages::window + base, u64{1} << bits, flags));
  return core.pages.add_block({.frame = frame,
                               .first_page = base >> base::page_bits,
                               .pages = u64{1} << (bits - base::page_bits)});
}

// All that is left becomes Frames.
abi::Status make_blocks(Ranges& ranges) {
  while (!ranges.empty()) {
    const Range range = ranges.take_any();
    if (range.bits > largest_frame_bits) {
      TRY(halve(ranges, range));
      continue;
    }
    const CapPtr frame = TRY(retype(range, ObjectType::frame, range.bits, 1));
    TRY(add_block(frame, range.base, range.bits, read_write));
  }
  return {};
}

struct Extent {
  u64 first = ~u64{0};
  u64 end = 0;
  u64 largest = 0;  // the number of a block
};

Extent extent_of_blocks() {
  Extent extent;
  for (u64 i = 0; i < core.pages.block_count(); ++i) {
    const Block& block = core.pages.block(i);
    extent.first = std::min(extent.first, block.first_page);
    extent.end = std::max(extent.end, block.first_page + block.pages);
    if (block.pages > core.pages.block(extent.largest).pages) extent.largest = i;
  }
  return extent;
}

// The allocator's records lie at the start of the largest block.
abi::Status start_pages() {
  if (core.pages.block_count() == 0) return Error::no_memory;
  const Extent extent = extent_of_blocks();
  const u64 count = extent.end - extent.first;
  const Block& home = core.pages.block(extent.largest);
  const u64 record_pages = (count * sizeof(PageRecord) + base::page_size - 1) / base::page_size;
  if (record_pages >= home.pages) return Error::no_memory;
  auto* records = static_cast<PageRecord*>(Pages::pointer(home.first_page));
  core.pages.initialise({records, count}, extent.first);
  for (u64 i = 0; i < core.pages.block_count(); ++i) {
    const Block& block = core.pages.block(i);
    const u64 skip = i == extent.largest ? record_pages : 0;
    core.pages.add_free(block.first_page + skip, block.pages - skip);
  }
  return {};
}

abi::Status show_archive(const abi::BootInfo& info) {
  for (const abi::Grant& grant : info.archive_frames)
    TRY(add_block(grant.cap, grant.base, static_cast<unsigned>(grant.size_bits), read_only));
  core.modules.archive = {reinterpret_cast<const u8*>(Pages::window + info.archive.base),
                          static_cast<std::size_t>(info.archive.size)};
  return {};
}

abi::Status make_endpoint() {
  core.endpoint = Cap<ipc::Endpoint>{TRY(core.objects.make(ObjectType::endpoint, 0))};
  core.notification = Cap<ipc::Notification>{TRY(core.objects.make(ObjectType::notification, 0))};
  core.next_reply = Cap<ipc::Reply>{TRY(core.objects.make(ObjectType::reply, 0))};
  TRY(core.slots.accept_incoming());
  const Cap<ipc::Thread> self{abi::root_slot::thread};
  TRY(invoke(self, abi::thread::BindNotification{.notification = core.notification.at()}));
  // Above everything that it starts: nobody can keep procmgr from paging and burying.
  TRY(invoke(self, abi::thread::SetPriority{{abi::priority_levels - 1}}));
  return {};
}

}  // namespace

namespace {

// Parts of devices' Untypeds that nobody has taken yet.
constinit Ranges device_ranges;

// A Frame of the page at this address: the range that holds it is halved until it is found.
abi::Result<CapPtr> device_page(u64 physical) {
  for (;;) {
    const auto range = device_ranges.take_around(physical);
    if (!range) return Error::not_found;
    if (range->bits == base::page_bits)
      return retype(*range, ObjectType::frame, base::page_bits, 1);
    TRY(halve(device_ranges, *range));
  }
}

}  // namespace

abi::Status add_device_page(u64 physical) {
  if (core.pages.block_of(physical >> base::page_bits) != Pages::max_blocks) return {};
  return core.pages.add_block({.frame = TRY(device_page(physical)),
                               .first_page = physical >> base::page_bits,
                               .pages = 1,
                               .is_device = true});
}

abi::Status take_over(const abi::BootInfo& info) {
  core.boot = &info;
  core.slots.initialise(info.first_free_leaf);
  static constinit Ranges ranges;
  u64 total = 0;
  for (const abi::Grant& grant : info.untyped) {
    const Range range{grant.cap, grant.base, static_cast<unsigned>(grant.size_bits)};
    if (!(grant.is_device != 0 ? device_ranges : ranges).push(range)) return Error::no_space;
    if (grant.is_device != 0) continue;
    total += u64{1} << grant.size_bits;
  }
  TRY(choose_object_memory(ranges, total));
  TRY(make_blocks(ranges));
  TRY(start_pages());
  TRY(show_archive(info));
  TRY(make_endpoint());
  core.everything = TRY(make_account(nullptr, {}));
  return {};
}

}  // namespace procmgr
