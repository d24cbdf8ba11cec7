// SPDX-License-Identifier: MIT
// The Inspector answers about the capability under the cursor (cap/cursor.hpp), so that nothing
// that a program says is ever followed as a pointer.
#include <abi/layout.hpp>
#include <algorithm>
#include <base/paging/walker.hpp>
#include <debug/trace.hpp>
#include <machine/cpu.hpp>
#include <machine/memory.hpp>
#include <machine/mmu.hpp>
#include <sched/kernel.hpp>
#include <syscall/methods.hpp>
#include <syscall/records.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::inspector;

constexpr unsigned cursor_steps = 64;
constexpr u64 slots_per_search = 64;

// The capability under the cursor, if it is the one that the caller means.
abi::Result<Slot*> find_visited(u64 sequence) {
  Slot* slot = core.cursor.visited(sequence);
  if (slot == nullptr) return Error::gone;
  return slot;
}

abi::Result<Slot*> find_visited(u64 sequence, ObjectType type) {
  Slot* slot = TRY(find_visited(sequence));
  if (slot->cap.type() != type) return Error::wrong_object;
  return slot;
}

Answer<method::Rewind> perform(Invocation&, const method::Rewind&) {
  core.cursor.rewind(core.origin);
  return method::Rewind::Reply{.sequence = core.cursor.sequence()};
}

Answer<method::Next> perform(Invocation& invocation, const method::Next&) {
  Cursor& cursor = core.cursor;
  Cursor::Outcome outcome = cursor.advance(cursor_steps);
  while (outcome == Cursor::Outcome::more) {
    if (machine::interrupt_pending()) {
      invocation.again = true;
      return method::Next::Reply{};
    }
    outcome = cursor.advance(cursor_steps);
  }
  if (outcome == Cursor::Outcome::ended) return Error::not_found;
  return method::Next::Reply{.sequence = cursor.sequence(),
                             .removals = cursor.removals(),
                             .depth = cursor.depth(),
                             .capability = capability_record(*cursor.visited(cursor.sequence()))};
}

Answer<method::Describe> perform(Invocation&, const method::Describe& request) {
  return describe(*TRY(find_visited(request.sequence)));
}

Answer<method::FindSlot> perform(Invocation&, const method::FindSlot& request) {
  Slot* slot = TRY(find_visited(request.sequence, ObjectType::cnode));
  auto& cnode = *slot->cap.object<CNode>();
  if (request.index >= cnode.size()) return Error::out_of_range;
  const u64 end = std::min(cnode.size(), request.index + slots_per_search);
  for (u64 i = request.index; i < end; ++i)
    if (!cnode.slot(i).is_empty())
      return method::FindSlot::Reply{.index = i, .capability = capability_record(cnode.slot(i))};
  return method::FindSlot::Reply{.index = end, .capability = {}};
}

struct PhysicalWindow {
  u64* table(PhysAddr address) const {
    return static_cast<u64*>(machine::physical_pointer(address));
  }
};
using Format = machine::PageFormat;
using Walker = base::paging::Walker<Format, PhysicalWindow>;

// The first present entry from `at` on in one table; `at` moves to what it covers. No entry: there
// is none, and `at` is where the table ends.
base::paging::Position find_present(const Walker& walker, u64& at) {
  base::paging::Position place = walker.find(base::VirtAddr{at});
  const u64 size = base::paging::entry_size(place.level);
  for (u64 left = place.entries_left(base::VirtAddr{at}); left != 0; --left, ++place.entry) {
    if (Format::is_present(*place.entry)) return place;
    at = base::align_down(at, size) + size;
  }
  place.entry = nullptr;
  return place;
}

void describe_page(const Walker& walker, base::paging::Position place, method::Walk::Reply& reply) {
  const u64 entry = *place.entry;
  const base::paging::Attributes attributes = Format::attributes(entry);
  const u64 size = base::paging::entry_size(place.level);
  reply.address = base::align_down(reply.next, size);
  reply.next = reply.address + size;
  reply.physical_address = Format::address(entry, place.level).value();
  reply.page_bits = base::paging::entry_bits(place.level);
  Rights access = abi::frame_right::read;
  if (attributes.write) access = access | abi::frame_right::write;
  if (attributes.execute) access = access | abi::frame_right::execute;
  reply.access = access.bits;
  for (unsigned level = Format::levels; level-- > place.level;)
    reply.entries[Format::levels - 1 - level] =
        *walker.find(base::VirtAddr{reply.address}, level).entry;
}

Answer<method::Walk> perform(Invocation&, const method::Walk& request) {
  Slot* slot = TRY(find_visited(request.sequence, ObjectType::vspace));
  if (request.address >= abi::layout::user_end) return Error::out_of_range;
  const Walker walker{core.spaces[slot->data].root, {}};
  method::Walk::Reply reply{.next = request.address};
  // A table that is found ends the search in its parent's table and begins one in itself.
  for (unsigned tables = 0; tables < Format::levels; ++tables) {
    const base::paging::Position place = find_present(walker, reply.next);
    if (place.entry == nullptr) break;
    if (Format::is_table(*place.entry, place.level)) continue;
    describe_page(walker, place, reply);
    break;
  }
  return reply;
}

Answer<method::Summary> perform(Invocation& invocation, const method::Summary&) {
  return method::Summary::Reply{.counter = machine::counter(),
                                .frequency = core.scheduler.frequency(),
                                .current = id_of(&invocation.caller),
                                .ready_levels = core.scheduler.ready_levels(),
                                .spaces_used = core.spaces.live(),
                                .spaces_free = core.spaces.available(),
                                .ending = id_of(core.ending),
                                .fp_owner = id_of(core.floating_point_owner),
                                .kernel_bytes = core.own_bytes,
                                .system_calls = trace.traps(machine::TrapKind::system_call),
                                .faults = trace.traps(machine::TrapKind::fault),
                                .interrupts = trace.traps(machine::TrapKind::interrupt),
                                .fp_switches = trace.traps(machine::TrapKind::floating_point),
                                .thread_switches = trace.thread_switches()};
}

Answer<method::Ready> perform(Invocation&, const method::Ready& request) {
  if (request.level >= abi::priority_levels) return Error::out_of_range;
  return method::Ready::Reply{.first = id_of(core.scheduler.first_ready(request.level))};
}

Answer<method::Trace> perform(Invocation& invocation, const method::Trace& request) {
  if (!invocation.target.cap.rights().has(abi::inspector_right::trace)) return Error::denied;
  if (request.mode > TraceMode::everything) return Error::out_of_range;
  const TraceMode replaced = trace.mode();
  trace.set_mode(request.mode);
  core.scheduler.allow_direct_switches(request.mode != TraceMode::everything);
  return method::Trace::Reply{.replaced = replaced};
}

Answer<method::Events> perform(Invocation&, const method::Events& request) {
  method::Events::Reply reply{
      .first = std::max(request.from, trace.oldest()), .count = 0, .events = {}};
  for (Event& event : reply.events) {
    const u64 number = reply.first + reply.count;
    if (number >= trace.end()) break;
    event = trace.event(number);
    ++reply.count;
  }
  return reply;
}

}  // namespace

void invoke_inspector(Invocation& invocation, u32 label) {
  if (!invocation.target.cap.rights().has(abi::inspector_right::read)) {
    write_error(invocation.caller, Error::denied, 0);
    return;
  }
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
