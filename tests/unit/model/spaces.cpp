// SPDX-License-Identifier: MIT
// Address spaces, tables and Frames, entry by entry.
#include <abi/layout.hpp>
#include <algorithm>
#include <base/bits.hpp>
#include <model/model.hpp>

namespace model {

namespace {

using abi::layout::user_end;

u64 size_of(unsigned level) { return u64{1} << (12 + 9 * level); }

bool lies_in(const Slot& frame, u64 address, u64 bytes) {
  return address >= frame.cap.address &&
         address + bytes <= frame.cap.address + (u64{1} << frame.cap.bits);
}

Error check_range(u64 address, u64 length) {
  if (address % 4096 != 0 || length % 4096 != 0 || length == 0) return Error::bad_argument;
  if (address >= user_end || length > user_end - address) return Error::out_of_range;
  return Error::none;
}

Error check_flags(const Slot& frame, abi::frame::MapFlags flags) {
  if (!flags.is_valid()) return Error::bad_argument;
  return frame.cap.rights.has(flags.access()) ? Error::none : Error::denied;
}

Entry page_of(abi::frame::MapFlags flags) {
  return {.write = (flags.bits & 2) != 0, .execute = (flags.bits & 4) != 0};
}

}  // namespace

// The entry on the way to `address` that is no table, or the one of level `lowest`.
Model::Place Model::walk(u64 number, u64 address, unsigned lowest) {
  u64 table = spaces[number].root;
  for (unsigned level = 2;; --level) {
    const u64 index = address >> (12 + 9 * level) & 511;
    Table& entries = tables.at(table);
    const auto found = entries.find(index);
    Entry* entry = found == entries.end() ? nullptr : &found->second;
    if (level == lowest || entry == nullptr || !entry->is_table)
      return {&entries, index, level, entry};
    table = entry->address;
  }
}

// Removes (or gives other attributes to) what leads into the Frame, from `at` on, in one table.
// How far it came.
u64 Model::sweep_step(u64 number, u64 at, u64 end, const Slot& frame, const Entry* attributes) {
  const Place first = walk(number, at);
  const u64 size = size_of(first.level);
  at -= at % size;
  for (u64 index = first.index; index < 512 && at < end; ++index, at += size) {
    const auto found = first.table->find(index);
    if (found == first.table->end()) continue;
    if (found->second.is_table) break;
    if (!lies_in(frame, found->second.address, size)) continue;
    if (attributes == nullptr) {
      first.table->erase(found);
    } else {
      found->second.write = attributes->write;
      found->second.execute = attributes->execute;
    }
  }
  return at;
}

bool Model::unmap_step(Slot& frame) {
  if (!is_current(frame.binding) || frame.window.start == frame.window.end) return true;
  const u64 reached =
      sweep_step(frame.binding.number, frame.window.start, frame.window.end, frame, nullptr);
  frame.window.start = std::min(reached, frame.window.end);
  return reached >= frame.window.end;
}

void Model::take_table_out(const Slot& slot) {
  if (!is_current(slot.binding)) return;
  const auto level = static_cast<unsigned>(slot.window.end);
  const Place place = walk(slot.binding.number, slot.window.start, level);
  if (place.level == level && place.entry != nullptr && place.entry->is_table &&
      place.entry->address == slot.cap.address)
    place.table->erase(place.index);
}

void Model::extend_window(Slot& frame, u64 number, u64 start, u64 end) {
  if (is_current(frame.binding) && frame.window.start != frame.window.end) {
    start = std::min(start, frame.window.start);
    end = std::max(end, frame.window.end);
  }
  frame.window = {start, end};
  frame.binding = {number, spaces[number].generation};
}

void Model::shrink_window(Slot& frame, u64 number, u64 start, u64 end) {
  if (!is_current(frame.binding) || frame.binding.number != number) return;
  Window& window = frame.window;
  if (start <= window.start && window.start < end) window.start = end;
  if (start < window.end && window.end <= end) window.end = start;
  if (window.start < window.end) return;
  window = {};
  frame.binding = {};
}

Answer Model::perform(Thread& caller, Slot& frame, const abi::frame::Map& request) {
  if (frame.cap.is_anchor) return Error::not_supported;
  const Found vspace =
      find_capability(caller, request.vspace.value(), ObjectType::vspace, abi::vspace_right::map);
  if (vspace.error != Error::none) return vspace.error;
  if (const Error error = check_range(request.address, request.length); error != Error::none)
    return error;
  if (const Error error = check_flags(frame, request.flags); error != Error::none) return error;
  const u64 bytes = u64{1} << frame.cap.bits;
  if (request.offset % 4096 != 0) return Error::bad_argument;
  if (request.offset >= bytes || request.length > bytes - request.offset)
    return Error::out_of_range;
  const u64 number = vspace.slot->data;
  if (is_current(frame.binding) && frame.binding.number != number) return Error::busy;

  const u64 end = request.address + request.length;
  Error error = Error::none;
  u64 at = request.address;
  while (at < end && error == Error::none) {
    const Place place = walk(number, at);
    const u64 size = size_of(place.level);
    const u64 physical = frame.cap.address + request.offset + (at - request.address);
    if (place.entry != nullptr) {
      error = Error::occupied;
    } else if (at % size != 0 || physical % size != 0 || end - at < size) {
      error = Error::needs_table;
    } else {
      Entry page = page_of(request.flags);
      page.address = physical;
      (*place.table)[place.index] = page;
      at += size;
    }
  }
  if (at != request.address) extend_window(frame, number, request.address, at);
  if (error == Error::none) return {};
  // Taken back from the end, 2 MiB at most at a time.
  for (u64 left = at; left > request.address;) {
    const u64 start = std::max((left - 1) / size_of(1) * size_of(1), request.address);
    for (u64 i = start; i < left;) i = sweep_step(number, i, left, frame, nullptr);
    shrink_window(frame, number, start, left);
    left = start;
  }
  return {error, at};
}

// Whether the range's ends cut a large page of this Frame.
Answer Model::check_cuts(const Slot& frame, u64 start, u64 end) {
  for (const u64 boundary : {start, end}) {
    if (boundary <= frame.window.start || boundary >= frame.window.end) continue;
    const Place place = walk(frame.binding.number, boundary);
    const u64 size = size_of(place.level);
    const u64 page = boundary - boundary % size;
    if (page == boundary || place.entry == nullptr) continue;
    if (lies_in(frame, place.entry->address, size)) return {Error::needs_table, page};
  }
  return {};
}

Answer Model::over_window(Slot& frame, u64 address, u64 length, const Entry* attributes) {
  if (const Answer cuts = check_cuts(frame, address, address + length); cuts.error != Error::none)
    return cuts;
  const u64 number = frame.binding.number;
  const u64 end = std::min(address + length, frame.window.end);
  for (u64 at = std::max(address, frame.window.start); at < end;) {
    const u64 reached = sweep_step(number, at, end, frame, attributes);
    if (attributes == nullptr) shrink_window(frame, number, at, reached);
    at = reached;
  }
  return {};
}

Answer Model::perform(Thread&, Slot& frame, const abi::frame::Unmap& request) {
  if (const Error error = check_range(request.address, request.length); error != Error::none)
    return error;
  if (!is_current(frame.binding)) return {};
  return over_window(frame, request.address, request.length, nullptr);
}

Answer Model::perform(Thread&, Slot& frame, const abi::frame::Protect& request) {
  if (const Error error = check_range(request.address, request.length); error != Error::none)
    return error;
  if (const Error error = check_flags(frame, request.flags); error != Error::none) return error;
  if (!is_current(frame.binding)) return {};
  const Entry attributes = page_of(request.flags);
  return over_window(frame, request.address, request.length, &attributes);
}

Answer Model::perform(Thread&, Slot& frame, const abi::frame::Info&) {
  return Answer::of(abi::frame::Info::Reply{
      .physical_address = frame.cap.rights.has(abi::frame_right::physical) ? frame.cap.address : 0,
      .size_bits = frame.cap.bits,
      .is_device = 0,
      .is_mapped = is_current(frame.binding) ? u64{1} : u64{0}});
}

Answer Model::perform(Thread& caller, Slot& table, const abi::page_table::Map& request) {
  const Found vspace =
      find_capability(caller, request.vspace.value(), ObjectType::vspace, abi::vspace_right::map);
  if (vspace.error != Error::none) return vspace.error;
  if (request.address >= user_end) return Error::out_of_range;
  if (is_current(table.binding)) return Error::busy;
  const u64 number = vspace.slot->data;
  tables[table.cap.address] = {};
  const Place place = walk(number, request.address);
  if (place.level == 0) return Error::occupied;
  Table& entries = tables[table.cap.address];
  if (place.entry != nullptr) {
    // A large page: the same memory, by smaller pages.
    for (u64 i = 0; i < 512; ++i) {
      entries[i] = *place.entry;
      entries[i].address += i * size_of(place.level - 1);
    }
  }
  (*place.table)[place.index] = {.is_table = true, .address = table.cap.address};
  table.binding = {number, spaces[number].generation};
  table.window = {request.address, place.level};
  return Answer::of(abi::page_table::Map::Reply{12 + 9 * u64{place.level}});
}

Answer Model::perform(Thread&, Slot& table, const abi::page_table::Unmap&) {
  take_table_out(table);
  table.binding = {};
  table.window = {};
  return {};
}

void Model::clear_space(u64 number) {
  tables[spaces[number].root].clear();
  ++spaces[number].generation;
}

void Model::drop_space(u64 number) {
  if (--spaces[number].references != 0) return;
  tables.erase(spaces[number].root);
  ++spaces[number].generation;
  free_numbers.push_back(number);
}

Answer Model::perform(Thread&, Slot& vspace, const abi::vspace::Clear&) {
  if (!vspace.cap.rights.has(abi::vspace_right::map)) return Error::denied;
  clear_space(vspace.data);
  return {};
}

Answer Model::perform(Thread&, Slot& vspace, const abi::vspace::Walk& request) {
  if (!vspace.cap.rights.has(abi::vspace_right::map)) return Error::denied;
  if (request.address >= user_end) return Error::out_of_range;
  const Place place = walk(vspace.data, request.address);
  if (place.entry == nullptr) return Error::absent;
  Rights access = abi::frame_right::read;
  if (place.entry->write) access = access | abi::frame_right::write;
  if (place.entry->execute) access = access | abi::frame_right::execute;
  return Answer::of(
      abi::vspace::Walk::Reply{.page_bits = 12 + 9 * u64{place.level}, .access = access.bits});
}

}  // namespace model
