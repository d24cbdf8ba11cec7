// SPDX-License-Identifier: MIT
#include <abi/syscall.hpp>
#include <ipc/fault.hpp>
#include <ipc/notification.hpp>
#include <ipc/rendezvous.hpp>
#include <ipc/upcall.hpp>
#include <sched/kernel.hpp>
#include <sched/loan.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>
#include <syscall/system_call.hpp>

namespace kernel {

namespace {

using abi::CapPtr;
using abi::Error;
using abi::Kind;
using abi::Syscall;

CapPtr named_capability(const Thread& caller) {
  return CapPtr{caller.context.capability() & 0xffff'ffff};
}

CapPtr named_reply(const Thread& caller) { return CapPtr{caller.context.capability() >> 32}; }

bool goes_on(const Thread& caller, const Slot& target) {
  return caller.is_interrupted() &&
         caller.progress.call == Call{&target, target.cap, caller.context.call_registers()};
}

void begin_anew(Progress& progress) {
  progress.done = 0;
  progress.pending = Error::none;
}

}  // namespace

void invoke_object(Thread& caller, Slot& target) {
  Invocation invocation{caller, target};
  if (!goes_on(caller, target)) begin_anew(caller.progress);
  const u32 label = abi::MessageInfo{caller.context.info()}.label();
  switch (target.cap.type()) {
    case ObjectType::untyped: invoke_untyped(invocation, label); break;
    case ObjectType::cnode: invoke_cnode(invocation, label); break;
    case ObjectType::frame: invoke_frame(invocation, label); break;
    case ObjectType::page_table: invoke_page_table(invocation, label); break;
    case ObjectType::vspace: invoke_vspace(invocation, label); break;
    case ObjectType::thread: invoke_thread(invocation, label); break;
    case ObjectType::sched_context: invoke_sched_context(invocation, label); break;
    case ObjectType::timer: invoke_timer(invocation, label); break;
    case ObjectType::irq_control: invoke_irq_control(invocation, label); break;
    case ObjectType::irq_handler: invoke_irq_handler(invocation, label); break;
    case ObjectType::platform: invoke_platform(invocation, label); break;
    case ObjectType::inspector: invoke_inspector(invocation, label); break;
    case ObjectType::null:
    case ObjectType::endpoint:
    case ObjectType::notification:
    case ObjectType::reply: caller.finish(Error::wrong_object); break;
  }
  if (!invocation.again) return;
  caller.progress.call = {&target, target.cap, caller.context.call_registers()};
  caller.set_detour(detour::interrupted, true);
  caller.context.repeat_system_call();
}

namespace {

// The capability's side of a message to its endpoint; the message is in the caller's registers.
Error send_to(Thread& caller, const Slot& slot, Kind kind, Patience patience) {
  const Rights rights = slot.cap.rights();
  if (!rights.has(abi::endpoint_right::send)) return Error::denied;
  const abi::MessageInfo info{caller.context.info()};
  const bool needs_buffer = info.words() > abi::register_words || info.caps() != 0;
  if (!info.is_well_formed() || (needs_buffer && caller.buffer() == nullptr))
    return Error::bad_argument;
  const Outgoing message{kind, slot.data, rights.has(abi::endpoint_right::grant)};
  return send(caller, *slot.cap.object<Endpoint>(), message, patience);
}

void call(Thread& caller, Patience patience) {
  Slot* slot = caller.cspace().find(named_capability(caller));
  if (slot == nullptr || slot->is_empty()) {
    caller.finish(Error::invalid_capability);
    return;
  }
  if (slot->cap.type() != ObjectType::endpoint) {
    invoke_object(caller, *slot);
    return;
  }
  const Error error = send_to(caller, *slot, Kind::call, patience);
  if (error != Error::none) caller.finish(error);
}

// An answer that takes away what the server runs on would stop it here. reply_recv does not: it
// ends in a wait for the next caller.
Error send_answer(Thread& caller, const Slot& slot) {
  if (!slot.cap.rights().has(abi::reply_right::answer)) return Error::denied;
  auto& reply = *slot.cap.object<Reply>();
  const Error error =
      runs_on_loan(caller, reply) ? Error::not_supported : check_answer(caller, reply);
  if (error == Error::none) answer(caller, reply);
  return error;
}

void send_only(Thread& caller, Patience patience) {
  Slot* slot = caller.cspace().find(named_capability(caller));
  if (slot == nullptr || slot->is_empty()) {
    caller.finish(Error::invalid_capability);
    return;
  }
  Error error = Error::wrong_object;
  if (slot->cap.type() == ObjectType::endpoint) {
    error = send_to(caller, *slot, Kind::send, patience);
    if (error == Error::none) return;  // send() has finished the call, or will
  } else if (slot->cap.type() == ObjectType::reply) {
    error = send_answer(caller, *slot);
  }
  caller.finish(error);
}

// What a receive names: where, and which Reply its callers will hang on (null: the one bound).
struct Receiving {
  Endpoint* endpoint = nullptr;
  Reply* reply = nullptr;
};

abi::Result<Receiving> decode_receive(const Thread& caller) {
  Slot* endpoint = TRY(find_capability(caller, named_capability(caller), ObjectType::endpoint,
                                       abi::endpoint_right::receive));
  Receiving receiving{endpoint->cap.object<Endpoint>(), nullptr};
  if (named_reply(caller).value() == 0) return receiving;
  Slot* slot = TRY(
      find_capability(caller, named_reply(caller), ObjectType::reply, abi::reply_right::receive));
  receiving.reply = slot->cap.object<Reply>();
  if (receiving.reply == caller.bound_reply) return receiving;
  if (receiving.reply->caller() != nullptr || receiving.reply->receiver() != nullptr)
    return Error::busy;
  return receiving;
}

// Whether the answer of a reply_recv can be given now. Everything that can be refused, or has to be
// repeated, comes before it: afterwards the server may have no time.
Error check_answer_now(const Thread& caller, Patience patience) {
  const Reply& reply = *caller.bound_reply;
  if (patience == Patience::no_wait && runs_on_loan(caller, reply)) return Error::not_supported;
  return check_answer(caller, reply);
}

// Answers first if there is somebody to answer, for reply_recv.
void receive_call(Thread& caller, bool answers, Patience patience) {
  const auto receiving = decode_receive(caller);
  if (!receiving.ok()) {
    caller.finish(receiving.error());
    return;
  }
  Endpoint& endpoint = *receiving->endpoint;
  if (answers && caller.bound_reply != nullptr && caller.bound_reply->caller() != nullptr) {
    const Error error = check_answer_now(caller, patience);
    if (error != Error::none) {
      caller.finish(error);
      return;
    }
    if (refuse_unsuitable(caller, endpoint, true) == Outcome::again) {
      caller.context.repeat_system_call();
      return;
    }
    answer(caller, *caller.bound_reply);
  }
  if (receiving->reply != nullptr && receiving->reply != caller.bound_reply) {
    if (caller.bound_reply != nullptr) caller.bound_reply->unbind();
    receiving->reply->bind(caller);
  }
  if (receive(caller, endpoint, patience) == Outcome::again) caller.context.repeat_system_call();
}

// signal, wait and poll.
void use_notification(Thread& caller, Rights right, Patience patience) {
  const auto slot =
      find_capability(caller, named_capability(caller), ObjectType::notification, right);
  if (!slot.ok()) {
    caller.finish(slot.error());
    return;
  }
  auto& notification = *(*slot)->cap.object<Notification>();
  if (right == abi::notification_right::signal) {
    caller.finish(Error::none);
    signal(notification, (*slot)->data);
    return;
  }
  // The bits of a bound notification belong to the thread's receives.
  if (notification.bound != nullptr && notification.bound != &caller) {
    caller.finish(Error::busy);
    return;
  }
  wait(caller, notification, patience);
}

// Not a system call of ours: whoever handles the thread's faults may know better.
bool refuse_number(Thread& caller) {
  caller.context.repeat_system_call();
  caller.fault = {.kind = abi::FaultKind::system_call};
  return raise_fault(caller);
}

// An upcall that entry.S does not take finds its frame busy.
bool foreign_call(Thread& caller) {
  const bool is_message = caller.foreign == abi::thread::Foreign::message;
  return is_message ? raise_foreign_call(caller) : refuse_number(caller);
}

bool return_from_upcall(Thread& caller) {
  if (caller.upcall_frame == nullptr) return refuse_number(caller);
  leave_upcall(caller);
  return false;
}

}  // namespace

bool system_call(Thread& caller, u32 number) {
  if (number != static_cast<u32>(Syscall::call) && number != static_cast<u32>(Syscall::try_call))
    caller.forget_progress();
  if (number >= abi::syscall_count) return refuse_number(caller);
  switch (static_cast<Syscall>(number)) {
    case Syscall::call: call(caller, Patience::wait); break;
    case Syscall::reply_recv: receive_call(caller, true, Patience::wait); break;
    case Syscall::send: send_only(caller, Patience::wait); break;
    case Syscall::recv: receive_call(caller, false, Patience::wait); break;
    case Syscall::try_call: call(caller, Patience::no_wait); break;
    case Syscall::try_reply_recv: receive_call(caller, true, Patience::no_wait); break;
    case Syscall::try_send: send_only(caller, Patience::no_wait); break;
    case Syscall::try_recv: receive_call(caller, false, Patience::no_wait); break;
    case Syscall::signal:
      use_notification(caller, abi::notification_right::signal, Patience::no_wait);
      break;
    case Syscall::wait:
      use_notification(caller, abi::notification_right::wait, Patience::wait);
      break;
    case Syscall::poll:
      use_notification(caller, abi::notification_right::wait, Patience::no_wait);
      break;
    case Syscall::yield:
      caller.finish(Error::none);
      core.scheduler.yield();
      break;
    case Syscall::foreign: return foreign_call(caller);
    case Syscall::upcall_return: return return_from_upcall(caller);
  }
  return false;
}

}  // namespace kernel
