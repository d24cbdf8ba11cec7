// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <abi/object/thread.hpp>
#include <ipc/cancel.hpp>
#include <ipc/notification.hpp>
#include <ipc/upcall.hpp>
#include <life/kept.hpp>
#include <life/removal.hpp>
#include <machine/memory.hpp>
#include <sched/debug_registers.hpp>
#include <sched/floating_point.hpp>
#include <sched/kernel.hpp>
#include <syscall/debugger.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::thread;
namespace right = abi::thread_right;

Thread& target_of(Invocation& invocation) { return *invocation.target.cap.object<Thread>(); }

Error check_rights(Invocation& invocation, Rights rights) {
  return invocation.target.cap.rights().has(rights) ? Error::none : Error::denied;
}

// What a thread shall keep, and from where; null: as it is.
using KeptSources = std::array<Slot*, kept_count>;

abi::Result<Slot*> find_kept(const Thread& caller, abi::CapPtr cap, ObjectType type,
                             Rights rights) {
  if (cap.value() == 0) return nullptr;
  return find_capability(caller, cap, type, rights);
}

abi::Result<KeptSources> find_sources(Invocation& invocation, const method::Configure& request) {
  const Thread& caller = invocation.caller;
  KeptSources sources{};
  auto source = [&](Kept what) -> Slot*& { return sources[static_cast<u64>(what)]; };
  source(Kept::cspace) =
      TRY(find_kept(caller, request.cspace, ObjectType::cnode, abi::cnode_right::lookup));
  source(Kept::vspace) =
      TRY(find_kept(caller, request.vspace, ObjectType::vspace, abi::vspace_right::run));
  source(Kept::buffer) = TRY(find_kept(caller, request.buffer, ObjectType::frame,
                                       abi::frame_right::read | abi::frame_right::write));
  source(Kept::pager) =
      TRY(find_kept(caller, request.pager, ObjectType::endpoint, abi::endpoint_right::send));
  source(Kept::handler) =
      TRY(find_kept(caller, request.handler, ObjectType::endpoint, abi::endpoint_right::send));
  source(Kept::time) = TRY(find_kept(caller, request.sched_context, ObjectType::sched_context,
                                     abi::sched_context_right::use));
  return sources;
}

// A place that the kernel reaches through its window on memory must be memory, and inside the
// Frame.
Error check_window(const Slot& frame, u64 offset, u64 alignment) {
  if (frame.cap.is_device()) return Error::not_supported;
  if (!base::is_aligned(offset, alignment)) return Error::bad_argument;
  return offset < u64{1} << frame.cap.bits() ? Error::none : Error::out_of_range;
}

Error check_buffer(const Slot* frame, u64 offset) {
  if (frame == nullptr) return offset == 0 ? Error::none : Error::bad_argument;
  return check_window(*frame, offset, abi::ipc_buffer_size);
}

Error check_time(const Thread& thread, const Slot* source) {
  if (source == nullptr) return Error::none;
  const auto* time = source->cap.object<SchedContext>();
  return time->home == nullptr || time->home == &thread ? Error::none : Error::busy;
}

// The method has done its work; what was taken away may have been the last of something. Repeated,
// it finds that out first: the thread may have gone on meanwhile, and would be busy.
template <class Reply>
Reply end_with_endings(Invocation& invocation) {
  invocation.caller.progress.done = 1;
  invocation.again = !finish_endings();
  return {};
}

Answer<method::Configure> perform(Invocation& invocation, const method::Configure& request) {
  if (invocation.caller.progress.done != 0)
    return end_with_endings<method::Configure::Reply>(invocation);
  TRY(abi::Status{check_rights(invocation, right::configure)});
  Thread& thread = target_of(invocation);
  if (!thread.is_stopped()) return Error::busy;
  const KeptSources sources = TRY(find_sources(invocation, request));
  Slot* buffer = sources[static_cast<u64>(Kept::buffer)];
  TRY(abi::Status{check_buffer(buffer, request.buffer_offset)});
  TRY(abi::Status{check_time(thread, sources[static_cast<u64>(Kept::time)])});

  for (u64 i = 0; i < kept_count; ++i) {
    if (sources[i] == nullptr) continue;
    const Kept what{i};
    // Repeating what is done already is harmless.
    invocation.again = !remove_step(thread.kept(what));
    if (invocation.again) return method::Configure::Reply{};
    keep(thread, what, *sources[i]);
  }
  if (buffer != nullptr)
    thread.set_buffer(static_cast<abi::IpcBuffer*>(
        machine::physical_pointer(buffer->cap.physical() + base::Bytes{request.buffer_offset})));
  return end_with_endings<method::Configure::Reply>(invocation);
}

