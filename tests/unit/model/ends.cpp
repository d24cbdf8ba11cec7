// SPDX-License-Identifier: MIT
// How capabilities and objects end, in the kernel's order: the object that lost its last capability
// latest ends first; an Endpoint or Notification loses up to 16 waiters before the list is looked
// at again.
#include <algorithm>
#include <model/model.hpp>

namespace model {

void Model::cancel_wait(Thread& thread, Error error) {
  switch (thread.state) {
    case State::sending:
    case State::receiving:
    case State::waiting: leave_queue(thread); break;
    case State::replying:
      return_loan(*thread.hangs_on);
      thread.hangs_on->caller = nullptr;
      thread.hangs_on = nullptr;
      break;
    default: return;
  }
  if (!thread.is_trapped) finish(thread, error);
  thread.is_trapped = false;
}

// The thread's partner has gone, or will not have it.
void Model::disappoint(Thread& thread, Error error) {
  if (thread.is_trapped) return trap_refused(thread);
  finish(thread, error);
  make_ready(thread);
}

bool Model::remove_step(Slot& slot) {
  if (slot.is_empty()) return true;
  if (slot.cap.type == ObjectType::frame && !unmap_step(slot)) return false;
  if (slot.cap.type == ObjectType::page_table) take_table_out(slot);
  Slot* parent = slot.family->parent;
  const bool is_last = parent != nullptr && parent->cap.is_anchor &&
                       slot.family->members.size() == 1 && slot.children.members.empty();
  if (is_last) wake_senders(*parent);
  Thread* keeper = slot.keeper;
  if (keeper != nullptr && &slot == &keeper->kept[kept_time]) {
    auto& time = object<SchedContext>(slot.cap);
    void_loans(time);
    take_time(time);
    time.home = nullptr;
  }
  if (slot.cap.is_anchor) slot.home->unreferenced.erase(slot.home->index_of(slot));
  if (slot.cap.type == ObjectType::vspace) {
    drop_space(slot.data);
  } else if (const auto found = objects.find(slot.cap.address);
             found != objects.end() && found->second->type == slot.cap.type) {
    if (--found->second->references == 0) ending_.push_back(found->second.get());
  }
  clear(slot);
  if (keeper != nullptr) {
    if (&slot == &keeper->kept[kept_buffer]) keeper->buffer = 0;
    if (!keeper->can_run() && keeper->state == State::ready) {
      withdraw(*keeper);
      keeper->state = State::suspended;
    }
  }
  if (is_last) {
    parent->home->unreferenced.insert(parent->home->index_of(*parent));
    raise(parent->home->notification);
  }
  return true;
}

void Model::finish_endings() {
  while (!ending_.empty()) {
    Object& object = *ending_.back();
    if (!end_step(object)) continue;
    std::erase(ending_, &object);
    const auto found = objects.find(object.address);
    graveyard_.push_back(std::move(found->second));
    objects.erase(found);
  }
}

bool Model::end_step(Object& object) {
  switch (object.type) {
    case ObjectType::cnode: return end(static_cast<CNode&>(object));
    case ObjectType::thread: return end(static_cast<Thread&>(object));
    case ObjectType::endpoint: return end(static_cast<Endpoint&>(object));
    case ObjectType::notification: return end(static_cast<Notification&>(object));
    case ObjectType::reply: return end(static_cast<Reply&>(object));
    case ObjectType::sched_context: {
      auto& time = static_cast<SchedContext&>(object);
      void_loans(time);
      take_time(time);
      return true;
    }
    default: throw std::runtime_error("model: an object of a kind that is not modelled ends");
  }
}

bool Model::end(CNode& cnode) {
  for (u64 i = 0; i < cnode.size(); ++i) remove(cnode.slots[i]);
  remove(cnode.notification);
  return true;
}

bool Model::end(Endpoint& endpoint) {
  for (unsigned i = 0; i < 16; ++i) {
    if (endpoint.queue.empty()) return true;
    Thread& waiter = *endpoint.queue.front();
    leave_queue(waiter);
    disappoint(waiter, Error::gone);
  }
  return false;
}

bool Model::end(Notification& notification) {
  if (notification.bound != nullptr) notification.bound->notification = nullptr;
  notification.bound = nullptr;
  for (unsigned i = 0; i < 16; ++i) {
    if (notification.queue.empty()) return true;
    Thread& waiter = *notification.queue.front();
    leave_queue(waiter);
    disappoint(waiter, Error::gone);
  }
  return false;
}

bool Model::end(Reply& reply) {
  if (Thread* caller = reply.caller) {
    return_loan(reply);
    caller->hangs_on = nullptr;
    reply.caller = nullptr;
    disappoint(*caller, Error::gone);
  }
  if (reply.receiver != nullptr) unbind(reply);
  return true;
}

bool Model::end(Thread& thread) {
  cancel_wait(thread, Error::gone);
  withdraw(thread);
  thread.state = State::suspended;
  if (Reply* reply = thread.bound_reply) end(*reply);
  if (thread.notification != nullptr) thread.notification->bound = nullptr;
  thread.notification = nullptr;
  for (Slot& slot : thread.kept) remove(slot);
  if (thread.time != nullptr) take_time(*thread.time);
  return true;
}

}  // namespace model
