// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/paging/aarch64.hpp>
#include <cap/cnode.hpp>
#include <cstring>
#include <debug/panic.hpp>
#include <memory/address_spaces.hpp>
#include <model/compare.hpp>
#include <object/endpoint.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>
#include <simulated/state.hpp>
#include <string>

namespace model {

namespace {

using base::PhysAddr;
using kernel::core;
using simulated::machine;

// What the scheduler keeps to itself. The names of private members may be used in an explicit
// instantiation, and nowhere else.
template <auto queues, auto on, auto turn_ends, auto alarm>
struct SchedulerWindow {
  friend auto& ready_queues(const kernel::Scheduler& scheduler) { return scheduler.*queues; }
  friend auto* time_that_passes(const kernel::Scheduler& scheduler) { return scheduler.*on; }
  friend u64 end_of_turn(const kernel::Scheduler& scheduler) { return scheduler.*turn_ends; }
  friend u64 next_alarm(const kernel::Scheduler& scheduler) { return scheduler.*alarm; }
};
auto& ready_queues(const kernel::Scheduler& scheduler);
auto* time_that_passes(const kernel::Scheduler& scheduler);
u64 end_of_turn(const kernel::Scheduler& scheduler);
u64 next_alarm(const kernel::Scheduler& scheduler);
template struct SchedulerWindow<&kernel::Scheduler::queues_, &kernel::Scheduler::on_,
                                &kernel::Scheduler::turn_ends_, &kernel::Scheduler::alarm_>;

template <auto bits>
struct AnchorWindow {
  friend auto& unreferenced_bits(const kernel::CNode& cnode) { return cnode.*bits; }
};
auto& unreferenced_bits(const kernel::CNode& cnode);
template struct AnchorWindow<&kernel::CNode::unreferenced_>;

template <class T>
T& at(u64 address) {
  return *static_cast<T*>(machine.pointer(PhysAddr{address}));
}

// Of a kernel object; 0 for none.
u64 address_of(const void* object) {
  return object == nullptr ? 0 : machine.physical(object).value();
}
u64 address_of(const Object* object) { return object == nullptr ? 0 : object->address; }

// The physical address of a slot: in its CNode, or in the thread that keeps it.
u64 place_of(const Slot& slot) {
  if (slot.keeper == nullptr) return slot.address;
  const auto index = static_cast<u64>(&slot - slot.keeper->kept.data());
  return address_of(&at<kernel::Thread>(slot.keeper->address).kept(kernel::Kept{index}));
}

class Comparison {
 public:
  Comparison(Model& model, const std::set<u64>& outside) : model_(model), outside_(outside) {}

  void run() {
    for (const auto& [address, object] : model_.objects) compare_object(*object);
    for (const Slot* slot : model_.outside) compare_family(at<kernel::Slot>(slot->address), *slot);
    compare_spaces();
    compare_scheduler();
  }

 private:
  [[noreturn]] void differ(const std::string& what, u64 actual, u64 expected) {
    throw Difference(where_ + ": " + what + " is " + std::to_string(actual) + ", expected " +
                     std::to_string(expected));
  }
  void same(u64 actual, u64 expected, const char* what) {
    if (actual != expected) [[unlikely]]
      differ(what, actual, expected);
  }

  void compare_object(const Object& object);
  void compare_slot(const kernel::Slot& actual, const Slot& expected);
  void compare_family(const kernel::Slot& actual, const Slot& expected);
  void compare_one(CNode& cnode);
  void compare_one(Thread& thread);
  void compare_one(Endpoint& endpoint);
  void compare_one(Notification& notification);
  void compare_one(Reply& reply);
  void compare_one(SchedContext& time);
  void compare_registers(const Thread& thread);
  template <class First>
  void compare_queue(const First* first, const std::vector<Thread*>& expected);
  void compare_spaces();
  void compare_table(u64 table, unsigned level);
  void compare_scheduler();

