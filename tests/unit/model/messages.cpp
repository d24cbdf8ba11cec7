// SPDX-License-Identifier: MIT
// Messages between threads, faults, notifications.
#include <algorithm>
#include <model/model.hpp>

namespace model {

namespace {

namespace right = abi::endpoint_right;

bool expects_answer(Kind kind) { return kind != Kind::send; }

Thread* first_in(const Endpoint& endpoint, State state) {
  if (endpoint.queue.empty() || endpoint.queue.front()->state != state) return nullptr;
  return endpoint.queue.front();
}

u64 received(u32 label, u64 words, Kind kind) {
  return MessageInfo::received(label, words, kind).raw;
}

}  // namespace

void Model::clear_dead(Thread& thread) {
  thread.x[8] = thread.x[9] = 0;
  for (unsigned i = 12; i <= 18; ++i) thread.x[i] = 0;
  thread.flags = 0;
}

void Model::finish(Thread& thread, Error error) {
  thread.x[11] = error == Error::none ? received(0, 0, Kind::reply)
                                      : received(static_cast<u32>(error), 0, Kind::error);
  thread.x[10] = 0;
  for (unsigned i = 0; i < 8; ++i) thread.x[i] = 0;
  clear_dead(thread);
}

void Model::finish_with_bits(Thread& thread, u64 bits) {
  finish(thread, Error::none);
  thread.x[10] = bits;
  thread.x[11] = received(0, 0, Kind::notification);
}

void Model::leave_queue(Thread& thread) {
  if (thread.endpoint != nullptr) std::erase(thread.endpoint->queue, &thread);
  if (thread.waits_for != nullptr) std::erase(thread.waits_for->queue, &thread);
  thread.endpoint = nullptr;
  thread.waits_for = nullptr;
}

void Model::bind(Reply& reply, Thread& receiver) {
  if (receiver.bound_reply != nullptr) unbind(*receiver.bound_reply);
  reply.receiver = &receiver;
  receiver.bound_reply = &reply;
}

void Model::unbind(Reply& reply) {
  reply.receiver->bound_reply = nullptr;
  reply.receiver = nullptr;
}

Error Model::check_travel(const Thread& from, const Thread& to) {
  const MessageInfo info = from.info();
  if (!info.is_well_formed()) return Error::bad_argument;
  if ((info.words() > 8 || info.caps() != 0) && from.buffer == 0) return Error::bad_argument;
  if (info.words() > 8 && to.buffer == 0) return Error::too_big;
  return Error::none;
}

Error Model::check_meeting(const Thread& sender, const Thread& receiver, Kind kind) {
  if (expects_answer(kind) &&
      (receiver.bound_reply == nullptr || receiver.bound_reply->caller != nullptr))
    return Error::not_supported;
  return kind == Kind::fault ? Error::none : check_travel(sender, receiver);
}

// Which came, as bits of message info.
u64 Model::pass_capabilities(Thread& from, Thread& to, const Endpoint* through) {
  if (to.buffer == 0) return 0;
  u64 bits = 0;
  for (u64 i = 0; i < from.info().caps(); ++i) {
    Slot* source = find(from, buffers[from.buffer].send[i]);
    if (source == nullptr || source->is_empty()) continue;
    if (through != nullptr && source->cap.type == ObjectType::endpoint &&
        source->cap.address == through->address) {
      buffers[to.buffer].badges[i] = source->data;
      bits |= u64{1} << (44 + i);
      continue;
    }
    Slot* target = find(to, buffers[to.buffer].receive[i]);
    if (target == nullptr || !target->is_empty() || !is_copyable(*source)) continue;
    become_sibling(*source, *target, source->cap,
                   source->cap.type == ObjectType::frame ? 0 : source->data);
    add_reference(*target);
    bits |= u64{1} << (40 + i);
  }
  return bits;
}

void Model::transfer(Thread& from, Thread& to, const Outgoing& message, const Endpoint* through) {
  const MessageInfo info = from.info();
  for (unsigned i = 0; i < 8; ++i) to.x[i] = from.x[i];
  for (u64 i = 8; i < info.words(); ++i)
    buffers[to.buffer].words[i - 8] = buffers[from.buffer].words[i - 8];
  const bool grants = info.caps() != 0 && message.may_grant;
  const u64 arrived = grants ? pass_capabilities(from, to, through) : 0;
  to.x[10] = message.badge;
  to.x[11] = received(info.label(), info.words(), message.kind) | arrived;
  clear_dead(to);
  ++from.messages;
}

void Model::meet(Thread& sender, Thread& receiver, const Endpoint& endpoint,
                 const Outgoing& message) {
  if (message.kind == Kind::fault) {
    const Fault& fault = sender.fault;
    const u64 words[8] = {fault.address, sender.pc,      static_cast<u64>(fault.access),
                          fault.present, fault.syndrome, sender.sp,
                          sender.flags,  sender.x[30]};
    for (unsigned i = 0; i < 8; ++i) receiver.x[i] = words[i];
    receiver.x[10] = message.badge;
    receiver.x[11] = received(static_cast<u32>(fault.kind), 8, Kind::fault);
    clear_dead(receiver);
  } else {
    transfer(sender, receiver, message, &endpoint);
  }
  if (!expects_answer(message.kind)) {
    finish(sender, Error::none);
    make_ready(sender);
    make_ready(receiver);
    return;
  }
  withdraw(sender);
  sender.outgoing = message;
  sender.hangs_on = receiver.bound_reply;
  sender.hangs_on->caller = &sender;
  sender.state = State::replying;
  if (receiver.time == nullptr) lend(*receiver.bound_reply, receiver);
  hand_over(receiver);
}

Error Model::send(Thread& sender, Endpoint& endpoint, const Outgoing& message, bool waits) {
  Thread* receiver = first_in(endpoint, State::receiving);
  if (receiver == nullptr) {
    if (!waits) return Error::would_block;
    withdraw(sender);
    sender.outgoing = message;
    sender.state = State::sending;
    sender.endpoint = &endpoint;
    endpoint.queue.push_back(&sender);
    return Error::none;
  }
  const Error error = check_meeting(sender, *receiver, message.kind);
  if (error != Error::none) return error;
  leave_queue(*receiver);
  meet(sender, *receiver, endpoint, message);
  return Error::none;
}

void Model::receive(Thread& receiver, Endpoint& endpoint, bool waits) {
  if (receiver.bound_reply != nullptr && receiver.bound_reply->caller != nullptr)
    return finish(receiver, Error::busy);
  if (receiver.notification != nullptr && receiver.notification->bits != 0) {
    finish_with_bits(receiver, std::exchange(receiver.notification->bits, 0));
    return;
  }
  while (Thread* sender = first_in(endpoint, State::sending)) {
    const Outgoing message = sender->outgoing;
    const Error error = check_meeting(*sender, receiver, message.kind);
    leave_queue(*sender);
    if (error == Error::none) {
      return_borrowed(receiver);
      meet(*sender, receiver, endpoint, message);
      return;
    }
    disappoint(*sender, error);
  }
  if (!waits) return finish(receiver, Error::would_block);
  return_borrowed(receiver);
  withdraw(receiver);
  receiver.state = State::receiving;
  receiver.endpoint = &endpoint;
  endpoint.queue.push_back(&receiver);
}

Error Model::answer(Thread& server, Reply& reply) {
  Thread* caller = reply.caller;
  if (caller == nullptr) return Error::gone;
  const bool is_fault = caller->outgoing.kind == Kind::fault;
  if (!is_fault) {
    const Error error = check_travel(server, *caller);
    if (error != Error::none) return error;
  }
  return_loan(reply);
  caller->hangs_on = nullptr;
  reply.caller = nullptr;
  if (is_fault) {
    end_fault(*caller, server.info().label());
  } else {
    transfer(server, *caller, {Kind::reply, 0, true}, nullptr);
    hand_over(*caller);
  }
  return Error::none;
}

Error Model::send_to(Thread& caller, const Slot& slot, Kind kind, bool waits) {
  if (!slot.cap.rights.has(right::send)) return Error::denied;
  const MessageInfo info = caller.info();
  const bool needs_buffer = info.words() > 8 || info.caps() != 0;
  if (!info.is_well_formed() || (needs_buffer && caller.buffer == 0)) return Error::bad_argument;
  return send(caller, object<Endpoint>(slot.cap),
              {kind, slot.data, slot.cap.rights.has(right::grant)}, waits);
}

void Model::call(Thread& caller, bool waits) {
  Slot* slot = find(caller, caller.x[10] & 0xffff'ffff);
  if (slot == nullptr || slot->is_empty()) return finish(caller, Error::invalid_capability);
  if (slot->cap.type != ObjectType::endpoint) return invoke(caller, *slot);
  const Error error = send_to(caller, *slot, Kind::call, waits);
  if (error != Error::none) finish(caller, error);
}

void Model::send_only(Thread& caller, bool waits) {
  Slot* slot = find(caller, caller.x[10] & 0xffff'ffff);
  if (slot == nullptr || slot->is_empty()) return finish(caller, Error::invalid_capability);
  Error error = Error::wrong_object;
  if (slot->cap.type == ObjectType::endpoint) {
    error = send_to(caller, *slot, Kind::send, waits);
    if (error == Error::none) return;
  } else if (slot->cap.type == ObjectType::reply) {
    error = slot->cap.rights.has(abi::reply_right::answer)
                ? answer(caller, object<Reply>(slot->cap))
                : Error::denied;
  }
  finish(caller, error);
}

void Model::receive_call(Thread& caller, bool answers, bool waits) {
  const Found endpoint =
      find_capability(caller, caller.x[10] & 0xffff'ffff, ObjectType::endpoint, right::receive);
  if (endpoint.error != Error::none) return finish(caller, endpoint.error);
  auto& place = object<Endpoint>(endpoint.slot->cap);
  Reply* named = nullptr;
  if (const u64 address = caller.x[10] >> 32; address != 0) {
    const Found found =
        find_capability(caller, address, ObjectType::reply, abi::reply_right::receive);
    if (found.error != Error::none) return finish(caller, found.error);
    named = &object<Reply>(found.slot->cap);
    if (named != caller.bound_reply && (named->caller != nullptr || named->receiver != nullptr))
      return finish(caller, Error::busy);
  }
  if (answers && caller.bound_reply != nullptr && caller.bound_reply->caller != nullptr) {
    const Error error = answer(caller, *caller.bound_reply);
    if (error != Error::none) return finish(caller, error);
  }
  if (named != nullptr && named != caller.bound_reply) bind(*named, caller);
  receive(caller, place, waits);
}

// ---- Notifications

void Model::signal(Notification& notification, u64 bits) {
  notification.bits |= bits;
  if (notification.bits == 0) return;
  Thread* receiver = notification.bound;
  if (receiver == nullptr || receiver->state != State::receiving)
    receiver = notification.queue.empty() ? nullptr : notification.queue.front();
  if (receiver == nullptr) return;
  leave_queue(*receiver);
  finish_with_bits(*receiver, std::exchange(notification.bits, 0));
  make_ready(*receiver);
}

void Model::use_notification(Thread& caller, Rights wanted, bool waits) {
  const Found found =
      find_capability(caller, caller.x[10] & 0xffff'ffff, ObjectType::notification, wanted);
  if (found.error != Error::none) return finish(caller, found.error);
  auto& notification = object<Notification>(found.slot->cap);
  if (wanted == abi::notification_right::signal) {
    finish(caller, Error::none);
    signal(notification, found.slot->data);
    return;
  }
  if (notification.bound != nullptr && notification.bound != &caller)
    return finish(caller, Error::busy);
  if (notification.bits != 0) {
    finish_with_bits(caller, std::exchange(notification.bits, 0));
  } else if (!waits) {
    finish(caller, Error::would_block);
  } else {
    withdraw(caller);
    caller.state = State::waiting;
    caller.waits_for = &notification;
    notification.queue.push_back(&caller);
  }
}

// ---- Faults

bool Model::offer(Thread& thread, Kept to) {
  const Slot& slot = thread.kept[to];
  if (slot.is_empty()) return false;
  return send(thread, object<Endpoint>(slot.cap), {Kind::fault, slot.data, false}, true) ==
         Error::none;
}

void Model::raise_fault(Thread& thread) {
  if (thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on) {
    if (offer(thread, kept_pager)) return;
    thread.fault.passed_on = true;
  }
  if (offer(thread, kept_handler)) return;
  withdraw(thread);
  thread.state = State::faulted;
}

void Model::fault_refused(Thread& thread) {
  if (thread.fault.kind != abi::FaultKind::page || thread.fault.passed_on) {
    thread.state = State::faulted;
    return;
  }
  thread.fault.passed_on = true;
  raise_fault(thread);
}

void Model::end_fault(Thread& thread, u32 decision) {
  switch (static_cast<abi::FaultReply>(decision)) {
    case abi::FaultReply::resume: return make_ready(thread);
    case abi::FaultReply::pass_on: return fault_refused(thread);
    default: thread.state = State::suspended;
  }
}

void Model::fault(const Fault& fault) {
  Thread& thread = *current;
  ++thread.faults;
  thread.fault = fault;
  raise_fault(thread);
  choose();
}

}  // namespace model