Answer<method::Dispatch> perform(Invocation& invocation, const method::Dispatch& request) {
  TRY(abi::Status{check_rights(invocation, right::configure | right::control)});
  Thread& thread = target_of(invocation);
  if (!thread.is_stopped()) return Error::busy;
  Slot* vspace =
      TRY(find_kept(invocation.caller, request.vspace, ObjectType::vspace, abi::vspace_right::run));
  if (vspace == nullptr && !thread.can_run()) return Error::bad_argument;
  if (request.entry >= abi::layout::user_end || request.stack > abi::layout::user_end)
    return Error::out_of_range;

  if (vspace != nullptr) {
    remove_step(thread.kept(Kept::vspace));
    keep(thread, Kept::vspace, *vspace);
  }
  thread.context.enter(request.entry, request.stack, request.argument);
  reset_floating_point(thread);
  reset_debug_registers(thread);
  thread.forget_progress();
  take_posted(thread);
  core.scheduler.make_ready(thread);
  return method::Dispatch::Reply{};
}

Answer<method::Suspend> perform(Invocation& invocation, const method::Suspend&) {
  TRY(abi::Status{check_rights(invocation, right::control)});
  Thread& thread = target_of(invocation);
  cancel_wait(thread, Error::cancelled);
  core.scheduler.withdraw(thread);
  thread.state = ThreadState::suspended;
  return method::Suspend::Reply{};
}

Answer<method::Resume> perform(Invocation& invocation, const method::Resume&) {
  TRY(abi::Status{check_rights(invocation, right::control)});
  Thread& thread = target_of(invocation);
  if (!thread.can_run()) return Error::bad_argument;
  if (thread.is_stopped()) core.scheduler.make_ready(thread);
  return method::Resume::Reply{};
}

Answer<method::ReadRegisters> perform(Invocation& invocation, const method::ReadRegisters&) {
  TRY(abi::Status{check_rights(invocation, right::read)});
  const Thread& thread = target_of(invocation);
  if (!thread.is_stopped()) return Error::busy;
  return method::ReadRegisters::Reply{.registers = thread.context.program_registers()};
}

Answer<method::WriteRegisters> perform(Invocation& invocation,
                                       const method::WriteRegisters& request) {
  TRY(abi::Status{check_rights(invocation, right::write)});
  Thread& thread = target_of(invocation);
  if (!thread.is_stopped()) return Error::busy;
  thread.context.set_program_registers(request.registers);
  thread.forget_progress();
  return method::WriteRegisters::Reply{};
}

Answer<method::SetPriority> perform(Invocation& invocation, const method::SetPriority& request) {
  TRY(abi::Status{check_rights(invocation, right::control)});
  if (request.priority.level >= abi::priority_levels) return Error::out_of_range;
  core.scheduler.set_priority(target_of(invocation), request.priority);
  return method::SetPriority::Reply{};
}

Answer<method::Info> perform(Invocation& invocation, const method::Info&) {
  TRY(abi::Status{check_rights(invocation, right::inspect)});
  Thread& thread = target_of(invocation);
  const Slot& time = thread.kept(Kept::time);
  return method::Info::Reply{
      .state = thread.state,
      .priority = thread.priority,
      .run_time = time.is_empty() ? 0 : core.scheduler.used(*time.cap.object<SchedContext>()),
      .messages = thread.messages_sent,
      .faults = thread.faults};
}

