// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <object/irq_handler.hpp>
#include <object/marks.hpp>
#include <object/references.hpp>
#include <object/timer.hpp>
#include <sched/kernel.hpp>
#include <syscall/records.hpp>

namespace kernel {

namespace {

namespace record = abi::inspector;
using record::Id;

static_assert(kept_count <= record::max_kept);

bool has_physical_address(ObjectType type) {
  return type == ObjectType::untyped || type == ObjectType::frame ||
         type == ObjectType::page_table || type == ObjectType::vspace;
}

Id object_id(const Slot& slot) {
  if (slot.is_empty()) return {};
  if (has_physical_address(slot.cap.type())) return Id{slot.cap.physical().value()};
  return id_of(slot.cap.object<void>());
}

// Where the Frame or PageTable in the slot is in use; 0: nowhere.
u64 space_of(const Slot& slot) {
  const Binding binding = Binding::from_raw(slot.data);
  return core.spaces.is_current(binding) ? binding.number() : 0;
}

record::UntypedRecord untyped_record(const Slot& slot) {
  return {.physical_address = slot.cap.physical().value(), .used_bytes = Marks::of(slot).used};
}

record::FrameRecord frame_record(const Slot& slot) {
  const u64 space = space_of(slot);
  const Window window = space == 0 ? Window{} : slot.window();
  return {.physical_address = slot.cap.physical().value(),
          .space = space,
          .window_start = window.start,
          .window_end = window.end};
}

record::PageTableRecord page_table_record(const Slot& slot) {
  const u64 space = space_of(slot);
  const Window place = space == 0 ? Window{} : slot.window();
  return {.physical_address = slot.cap.physical().value(),
          .space = space,
          .address = place.start,
          .level = place.end};
}

record::VSpaceRecord vspace_record(const Slot& slot) {
  return {.number = slot.data,
          .physical_address = slot.cap.physical().value(),
          .references = core.spaces[slot.data].references};
}

// What a thread stands in line for, and who is the first there.
struct Queue {
  Id object;
  const Thread* first = nullptr;
};

Queue queue_of(const Thread& thread) {
  switch (thread.state) {
    case ThreadState::sending:
    case ThreadState::receiving: return {id_of(thread.queued_on), thread.queued_on->first()};
    case ThreadState::waiting: return {id_of(thread.waits_for), thread.waits_for->first_waiter()};
    case ThreadState::replying: return {id_of(thread.answered_by), nullptr};
    case ThreadState::ready: return {{}, core.scheduler.first_ready(thread.priority.level)};
    case ThreadState::suspended:
    case ThreadState::faulted: break;
  }
  return {};
}

record::ThreadRecord thread_record(Thread& thread) {
  const Queue queue = queue_of(thread);
  const bool is_behind = ThreadQueue::contains(&thread) && queue.first != &thread;
  const Slot& own_time = thread.kept(Kept::time);
  record::ThreadRecord result{
      .references = thread.references(),
      .state = thread.state,
      .priority = thread.priority,
      .run_time =
          own_time.is_empty() ? 0 : core.scheduler.used(*own_time.cap.object<SchedContext>()),
      .messages = thread.messages_sent,
      .faults = thread.faults,
      .waits_on = queue.object,
      .behind = id_of(is_behind ? thread.queue_link.previous : nullptr),
      .bound_reply = id_of(thread.bound_reply),
      .notification = id_of(thread.notification),
      .time = id_of(thread.time),
      .kept = {},
      .pc = thread.context.program_counter(),
      .sp = thread.context.stack_pointer(),
      .fault_kind = static_cast<u64>(thread.fault.kind),
      .fault_access = thread.fault.access,
      .fault_address = thread.fault.address};
  for (u64 i = 0; i < kept_count; ++i) result.kept[i] = object_id(thread.kept(Kept{i}));
  return result;
}

record::EndpointRecord endpoint_record(const Endpoint& endpoint) {
  return {.references = endpoint.references(),
          .first_sender = id_of(endpoint.first_sender()),
          .first_receiver = id_of(endpoint.first_receiver())};
}

record::NotificationRecord notification_record(const Notification& notification) {
  return {.references = notification.references(),
          .bits = notification.bits,
          .bound = id_of(notification.bound),
          .first_waiter = id_of(notification.first_waiter())};
}

record::ReplyRecord reply_record(const Reply& reply) {
  return {.references = reply.references(),
          .caller = id_of(reply.caller()),
          .receiver = id_of(reply.receiver()),
          .lent = id_of(reply.lent)};
}

record::SchedContextRecord sched_context_record(const SchedContext& time) {
  return {.references = time.references(),
          .home = id_of(time.home),
          .user = id_of(time.user),
          .budget = time.budget,
          .left = static_cast<u64>(std::max<base::i64>(core.scheduler.left(time), 0)),
          .used = core.scheduler.used(time)};
}

record::TimerRecord timer_record(const Timer& timer) {
  return {.references = timer.references(),
          .deadline = timer.deadline(),
          .notification = object_id(timer.target)};
}

record::IrqHandlerRecord irq_handler_record(const IrqHandler& handler) {
  return {.references = handler.references(),
          .number = handler.number(),
          .is_unmasked = handler.is_unmasked() ? u64{1} : u64{0},
          .notification = object_id(handler.target)};
}

// Byte by byte: after to_words(), clang 19 at -Oz reads words of u64 from the record itself, and
// leaves out the stores to its enumerations, because they have another type.
template <abi::Wire R>
void put(record::Describe::Reply& reply, const R& record) {
  static_assert(abi::words_of<R> <= record::max_record_words);
  std::memcpy(reply.words, &record, sizeof(record));
}

}  // namespace

record::Capability capability_record(const Slot& slot) {
  if (slot.is_empty()) return {};
  const Capability cap = slot.cap;
  const ObjectType type = cap.type();
  const bool is_marked = type == ObjectType::endpoint || type == ObjectType::notification;
  u64 flags = 0;
  if (cap.is_device()) flags |= record::capability_flag::device;
  if (cap.is_anchor()) flags |= record::capability_flag::anchor;
  if (slot.has_children()) flags |= record::capability_flag::has_children;
  if (slot.keeper() != nullptr) flags |= record::capability_flag::kept;
  return {.slot = id_of(&slot),
          .type = static_cast<u64>(type),
          .rights = cap.rights(),
          .data = is_marked ? slot.data : 0,
          .object = object_id(slot),
          .size_bits = cap.bits(),
          .flags = flags};
}

record::Describe::Reply describe(const Slot& slot) {
  const Capability cap = slot.cap;
  record::Describe::Reply reply{.type = static_cast<u64>(cap.type()), .words = {}};
  switch (cap.type()) {
    case ObjectType::untyped: put(reply, untyped_record(slot)); break;
    case ObjectType::cnode:
      put(reply, record::CNodeRecord{cap.object<CNode>()->references()});
      break;
    case ObjectType::frame: put(reply, frame_record(slot)); break;
    case ObjectType::page_table: put(reply, page_table_record(slot)); break;
    case ObjectType::vspace: put(reply, vspace_record(slot)); break;
    case ObjectType::thread: put(reply, thread_record(*cap.object<Thread>())); break;
    case ObjectType::endpoint: put(reply, endpoint_record(*cap.object<Endpoint>())); break;
    case ObjectType::notification:
      put(reply, notification_record(*cap.object<Notification>()));
      break;
    case ObjectType::reply: put(reply, reply_record(*cap.object<Reply>())); break;
    case ObjectType::sched_context:
      put(reply, sched_context_record(*cap.object<SchedContext>()));
      break;
    case ObjectType::timer: put(reply, timer_record(*cap.object<Timer>())); break;
    case ObjectType::irq_handler: put(reply, irq_handler_record(*cap.object<IrqHandler>())); break;
    case ObjectType::null:
    case ObjectType::irq_control:
    case ObjectType::inspector:
    case ObjectType::platform: break;  // nothing beyond the capability
  }
  return reply;
}

}  // namespace kernel
