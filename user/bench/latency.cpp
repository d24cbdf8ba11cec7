// SPDX-License-Identifier: MIT
// Timers: what it costs to set one, and how late a thread of high priority wakes up beside
// operations that take long.
#include <libipc/time.hpp>
#include <user/bench/measure.hpp>
#include <user/support/thread.hpp>

namespace bench {
namespace {

using abi::ObjectType;
using abi::SlotName;
using ipc::Cap;

constexpr Cap<ipc::CNode> leaf0{abi::root_slot::leaf0};
constexpr abi::Priority above_ours{200};
constexpr u64 period = 20'000;  // nanoseconds

// The thread that wakes up, and the longest that it was late.
struct Waker {
  Cap<ipc::Timer> timer;
  Cap<ipc::Notification> note;
  u64 latest = 0;
};

void wake_up_often(void* own_pointer) {
  Waker& own = *static_cast<Waker*>(own_pointer);
  for (u64 round = 0;; ++round) {
    // Not in step with anything.
    const u64 deadline = ipc::machine::counter() + ipc::ticks_in(period) + round % 97;
    static_cast<void>(ipc::set_timer(own.timer, deadline));
    static_cast<void>(ipc::wait(own.note));
    const u64 late = ipc::machine::counter() - deadline;
    if (late > own.latest) __atomic_store_n(&own.latest, late, __ATOMIC_RELAXED);
  }
}

abi::Status retype(Cap<ipc::Untyped> untyped, ObjectType type, u64 bits, SlotName first,
                   u64 count) {
  return ipc::invoke(
             untyped,
             abi::untyped::Retype{
                 .type = static_cast<u64>(type), .size_bits = bits, .first = first, .count = count})
      .error();
}

abi::Status revoke(abi::CapPtr at) {
  return ipc::invoke(leaf0, abi::cnode::Revoke{ipc::index_in_leaf(at)}).error();
}

// Large objects are made, filled and destroyed; a large Frame is mapped by single pages and
// unmapped.
abi::Status do_what_takes_long() {
  support::Environment& environment = support::environment();
  const auto large = TRY(environment.memory.make<ipc::Untyped>(26));
  const auto cnode = TRY(environment.memory.make<ipc::CNode>(15));
  const abi::CapPtr slot = TRY(environment.slots.allocate());
  TRY(retype(large, ObjectType::cnode, 16, SlotName::in(leaf0.at(), ipc::index_in_leaf(slot)), 1));
  TRY(revoke(large.at()));
  environment.slots.release(slot);
  for (u64 i = 0; i < u64{1} << 15; i += abi::leaf_slots)
    TRY(retype(large, ObjectType::endpoint, 0, SlotName::in(cnode.at(), i), abi::leaf_slots));
  TRY(revoke(large.at()));
  for (u64 i = 0; i < u64{1} << 14; i += abi::leaf_slots)
    TRY(retype(large, ObjectType::frame, base::page_bits, SlotName::in(cnode.at(), i),
               abi::leaf_slots));
  TRY(revoke(large.at()));

  constexpr u64 size = 16 * base::mib;
  const auto frame = TRY(environment.memory.make<ipc::Frame>(24));
  const u64 start = TRY(environment.self.reserve(size + 2 * base::mib, 2 * base::mib));
  for (u64 at = start; at < start + size + 2 * base::mib; at += 2 * base::mib)
    TRY(environment.self.prepare(at));
  TRY(environment.self.map(frame, start + base::page_size, size, support::read_write));
  TRY(ipc::invoke(frame.get(), abi::frame::Unmap{start + base::page_size, size}));
  return environment.self.map(frame, start + base::page_size, size, support::read_write);
}

}  // namespace

abi::Status timer_rows() {
  support::Environment& environment = support::environment();
  const auto timer = TRY(environment.memory.make<ipc::Timer>());
  const auto note = TRY(environment.memory.make<ipc::Notification>());
  TRY(ipc::set_target(timer.get(), note.get()));
  const u64 far = ipc::machine::counter() + ipc::ticks_in(3'600'000'000'000);
  measure("timer.set", [&] { static_cast<void>(ipc::set_timer(timer, far)); });

  Waker waker{timer, note};
  const auto thread =
      TRY(support::start_thread(environment.self, wake_up_often, &waker, {.priority = above_ours}));
  TRY(do_what_takes_long());
  report("latency.irq_off_max", nanoseconds(__atomic_load_n(&waker.latest, __ATOMIC_RELAXED)));
  return {};
}

}  // namespace bench
