// SPDX-License-Identifier: MIT
// The methods of Thread and SchedContext.
#include <abi/layout.hpp>
#include <model/model.hpp>

namespace model {

namespace {

namespace right = abi::thread_right;

constexpr u64 visible_flags = 0xf000'0000;

// In the order of Kept: what each must be, and which rights it takes.
struct Wanted {
  ObjectType type;
  Rights rights;
};
constexpr unsigned configured_count = 6;
constexpr Wanted wanted[configured_count] = {
    {ObjectType::cnode, abi::cnode_right::lookup},
    {ObjectType::vspace, abi::vspace_right::run},
    {ObjectType::frame, abi::frame_right::read | abi::frame_right::write},
    {ObjectType::endpoint, abi::endpoint_right::send},
    {ObjectType::endpoint, abi::endpoint_right::send},
    {ObjectType::sched_context, abi::sched_context_right::use}};

}  // namespace

void Model::keep(Thread& thread, Kept what, Slot& source) {
  Slot& slot = thread.kept[what];
  become_child(source, slot, source.cap, what == kept_buffer ? 0 : source.data);
  add_reference(slot);
  if (what != kept_time) return;
  auto& time = object<SchedContext>(slot.cap);
  return_borrowed(thread);
  time.home = &thread;
  give_time(thread, time);
}

Answer Model::perform(Thread& caller, Slot& target, const abi::thread::Configure& request) {
  if (!target.cap.rights.has(right::configure)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  if (!thread.is_stopped()) return Error::busy;
  const CapPtr names[configured_count] = {request.cspace, request.vspace,  request.buffer,
                                          request.pager,  request.handler, request.sched_context};
  Slot* sources[configured_count] = {};
  for (unsigned i = 0; i < configured_count; ++i) {
    if (names[i].value() == 0) continue;
    const Found found = find_capability(caller, names[i].value(), wanted[i].type, wanted[i].rights);
    if (found.error != Error::none) return found.error;
    sources[i] = found.slot;
  }
  const Slot* buffer = sources[kept_buffer];
  if (buffer == nullptr && request.buffer_offset != 0) return Error::bad_argument;
  if (buffer != nullptr && request.buffer_offset % abi::ipc_buffer_size != 0)
    return Error::bad_argument;
  if (buffer != nullptr && request.buffer_offset >= u64{1} << buffer->cap.bits)
    return Error::out_of_range;
  if (sources[kept_time] != nullptr) {
    const auto& time = object<SchedContext>(sources[kept_time]->cap);
    if (time.home != nullptr && time.home != &thread) return Error::busy;
  }

  for (unsigned i = 0; i < configured_count; ++i) {
    if (sources[i] == nullptr) continue;
    if (!thread.kept[i].is_empty()) remove(thread.kept[i]);
    keep(thread, static_cast<Kept>(i), *sources[i]);
  }
  if (buffer != nullptr) thread.buffer = buffer->cap.address + request.buffer_offset;
  finish_endings();
  return {};
}

Answer Model::perform(Thread& caller, Slot& target, const abi::thread::Dispatch& request) {
  if (!target.cap.rights.has(right::configure | right::control)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  if (!thread.is_stopped()) return Error::busy;
  Found vspace;
  if (request.vspace.value() != 0) {
    vspace =
        find_capability(caller, request.vspace.value(), ObjectType::vspace, abi::vspace_right::run);
    if (vspace.error != Error::none) return vspace.error;
  }
  if (vspace.slot == nullptr && !thread.can_run()) return Error::bad_argument;
  if (request.entry >= abi::layout::user_end || request.stack > abi::layout::user_end)
    return Error::out_of_range;

  if (vspace.slot != nullptr) {
    if (!thread.kept[kept_vspace].is_empty()) remove(thread.kept[kept_vspace]);
    keep(thread, kept_vspace, *vspace.slot);
  }
  for (u64& x : thread.x) x = 0;
  thread.x[0] = request.argument;
  thread.sp = request.stack;
  thread.pc = request.entry;
  thread.flags = thread.tls = 0;
  make_ready(thread);
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::Suspend&) {
  if (!target.cap.rights.has(right::control)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  cancel_wait(thread, Error::cancelled);
  withdraw(thread);
  thread.state = State::suspended;
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::Resume&) {
  if (!target.cap.rights.has(right::control)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  if (!thread.can_run()) return Error::bad_argument;
  if (thread.is_stopped()) make_ready(thread);
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::ReadRegisters&) {
  if (!target.cap.rights.has(right::read)) return Error::denied;
  const auto& thread = object<Thread>(target.cap);
  if (!thread.is_stopped()) return Error::busy;
  abi::thread::ReadRegisters::Reply reply{};
  for (u64 i = 0; i < 31; ++i) reply.registers.x[i] = thread.x[i];
  reply.registers.sp = thread.sp;
  reply.registers.pc = thread.pc;
  reply.registers.flags = thread.flags & visible_flags;
  reply.registers.tls = thread.tls;
  return Answer::of(reply);
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::WriteRegisters& request) {
  if (!target.cap.rights.has(right::write)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  if (!thread.is_stopped()) return Error::busy;
  for (u64 i = 0; i < 31; ++i) thread.x[i] = request.registers.x[i];
  thread.sp = request.registers.sp;
  thread.pc = request.registers.pc;
  thread.flags = request.registers.flags & visible_flags;
  thread.tls = request.registers.tls;
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::SetPriority& request) {
  if (!target.cap.rights.has(right::control)) return Error::denied;
  if (request.priority.level >= abi::priority_levels) return Error::out_of_range;
  auto& thread = object<Thread>(target.cap);
  const bool queued = is_queued(thread);
  if (queued) unqueue(thread);
  thread.priority = request.priority.level;
  if (queued) queue(thread, false);
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::Info&) {
  if (!target.cap.rights.has(right::inspect)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  const Slot& time = thread.kept[kept_time];
  return Answer::of(abi::thread::Info::Reply{
      .state = thread.state,
      .priority = {thread.priority},
      .run_time = time.is_empty() ? 0 : used(object<SchedContext>(time.cap)),
      .messages = thread.messages,
      .faults = thread.faults});
}

Answer Model::perform(Thread& caller, Slot& target, const abi::thread::BindNotification& request) {
  if (!target.cap.rights.has(right::configure)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  Notification* notification = nullptr;
  if (request.notification.value() != 0) {
    const Found found = find_capability(caller, request.notification.value(),
                                        ObjectType::notification, abi::notification_right::wait);
    if (found.error != Error::none) return found.error;
    notification = &object<Notification>(found.slot->cap);
    if (thread.notification != nullptr || notification->bound != nullptr ||
        !notification->queue.empty())
      return Error::busy;
  }
  if (thread.notification != nullptr) thread.notification->bound = nullptr;
  thread.notification = notification;
  if (notification == nullptr) return {};
  notification->bound = &thread;
  signal(*notification, 0);
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::thread::ReleaseTime&) {
  if (!target.cap.rights.has(right::configure)) return Error::denied;
  auto& thread = object<Thread>(target.cap);
  if (!thread.is_stopped() && thread.state != State::receiving) return Error::busy;
  if (!thread.kept[kept_time].is_empty()) remove(thread.kept[kept_time]);
  finish_endings();
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::sched_context::Configure& request) {
  if (!target.cap.rights.has(abi::sched_context_right::configure)) return Error::denied;
  if (request.budget < abi::sched_context::min_budget ||
      request.budget > abi::sched_context::max_budget)
    return Error::out_of_range;
  renew(object<SchedContext>(target.cap), ticks(request.budget));
  return {};
}

}  // namespace model
