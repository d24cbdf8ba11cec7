// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <algorithm>
#include <sched/debug_registers.hpp>
#include <sched/floating_point.hpp>
#include <syscall/debugger.hpp>

namespace kernel {

namespace {

using abi::Error;
using abi::thread::Watch;
namespace method = abi::thread;
namespace right = abi::thread_right;

abi::Result<Thread*> stopped_target(const Invocation& invocation, Rights rights) {
  if (!invocation.target.cap.rights().has(rights)) return Error::denied;
  auto* thread = invocation.target.cap.object<Thread>();
  if (!thread->is_stopped()) return Error::busy;
  return thread;
}

// How many indices there are for this kind; either counts for `off`.
u64 watch_count(Watch kind) {
  const u64 breakpoints = machine::breakpoint_count();
  const u64 watchpoints = machine::watchpoint_count();
  u64 count = kind == Watch::execute ? breakpoints : watchpoints;
  if (kind == Watch::off) count = std::max(breakpoints, watchpoints);
  return std::min(count, method::max_watches);
}

bool is_size(Watch kind, u64 size) {
  if (kind == Watch::execute) return size == 4;
  return size == 1 || size == 2 || size == 4 || size == 8;
}

Error check_watch(const method::SetWatch& request) {
  if (request.kind > Watch::read_write) return Error::bad_argument;
  if (request.index >= watch_count(request.kind)) return Error::out_of_range;
  if (request.kind == Watch::off)
    return request.address == 0 && request.size == 0 ? Error::none : Error::bad_argument;
  if (!is_size(request.kind, request.size)) return Error::bad_argument;
  if (request.address >= abi::layout::user_end) return Error::out_of_range;
  if (request.kind == Watch::execute)
    return base::is_aligned(request.address, 4) ? Error::none : Error::bad_argument;
  return request.address % 8 + request.size <= 8 ? Error::none : Error::bad_argument;
}

}  // namespace

Answer<method::ReadFloatingPoint> perform(Invocation& invocation,
                                          const method::ReadFloatingPoint&) {
  Thread& thread = *TRY(stopped_target(invocation, right::read));

  release_floating_point(thread);
  method::ReadFloatingPoint::Reply reply{};
  thread.floating_point.read(reply.registers);
  return reply;
}

Answer<method::WriteFloatingPoint> perform(Invocation& invocation,
                                           const method::WriteFloatingPoint& request) {
  Thread& thread = *TRY(stopped_target(invocation, right::write));

  reset_floating_point(thread);
  thread.floating_point.write(request.registers);
  return method::WriteFloatingPoint::Reply{};
}

Answer<method::SetWatch> perform(Invocation& invocation, const method::SetWatch& request) {
  Thread& thread = *TRY(stopped_target(invocation, right::read | right::write));
  TRY(abi::Status{check_watch(request)});

  if (request.kind == Watch::off)
    thread.debug_registers.pairs[request.index] = {};
  else
    thread.debug_registers.set(request.index, request.kind, request.address, request.size);
  debug_registers_changed(thread);
  return method::SetWatch::Reply{};
}

}  // namespace kernel
