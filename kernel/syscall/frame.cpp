// SPDX-License-Identifier: MIT
// Frames and their mappings. A Frame's slot remembers the one address space that it is mapped in
// (its binding) and the window of addresses outside which no entry of it lies.
#include <abi/layout.hpp>
#include <abi/object/memory.hpp>
#include <machine/cpu.hpp>
#include <memory/page_map.hpp>
#include <sched/kernel.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>

namespace kernel {

namespace {

using abi::Error;
using abi::layout::user_end;
namespace method = abi::frame;

PhysRun run_of(const Slot& frame) { return {frame.cap.physical(), u64{1} << frame.cap.bits()}; }

bool is_mapped(const Slot& frame) { return core.spaces.is_current(Binding::from_raw(frame.data)); }

PageMap map_of(u64 number) { return {number, core.spaces[number].root}; }

// [address, address + length) in whole pages, inside the user's half.
Error check_range(u64 address, u64 length) {
  if (!base::is_aligned(address | length, base::page_size) || length == 0)
    return Error::bad_argument;
  if (address >= user_end || length > user_end - address) return Error::out_of_range;
  return Error::none;
}

Error check_flags(const Slot& frame, method::MapFlags flags) {
  if (!flags.is_valid()) return Error::bad_argument;
  if (!frame.cap.rights().has(flags.access())) return Error::denied;
  if (frame.cap.is_device() && flags.access().has(abi::frame_right::execute)) return Error::denied;
  return Error::none;
}

Attributes attributes_of(const Slot& frame, method::MapFlags flags) {
  return {.write = flags.access().has(abi::frame_right::write),
          .execute = flags.access().has(abi::frame_right::execute),
          .user = true,
          .device = frame.cap.is_device()};
}

// From now on entries of the Frame may lie in [start, end) of this address space.
void extend_window(Slot& frame, Binding binding, u64 start, u64 end) {
  Window window = frame.window();
  if (!is_mapped(frame) || window.start == window.end) {
    window = {start, end};
  } else {
    window = {start < window.start ? start : window.start, end > window.end ? end : window.end};
  }
  frame.data = binding.raw();
  frame.set_window(window);
}

// No entry of the Frame lies in [start, end) of this address space any more. A Frame without
// entries is free for another address space. What is left stands in the capability and not in the
// progress of a thread: others may map and unmap the Frame while a thread is interrupted.
void shrink_window(Slot& frame, u64 number, u64 start, u64 end) {
  if (!is_mapped(frame) || Binding::from_raw(frame.data).number() != number) return;
  Window window = frame.window();
  if (start <= window.start && window.start < end) window.start = end;
  if (start < window.end && window.end <= end) window.end = start;
  if (window.start >= window.end) {
    frame.data = 0;
    window = {};
  }
  frame.set_window(window);
}

// Maps from where the thread's progress says. True: done, one way or the other; false: an interrupt
// waits.
[[gnu::always_inline]] inline bool map_steps(Invocation& invocation, const method::Map& request,
                                             u64 number) {
  Slot& frame = invocation.target;
  Progress& progress = invocation.caller.progress;
  PageMap map = map_of(number);
  const Attributes attributes = attributes_of(frame, request.flags);
  const u64 end = request.address + request.length;
  while (progress.done < request.length) {
    const u64 at = request.address + progress.done;
    const PhysAddr physical = frame.cap.physical() + base::Bytes{request.offset + progress.done};
    const Step step = map.fill(at, end, physical, attributes);
    if (step.reached != at) {
      extend_window(frame, core.spaces.binding_of(number), request.address, step.reached);
      progress.binding = frame.data;
    }
    progress.done = step.reached - request.address;
    progress.pending = step.error;
    progress.detail = step.reached;
    if (step.error != Error::none) return true;
    if (progress.done < request.length && machine::interrupt_pending()) return false;
  }
  return true;
}

// Takes back what map_steps() has done. The same meaning of the result.
bool unmap_progress(Invocation& invocation, const method::Map& request) {
  Progress& progress = invocation.caller.progress;
  const u64 number = Binding::from_raw(progress.binding).number();
  PageMap map = map_of(number);
  while (progress.done != 0) {
    const u64 end = request.address + progress.done;
    // From the end, a table's worth at a time, so that `done` stays true.
    const u64 table = base::align_down(end - 1, base::paging::entry_size(1));
    u64 at = table > request.address ? table : request.address;
    const u64 start = at;
    while (at < end) at = map.remove(at, end, run_of(invocation.target)).reached;
    shrink_window(invocation.target, number, start, end);
    progress.done = start - request.address;
    if (progress.done != 0 && machine::interrupt_pending()) return false;
  }
  return true;
}

// The number of the address space.
abi::Result<u64> decode(const Invocation& invocation, const method::Map& request) {
  const Slot& frame = invocation.target;
  if (frame.cap.is_anchor()) return Error::not_supported;
  Slot* vspace = TRY(find_capability(invocation.caller, request.vspace, ObjectType::vspace,
                                     abi::vspace_right::map));
  TRY(abi::Status{check_range(request.address, request.length)});
  TRY(abi::Status{check_flags(frame, request.flags)});
  const PhysRun run = run_of(frame);
  if (!base::is_aligned(request.offset, base::page_size)) return Error::bad_argument;
  if (request.offset >= run.size || request.length > run.size - request.offset)
    return Error::out_of_range;
  const u64 number = vspace->data;
  if (is_mapped(frame) && Binding::from_raw(frame.data).number() != number) return Error::busy;
  return number;
}

Answer<method::Map> perform(Invocation& invocation, const method::Map& request) {
  Slot& frame = invocation.target;
  Progress& progress = invocation.caller.progress;
  // Without the binding that it had, nothing is left of what was done before an interruption.
  if (frame.data != progress.binding || !is_mapped(frame)) progress.done = 0;
  if (progress.pending == Error::none) {
    const auto number = decode(invocation, request);
    if (!number.ok()) {
      if (progress.done == 0) return number.error();
      // It was right when it began: the capability to the VSpace went meanwhile, for example.
      progress.pending = number.error();
      progress.detail = 0;
    } else if (!map_steps(invocation, request, *number)) {
      invocation.again = true;
      return method::Map::Reply{};
    }
  }
  if (progress.pending == Error::none) return method::Map::Reply{};
  if (!unmap_progress(invocation, request)) {
    invocation.again = true;
    return method::Map::Reply{};
  }
  return refuse(invocation, progress.pending, progress.detail);
}

// Whether a boundary of the range cuts a large page of this Frame.
Error check_cuts(Invocation& invocation, u64 start, u64 end) {
  const Slot& frame = invocation.target;
  const Window window = frame.window();
  PageMap map = map_of(Binding::from_raw(frame.data).number());
  for (const u64 boundary : {start, end}) {
    // Pages end where the window does.
    if (boundary <= window.start || boundary >= window.end) continue;
    if (const auto page = map.cut_page(boundary, run_of(frame)))
      return refuse(invocation, Error::needs_table, *page);
  }
  return Error::none;
}

// Calls `step(map, at, end)` over the part of [address, address + length) that lies in the Frame's
// window. True: done; false: an interrupt waits.
template <class StepFunction>
bool over_window(Invocation& invocation, u64 address, u64 length, StepFunction step) {
  Slot& frame = invocation.target;
  const Window window = frame.window();
  Progress& progress = invocation.caller.progress;
  PageMap map = map_of(Binding::from_raw(frame.data).number());
  const u64 end = address + length < window.end ? address + length : window.end;
  u64 at = address > window.start ? address : window.start;
  if (progress.done > at) at = progress.done;
  while (at < end) {
    at = step(map, at, end).reached;
    progress.done = at;
    if (at < end && machine::interrupt_pending()) return false;
  }
  return true;
}

Answer<method::Unmap> perform(Invocation& invocation, const method::Unmap& request) {
  Slot& frame = invocation.target;
  TRY(abi::Status{check_range(request.address, request.length)});
  if (!is_mapped(frame)) return method::Unmap::Reply{};
  TRY(abi::Status{check_cuts(invocation, request.address, request.address + request.length)});

  const u64 number = Binding::from_raw(frame.data).number();
  invocation.again =
      !over_window(invocation, request.address, request.length, [&](PageMap& map, u64 at, u64 end) {
        const Step step = map.remove(at, end, run_of(frame));
        shrink_window(frame, number, at, step.reached);
        return step;
      });
  return method::Unmap::Reply{};
}

Answer<method::Protect> perform(Invocation& invocation, const method::Protect& request) {
  Slot& frame = invocation.target;
  TRY(abi::Status{check_range(request.address, request.length)});
  TRY(abi::Status{check_flags(frame, request.flags)});
  if (!is_mapped(frame)) return method::Protect::Reply{};
  TRY(abi::Status{check_cuts(invocation, request.address, request.address + request.length)});

  const Attributes attributes = attributes_of(frame, request.flags);
  invocation.again =
      !over_window(invocation, request.address, request.length, [&](PageMap& map, u64 at, u64 end) {
        return map.change(at, end, run_of(frame), attributes);
      });
  return method::Protect::Reply{};
}

Answer<method::Info> perform(Invocation& invocation, const method::Info&) {
  const Slot& frame = invocation.target;
  const bool may_know = frame.cap.rights().has(abi::frame_right::physical);
  return method::Info::Reply{.physical_address = may_know ? frame.cap.physical().value() : 0,
                             .size_bits = frame.cap.bits(),
                             .is_device = frame.cap.is_device() ? u64{1} : u64{0},
                             .is_mapped = is_mapped(frame) ? u64{1} : u64{0}};
}

}  // namespace

void invoke_frame(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