  Model& model_;
  const std::set<u64>& outside_;
  std::string where_;
};

void Comparison::compare_object(const Object& object) {
  const auto base = object.address;
  const kernel::Object* actual = object.type == ObjectType::thread
                                     ? static_cast<kernel::Object*>(&at<kernel::Thread>(base))
                                     : &at<kernel::Object>(base);
  where_ = abi::name_of(object.type);
  same(static_cast<u64>(actual->type()), static_cast<u64>(object.type), "the type of an object");
  same(actual->references(), object.references, "the number of capabilities");
  auto& known = const_cast<Object&>(object);
  switch (object.type) {
    case ObjectType::cnode: return compare_one(static_cast<CNode&>(known));
    case ObjectType::thread: return compare_one(static_cast<Thread&>(known));
    case ObjectType::endpoint: return compare_one(static_cast<Endpoint&>(known));
    case ObjectType::notification: return compare_one(static_cast<Notification&>(known));
    case ObjectType::reply: return compare_one(static_cast<Reply&>(known));
    case ObjectType::sched_context: return compare_one(static_cast<SchedContext&>(known));
    default: return;
  }
}

void Comparison::compare_one(CNode& cnode) {
  auto& actual = at<kernel::CNode>(cnode.address);
  same(actual.slot_bits(), cnode.bits, "the size");
  if (outside_.contains(cnode.address)) return;
  if (!actual.notification.is_empty() || !cnode.notification.is_empty())
    compare_slot(actual.notification, cnode.notification);
  // Asked, the kernel would change: its bits are private.
  u64 unreferenced[4] = {};
  for (const u64 index : cnode.unreferenced) unreferenced[index / 64] |= u64{1} << index % 64;
  for (u64 i = 0; i < 4; ++i)
    same(unreferenced_bits(actual)[i], unreferenced[i], "the unreferenced anchors");
  for (u64 i = 0; i < cnode.size(); ++i) {
    const Slot& expected = cnode.slots[i];
    const kernel::Slot& slot = actual.slot(i);
    if (!slot.is_empty() || !expected.is_empty()) compare_slot(slot, expected);
  }
}

void Comparison::compare_family(const kernel::Slot& actual, const Slot& expected) {
  actual.check();
  const auto& children = expected.children.members;
  same(address_of(actual.first_child()), children.empty() ? 0 : place_of(*children.front()),
       "the first child");
}

void Comparison::compare_slot(const kernel::Slot& actual, const Slot& expected) {
  const kernel::Capability cap = actual.cap;
  same(static_cast<u64>(cap.type()), static_cast<u64>(expected.cap.type), "the type in a slot");
  same(cap.rights().bits, expected.cap.rights.bits, "the rights");
  same(cap.bits(), expected.cap.bits, "the size in a capability");
  same(cap.is_device() ? 1 : 0, 0, "the mark of a device");
  same(cap.is_anchor() ? 1 : 0, expected.cap.is_anchor ? 1 : 0, "the mark of an anchor");
  if (cap.is_anchor())
    same(address_of(actual.home()), address_of(expected.home), "the home of an anchor");
  const bool is_object = kernel::object_of(cap) != nullptr;
  same(is_object ? address_of(cap.object<char>()) : cap.physical().value(), expected.cap.address,
       "what a capability names");
  switch (cap.type()) {
    case ObjectType::endpoint:
    case ObjectType::notification:
    case ObjectType::vspace: same(actual.data, expected.data, "the data word"); break;
    case ObjectType::untyped:
      if (actual.has_children())
        same((actual.data & 0xffff'ffff) * 64, expected.data, "what is used of an Untyped");
      break;
    case ObjectType::frame:
    case ObjectType::page_table: {
      const auto binding = kernel::Binding::from_raw(actual.data);
      same(binding.number(), expected.binding.number, "where memory is mapped");
      same(binding.generation(), expected.binding.generation, "the generation of a binding");
      if (actual.keeper() != nullptr || cap.is_anchor()) break;
      same(actual.window().start, expected.window.start, "the start of a window");
      same(actual.window().end, expected.window.end, "the end of a window");
      break;
    }
    default: break;
  }
  compare_family(actual, expected);
  const auto& family = expected.family->members;
  if (family.back() == &expected) {
    same(address_of(actual.next_sibling()), 0, "the next sibling of the last");
  } else {
    const auto next = std::find(family.begin(), family.end(), &expected) + 1;
    same(address_of(actual.next_sibling()), place_of(**next), "the next sibling");
  }
}

void Comparison::compare_registers(const Thread& thread) {
  const kernel::Thread& actual = at<kernel::Thread>(thread.address);
  const auto& context = actual.context;
  const bool is_whole = thread.state == State::ready || thread.is_stopped() || thread.is_trapped;
  for (unsigned i = 0; i < 31; ++i) {
    const bool is_message = i < 8 || i == 10 || i == 11;
    // Who waits has no outcome yet: only what it sends matters.
    if (i >= 19 || is_whole || (is_message && thread.state == State::sending))
      same(context.x[i], thread.x[i], "a register");
  }
  same(context.sp, thread.sp, "SP");
  same(context.pc, thread.pc, "PC");
  same(context.tls, thread.tls, "TLS");
  if (is_whole) same(context.flags, thread.flags, "the flags");
}

void Comparison::compare_one(Thread& thread) {
  auto& actual = at<kernel::Thread>(thread.address);
  same(static_cast<u64>(actual.state), static_cast<u64>(thread.state), "the state");
  same(actual.priority.level, thread.priority, "the priority");
  same(address_of(actual.time), address_of(thread.time), "the time that it runs on");
  same(address_of(actual.queued_on), address_of(thread.endpoint), "the endpoint");
  same(address_of(actual.waits_for), address_of(thread.waits_for), "what it waits for");
  same(address_of(actual.answered_by), address_of(thread.hangs_on), "what it hangs on");
  same(address_of(actual.bound_reply), address_of(thread.bound_reply), "the bound Reply");
  same(address_of(actual.notification), address_of(thread.notification), "the notification");
  same(actual.is_trapped() ? 1 : 0, thread.is_trapped ? 1 : 0, "the mark of a fault");
  const bool owns_unit = core.floating_point_owner == &actual;
  same(actual.cpu_state & kernel::cpu_state::floating_point, owns_unit ? 1 : 0,
       "the mark of the FP unit's owner");
  if (thread.state == State::sending || thread.is_trapped)
    same(static_cast<u64>(actual.outgoing.kind), static_cast<u64>(thread.outgoing.kind),
         "the kind of the message");
  if (thread.state == State::sending) {
    same(actual.outgoing.badge, thread.outgoing.badge, "the badge of the message");
    same(actual.outgoing.may_grant, thread.outgoing.may_grant, "the right grant of the message");
  }
  same(actual.messages_sent, thread.messages, "the number of messages");
  same(actual.faults, thread.faults, "the number of faults");
  same(address_of(actual.buffer()), thread.buffer, "the IPC buffer");
  compare_registers(thread);
  if (thread.buffer != 0 &&
      std::memcmp(actual.buffer(), &model_.buffers[thread.buffer], sizeof(Buffer)) != 0)
    differ("the contents of the IPC buffer", 0, 0);
  if (outside_.contains(thread.address)) return;
  for (unsigned i = 0; i < kept_count; ++i) {
    const kernel::Slot& slot = actual.kept(static_cast<kernel::Kept>(i));
    if (!slot.is_empty() || !thread.kept[i].is_empty()) compare_slot(slot, thread.kept[i]);
    same(address_of(slot.keeper()), thread.address, "the keeper of a slot");
  }
}

template <class First>
void Comparison::compare_queue(const First* first, const std::vector<Thread*>& expected) {
  const kernel::Thread* thread = first;
  for (const Thread* each : expected) {
    same(address_of(thread), each->address, "a thread in a queue");
    thread = thread->queue_link.next;
  }
  same(address_of(thread), expected.empty() ? 0 : expected.front()->address, "the end of a queue");
}

void Comparison::compare_one(Endpoint& endpoint) {
  auto& actual = at<kernel::Endpoint>(endpoint.address);
  actual.check();
  const kernel::Thread* first = actual.first_sender();
  if (first == nullptr) first = actual.first_receiver();
  compare_queue(first, endpoint.queue);
}

void Comparison::compare_one(Notification& notification) {
  auto& actual = at<kernel::Notification>(notification.address);
  actual.check();
  same(actual.bits, notification.bits, "the bits");
  same(address_of(actual.bound), address_of(notification.bound), "the bound thread");
  compare_queue(actual.first_waiter(), notification.queue);
}

void Comparison::compare_one(Reply& reply) {
  auto& actual = at<kernel::Reply>(reply.address);
  actual.check();
  same(address_of(actual.caller()), address_of(reply.caller), "the caller");
  same(address_of(actual.receiver()), address_of(reply.receiver), "the receiver");
  same(address_of(actual.lent), address_of(reply.lent), "the time lent");
}

void Comparison::compare_one(SchedContext& time) {
  auto& actual = at<kernel::SchedContext>(time.address);
  actual.check();
  same(address_of(actual.home), address_of(time.home), "the home of time");
  same(address_of(actual.user), address_of(time.user), "the user of time");
  same(actual.budget, time.budget, "the budget");
  same(actual.granted, time.granted, "the time granted");
  if (&time != model_.on)
    same(static_cast<u64>(actual.left), static_cast<u64>(time.left), "the time left");
  const kernel::Reply* loan = actual.latest_loan();
  for (u64 i = time.loans.size(); i-- != 0; loan = loan->earlier_loan)
    same(address_of(loan), time.loans[i]->address, "a loan");
  same(address_of(loan), 0, "the first loan");
}

void Comparison::compare_table(u64 table, unsigned level) {
  using Format = base::paging::Aarch64;
  const auto* entries = static_cast<const u64*>(machine.pointer(PhysAddr{table}, 4096));
  u64 next = 0;
  const auto expect_absent = [&](u64 end) {
    u64 all = 0;
    for (u64 i = next; i < end; ++i) all |= entries[i];
    same(all, 0, "what stands in absent entries");
  };
  for (const auto& [i, wanted] : model_.tables.at(table)) {
    expect_absent(i);
    next = i + 1;
    const u64 entry = entries[i];
    same(Format::is_table(entry, level) ? 1 : 0, wanted.is_table ? 1 : 0, "an entry's kind");
    same(entry & 1, 1, "an entry's valid bit");
    same(Format::address(entry, level).value(), wanted.address, "an entry's address");
    if (wanted.is_table) {
      compare_table(wanted.address, level - 1);
      continue;
    }
    const auto attributes = Format::attributes(entry);
    same(attributes.write ? 1 : 0, wanted.write ? 1 : 0, "an entry's right write");
    same(attributes.execute ? 1 : 0, wanted.execute ? 1 : 0, "an entry's right execute");
    same(attributes.user && !attributes.device && !attributes.global ? 1 : 0, 1,
         "an entry's other attributes");
  }
  expect_absent(512);
}

void Comparison::compare_spaces() {
  where_ = "address spaces";
  for (u64 number = 2; number < model_.spaces.size(); ++number) {
    const Space& expected = model_.spaces[number];
    same(core.spaces[number].generation, expected.generation, "the generation");
    if (std::ranges::find(model_.free_numbers, number) != model_.free_numbers.end()) continue;
    same(core.spaces[number].references, expected.references, "the number of capabilities");
    same(core.spaces[number].root.value(), expected.root, "the root");
    compare_table(expected.root, 2);
  }
  same(core.spaces.available(), model_.free_space_numbers(), "free numbers");
}

void Comparison::compare_scheduler() {
  where_ = "scheduler";
  const kernel::Scheduler& scheduler = core.scheduler;
  scheduler.check();
  same(address_of(scheduler.current()), address_of(model_.current), "the running thread");
  for (const u64 level : model_.occupied)
    compare_queue(ready_queues(scheduler)[level].front(), model_.ready[level]);
  for (u64 level = 0; level < abi::priority_levels; ++level)
    if (model_.ready[level].empty())
      same(address_of(ready_queues(scheduler)[level].front()), 0, "an empty queue");
  if (model_.on != nullptr) {
    same(address_of(time_that_passes(scheduler)), address_of(model_.on), "whose time passes");
    same(end_of_turn(scheduler), model_.turn_ends, "the end of the turn");
    if (machine.alarm > model_.turn_ends) differ("the alarm", machine.alarm, model_.turn_ends);
  }
  same(machine.alarm, next_alarm(scheduler), "the alarm of the machine");
  same(address_of(core.ending), 0, "what is still ending");
  const auto* owner = core.floating_point_owner;
  if (owner != nullptr && !model_.objects.contains(address_of(owner)))
    differ("the owner of the FP unit", address_of(owner), 0);
  const kernel::Thread& running = at<kernel::Thread>(model_.current->address);
  same(machine.active_space, running.space().value(), "the active address space");
  const Slot& space = model_.current->kept[kept_vspace];
  same(running.space().value(), space.data << 48 | model_.spaces[space.data].root,
       "the running thread's address space");
}

}  // namespace

void compare(Model& model, const std::set<u64>& outside) { Comparison{model, outside}.run(); }

}  // namespace model
