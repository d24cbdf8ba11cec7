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

bool Model::can_be_called(const Thread& receiver) {
  return receiver.bound_reply != nullptr && receiver.bound_reply->caller == nullptr;
}

// A receiver without time of its own needs a sender that lends it some.
Error Model::check_meeting(const Thread& sender, const Thread& receiver, Kind kind,
                           bool has_reply) {
  if (expects_answer(kind) && !has_reply) return Error::not_supported;
  const bool lends = expects_answer(kind) && sender.time != nullptr && can_be_lent(*sender.time);
  if (!has_own_time(receiver) && !lends) return Error::not_supported;
  return sender.is_trapped ? Error::none : check_travel(sender, receiver);
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
  if (sender.is_trapped) {
    ++sender.messages;
    const Fault& fault = sender.fault;
    const u64 words[8] = {fault.address, sender.pc,      static_cast<u64>(fault.access),
                          fault.present, fault.syndrome, sender.sp,
                          sender.flags,  sender.x[30]};
    for (unsigned i = 0; i < 8; ++i) receiver.x[i] = words[i];
    receiver.x[10] = message.badge;
    const u32 mark = fault.refused ? abi::fault_was_refused : 0;
    receiver.x[11] = received(static_cast<u32>(fault.kind) | mark, 8, Kind::fault);
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
  const Error error = check_meeting(sender, *receiver, message.kind, can_be_called(*receiver));
  if (error != Error::none) return error;
  leave_queue(*receiver);
  meet(sender, *receiver, endpoint, message);
  return Error::none;
}

// Senders that cannot be received hear of it, up to the first that can be.
void Model::refuse_unsuitable(Thread& receiver, Endpoint& endpoint, bool has_reply) {
  while (Thread* sender = first_in(endpoint, State::sending)) {
    const Error error = check_meeting(*sender, receiver, sender->outgoing.kind, has_reply);
    if (error == Error::none) return;
    leave_queue(*sender);
    disappoint(*sender, error);
  }
}

void Model::receive(Thread& receiver, Endpoint& endpoint, bool waits) {
  if (receiver.bound_reply != nullptr && receiver.bound_reply->caller != nullptr)
    return finish(receiver, Error::busy);
  const bool has_bits = receiver.notification != nullptr && receiver.notification->bits != 0;
  if (has_bits && receiver.time != nullptr) {
    finish_with_bits(receiver, std::exchange(receiver.notification->bits, 0));
    return;
  }
  refuse_unsuitable(receiver, endpoint, can_be_called(receiver));
  if (Thread* sender = first_in(endpoint, State::sending)) {
    leave_queue(*sender);
    return_borrowed(receiver);
    return meet(*sender, receiver, endpoint, Outgoing{sender->outgoing});
  }
  if (!waits) return finish(receiver, Error::would_block);
  return_borrowed(receiver);
  withdraw(receiver);
  receiver.state = State::receiving;
  receiver.endpoint = &endpoint;
  endpoint.queue.push_back(&receiver);
}

Error Model::check_answer(const Thread& server, const Reply& reply) {
  if (reply.caller == nullptr) return Error::gone;
  return reply.caller->is_trapped ? Error::none : check_travel(server, *reply.caller);
}

void Model::answer(Thread& server, Reply& reply) {
  Thread* caller = reply.caller;
  return_loan(reply);
  caller->hangs_on = nullptr;
  reply.caller = nullptr;
  if (caller->is_trapped) {
    ++server.messages;
    end_fault(*caller, server.info().label());
  } else {
    transfer(server, *caller, {Kind::reply, 0, true}, nullptr);
    hand_over(*caller);
  }
}

// An answer that takes away what the server runs on would stop it: only reply_recv may give it.
Error Model::send_answer(Thread& caller, const Slot& slot) {
  if (!slot.cap.rights.has(abi::reply_right::answer)) return Error::denied;
  auto& reply = object<Reply>(slot.cap);
  if (runs_on_loan(caller, reply)) return Error::not_supported;
  const Error error = check_answer(caller, reply);
  if (error == Error::none) answer(caller, reply);
  return error;
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
    error = send_answer(caller, *slot);
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
    Reply& owed = *caller.bound_reply;
    Error error = check_answer(caller, owed);
    if (!waits && runs_on_loan(caller, owed)) error = Error::not_supported;
    if (error != Error::none) return finish(caller, error);
    refuse_unsuitable(caller, place, true);
    answer(caller, owed);
  }
  if (named != nullptr && named != caller.bound_reply) bind(*named, caller);
  receive(caller, place, waits);
}

// ---- Notifications

void Model::signal(Notification& notification, u64 bits) {
  notification.bits |= bits;
  if (notification.bits == 0) return;
  Thread* receiver = notification.bound;
  if (receiver == nullptr || receiver->state != State::receiving) {
    receiver = notification.queue.empty() ? nullptr : notification.queue.front();
  } else if (receiver->time == nullptr) {
    return;  // a passive server runs for callers only
  }
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
  thread.is_trapped = true;
  return send(thread, object<Endpoint>(slot.cap), {Kind::fault, slot.data, false}, true) ==
         Error::none;
}

void Model::go_on(Thread& thread) {
  thread.is_trapped = false;
  hand_over(thread);
}

void Model::stop(Thread& thread, State state) {
  thread.is_trapped = false;
  withdraw(thread);
  thread.state = state;
}

void Model::raise_fault(Thread& thread) {
  ++thread.faults;
  thread.outgoing.kind = Kind::fault;
  if (thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on) {
    if (offer(thread, kept_pager)) return;
    thread.fault.passed_on = true;
  }
  if (!offer(thread, kept_handler)) handler_refused(thread);
}

void Model::trap_refused(Thread& thread) {
  if (thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on) {
    thread.fault.passed_on = true;
    if (offer(thread, kept_handler)) return;
  }
  handler_refused(thread);
}

void Model::handler_refused(Thread& thread) {
  if (!thread.fault.refused) {
    thread.fault.refused = true;
    if (offer(thread, kept_pager)) return;
  }
  stop(thread, State::faulted);
}

void Model::end_fault(Thread& thread, u32 decision) {
  switch (static_cast<abi::FaultReply>(decision)) {
    case abi::FaultReply::resume: return go_on(thread);
    case abi::FaultReply::pass_on: return trap_refused(thread);
    default: stop(thread, State::suspended);
  }
}

void Model::fault(const Fault& fault) {
  Thread& thread = *current;
  thread.fault = fault;
  raise_fault(thread);
  choose();
}

}  // namespace model