Answer<method::BindNotification> perform(Invocation& invocation,
                                         const method::BindNotification& request) {
  TRY(abi::Status{check_rights(invocation, right::configure)});
  Thread& thread = target_of(invocation);
  Slot* slot = TRY(find_kept(invocation.caller, request.notification, ObjectType::notification,
                             abi::notification_right::wait));
  auto* notification = slot != nullptr ? slot->cap.object<Notification>() : nullptr;
  if (notification != nullptr &&
      (thread.notification != nullptr || notification->bound != nullptr ||
       notification->first_waiter() != nullptr))
    return Error::busy;

  if (thread.notification != nullptr) thread.notification->unbind();
  if (notification == nullptr) return method::BindNotification::Reply{};
  notification->bind(thread);
  signal(*notification, 0);  // bits that are there already end a receive too
  return method::BindNotification::Reply{};
}

// The frame is reached through the window on memory, like an IPC buffer.
Error check_upcall(const method::SetForeign& request, const Slot* frame) {
  if (request.mode != abi::thread::Foreign::upcall) {
    const bool is_mode =
        request.mode == abi::thread::Foreign::off || request.mode == abi::thread::Foreign::message;
    return is_mode && (request.frame.value() | request.offset | request.entry) == 0
               ? Error::none
               : Error::bad_argument;
  }
  if (frame == nullptr) return Error::bad_argument;
  if (request.entry >= abi::layout::user_end) return Error::out_of_range;
  return check_window(*frame, request.offset, sizeof(abi::UpcallFrame));
}

Answer<method::SetForeign> perform(Invocation& invocation, const method::SetForeign& request) {
  TRY(abi::Status{check_rights(invocation, right::configure)});
  Thread& thread = target_of(invocation);
  if (!thread.is_stopped()) return Error::busy;
  Slot* frame = TRY(find_kept(invocation.caller, request.frame, ObjectType::frame,
                              abi::frame_right::read | abi::frame_right::write));
  TRY(abi::Status{check_upcall(request, frame)});

  invocation.again = !remove_step(thread.kept(Kept::upcall));
  if (invocation.again) return method::SetForeign::Reply{};
  thread.foreign = request.mode;
  if (frame == nullptr) return method::SetForeign::Reply{};
  keep(thread, Kept::upcall, *frame);
  thread.upcall_frame = static_cast<abi::UpcallFrame*>(
      machine::physical_pointer(frame->cap.physical() + base::Bytes{request.offset}));
  thread.upcall_entry = request.entry;
  return method::SetForeign::Reply{};
}

Answer<method::Post> perform(Invocation& invocation, const method::Post& request) {
  TRY(abi::Status{check_rights(invocation, right::post)});
  Thread& thread = target_of(invocation);
  if (thread.upcall_frame == nullptr) return Error::not_supported;
  if (request.bits == 0) return Error::bad_argument;

  post(thread, request.bits);
  return method::Post::Reply{};
}

Answer<method::ReleaseTime> perform(Invocation& invocation, const method::ReleaseTime&) {
  if (invocation.caller.progress.done != 0)
    return end_with_endings<method::ReleaseTime::Reply>(invocation);
  TRY(abi::Status{check_rights(invocation, right::configure)});
  Thread& thread = target_of(invocation);
  if (!thread.is_stopped() && thread.state != ThreadState::receiving) return Error::busy;

  remove_step(thread.kept(Kept::time));  // maps nothing: one step
  return end_with_endings<method::ReleaseTime::Reply>(invocation);
}

Answer<abi::sched_context::Configure> perform(Invocation& invocation,
                                              const abi::sched_context::Configure& request) {
  if (!invocation.target.cap.rights().has(abi::sched_context_right::configure))
    return Error::denied;
  if (request.budget < abi::sched_context::min_budget ||
      request.budget > abi::sched_context::max_budget)
    return Error::out_of_range;
  auto* time = invocation.target.cap.object<SchedContext>();
  core.scheduler.renew(*time, core.scheduler.ticks(request.budget));
  return abi::sched_context::Configure::Reply{};
}

}  // namespace

void invoke_thread(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

void invoke_sched_context(Invocation& invocation, u32 label) {
  invoke<abi::sched_context::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
