// SPDX-License-Identifier: MIT
// Timers. Deadlines are counter ticks; nothing is asked of how late a signal comes, because a
// machine may stand still for a while: only that it comes, and not too early.
#include <abi/object/cnode.hpp>
#include <libipc/time.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;
using abi::SlotName;
namespace sys = ipc::sys;

constexpr u64 microsecond = 1'000;
constexpr u64 millisecond = 1'000'000;
constexpr u64 hour = 3'600'000'000'000;

u64 now() { return ipc::machine::counter(); }
u64 in(u64 nanoseconds) { return now() + ipc::ticks_in(nanoseconds); }

void spin_until(u64 deadline) {
  while (now() < deadline) {
  }
}

// A timer that signals a notification.
struct Alarm {
  Cap<ipc::Notification> note;
  Cap<ipc::Timer> timer;

  explicit Alarm(Context& t, u64 bits = ~u64{0})
      : note(t.make<ipc::Notification>()), timer(t.make<ipc::Timer>()) {
    t.need(ipc::set_target(timer, t.mint(note, abi::all_rights, bits)));
  }
};

void fires_once(Context& t) {
  t.may_sleep();
  const Alarm alarm{t, 0x50};
  const u64 deadline = in(millisecond);
  t.equals(t.need(ipc::set_timer(alarm.timer, deadline)), u64{0});
  t.equals(t.need(ipc::wait(alarm.note)), u64{0x50});
  t.that(now() >= deadline, "it came before its time");
  spin_until(in(2 * millisecond));
  t.fails(ipc::poll(alarm.note), Error::would_block);
  t.equals(t.need(ipc::stop_timer(alarm.timer)), u64{0});
}

void again_and_again(Context& t) {
  t.may_sleep();
  const Alarm alarm{t};
  u64 deadline = now();
  for (int i = 0; i < 100; ++i) {
    deadline += ipc::ticks_in(100 * microsecond);
    t.need(ipc::set_timer(alarm.timer, deadline));
    t.need(ipc::wait(alarm.note));
    t.that(now() >= deadline, "it came before its time");
  }
}

void past_deadlines(Context& t) {
  const Alarm alarm{t};
  for (const u64 deadline : {u64{1}, now() - 1, now()}) {
    t.equals(t.need(ipc::set_timer(alarm.timer, deadline)), u64{0});
    t.succeeds(ipc::poll(alarm.note));
    t.fails(ipc::poll(alarm.note), Error::would_block);
  }
}

void replaced_deadlines(Context& t) {
  t.may_sleep();
  const Alarm alarm{t};
  const u64 far = in(hour);
  const u64 near = in(2 * millisecond);
  t.equals(t.need(ipc::set_timer(alarm.timer, far)), u64{0});
  t.equals(t.need(ipc::set_timer(alarm.timer, far + 1)), far);
  t.equals(t.need(ipc::set_timer(alarm.timer, near)), far + 1);
  t.need(ipc::wait(alarm.note));
  t.that(now() >= near, "it came before its time");
  // From an early deadline to a late one: the early one does not ring.
  const u64 soon = in(millisecond);
  t.need(ipc::set_timer(alarm.timer, soon));
  const u64 replaced = t.need(ipc::set_timer(alarm.timer, far));
  spin_until(soon + ipc::ticks_in(millisecond));
  // 0: it has passed already, and then it has signalled.
  t.that(replaced == soon || replaced == 0, "the reply is the deadline that it replaces");
  t.equals(ipc::poll(alarm.note).error(), replaced == 0 ? Error::none : Error::would_block);
}

void stopped_timers(Context& t) {
  const Alarm alarm{t};
  t.equals(t.need(ipc::stop_timer(alarm.timer)), u64{0});
  const u64 deadline = in(10 * millisecond);
  t.need(ipc::set_timer(alarm.timer, deadline));
  const u64 stopped = t.need(ipc::stop_timer(alarm.timer));
  t.that(stopped == deadline || stopped == 0, "the reply is the deadline that was");
  t.equals(t.need(ipc::stop_timer(alarm.timer)), u64{0});
  spin_until(deadline + ipc::ticks_in(millisecond));
  t.equals(ipc::poll(alarm.note).error(), stopped == 0 ? Error::none : Error::would_block);
}

void the_latest_deadlines(Context& t) {
  // The comparator of the machine must not take them for the past.
  const Alarm alarm{t};
  for (const u64 deadline : {~u64{0}, u64{1} << 63, (u64{1} << 63) - 1, in(hour)}) {
    t.need(ipc::set_timer(alarm.timer, deadline));
    spin_until(in(100 * microsecond));
    t.fails(ipc::poll(alarm.note), Error::would_block);
    t.equals(t.need(ipc::stop_timer(alarm.timer)), deadline);
  }
}

// Leaves of 256 slots, and timers in all of them.
class ManyTimers {
 public:
  static constexpr u64 leaves = 4;
  static constexpr u64 count = 1000;
  static constexpr u64 first_leaf = 900;  // root index

  explicit ManyTimers(Context& t) {
    const auto memory = t.make<ipc::Untyped>(19);
    for (u64 i = 0; i < leaves; ++i) {
      const auto leaf = t.make<ipc::CNode>(abi::leaf_bits);
      t.need(ipc::invoke(root, abi::cnode::Copy{.index = first_leaf + i,
                                                .source = SlotName::own(leaf.at()),
                                                .rights = abi::all_rights}));
      t.need(ipc::invoke(memory, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::timer),
                                                      .size_bits = 0,
                                                      .first = SlotName::in(leaf.at(), 0),
                                                      .count = abi::leaf_slots}));
    }
  }
  ManyTimers(const ManyTimers&) = delete;
  ManyTimers& operator=(const ManyTimers&) = delete;
  ~ManyTimers() {
    for (u64 i = 0; i < leaves; ++i)
      static_cast<void>(ipc::invoke(root, abi::cnode::Delete{.index = first_leaf + i}));
  }

  Cap<ipc::Timer> operator[](u64 i) const {
    return Cap<ipc::Timer>{abi::cap_at(first_leaf + i / abi::leaf_slots, i % abi::leaf_slots)};
  }

 private:
  static constexpr Cap<ipc::CNode> root{abi::root_slot::cspace};
};

void many_fire_in_order(Context& t) {
  // Timer i sets bit i of a long row. Whoever reads the row from its end must find, for each bit
  // that is set, all those before it set, however long it takes to read.
  constexpr u64 words = (ManyTimers::count + 63) / 64;
  const ManyTimers timers{t};
  Cap<ipc::Notification> row[words];
  Cap<ipc::Notification> bit[64];
  for (auto& word : row) {
    word = t.make<ipc::Notification>();
    const u64 first = static_cast<u64>(&word - row) * 64;
    for (u64 i = 0; i < 64 && first + i < ManyTimers::count; ++i) {
      bit[i] = t.mint(word, abi::all_rights, u64{1} << i);
      t.need(ipc::set_target(timers[first + i], bit[i]));
      // What the timer keeps stands below: it must live.
      t.need(ipc::invoke(t.slots().cnode_of(bit[i].at()),
                         abi::cnode::Delete{.index = ipc::index_in_leaf(bit[i].at())}));
      t.slots().release(bit[i].at());
    }
  }
  const u64 step = ipc::ticks_in(20 * microsecond);
  u64 start = 0;
  // On a slow machine some would be due before all are armed: then again, with more time.
  for (u64 delay = 20 * millisecond; now() >= start; delay *= 4) {
    start = in(delay);
    // 7 and 1000 have no common factor: all numbers come, in disorder.
    for (u64 k = 0, i = 3; k < ManyTimers::count; ++k, i = (i + 7 * 41) % ManyTimers::count)
      t.need(ipc::set_timer(timers[i], start + i * step));
    for (const auto word : row) static_cast<void>(ipc::poll(word));
  }

  u64 seen[words] = {};
  u64 fired = 0;
  while (fired < ManyTimers::count) {
    for (u64 word = words; word-- != 0;) {
      const auto bits = ipc::poll(row[word]);
      if (bits.ok()) seen[word] |= *bits;
    }
    u64 last = 0;
    u64 sum = 0;
    for (u64 i = 0; i < ManyTimers::count; ++i) {
      if ((seen[i / 64] >> i % 64 & 1) == 0) continue;
      last = i + 1;
      ++sum;
    }
    if (!t.equals(sum, last)) return;
    if (sum != 0) t.that(now() >= start + (last - 1) * step, "one came before its time");
    t.that(sum >= fired, "a bit that was set was forgotten");
    fired = sum;
  }
}

void many_at_once(Context& t) {
  // More than one interrupt takes; all of them ring, and the alarm goes on after them.
  t.may_sleep();
  const ManyTimers timers{t};
  const auto note = t.make<ipc::Notification>();
  const u64 deadline = in(20 * millisecond);
  for (u64 i = 0; i < 64; ++i) {
    const auto bit = t.mint(note, abi::all_rights, u64{1} << i);
    for (u64 timer = i; timer < ManyTimers::count; timer += 64) {
      t.need(ipc::set_target(timers[timer], bit));
      t.need(ipc::set_timer(timers[timer], deadline));
    }
  }
  u64 bits = 0;
  while (bits != ~u64{0}) bits |= t.need(ipc::wait(note));
  t.that(now() >= deadline, "they came before their time");
  for (u64 i = 0; i < ManyTimers::count; ++i) {
    const u64 left = t.need(ipc::stop_timer(timers[i]));
    t.equals(left, u64{0});
  }
}

void many_deleted_while_armed(Context& t) {
  // In disorder, so that they are taken out everywhere; those that stay ring.
  t.may_sleep();
  const auto note = t.make<ipc::Notification>();
  {
    const ManyTimers timers{t};
    for (u64 i = 0; i < ManyTimers::count; ++i)
      t.need(ipc::set_timer(timers[i], in(hour) + i * 7919 % 1013));
    for (u64 i = 0; i < ManyTimers::count; i += 3)
      t.that(t.need(ipc::stop_timer(timers[i * 7 % 999])) != 0 || i * 7 >= 999, "it was armed");
    t.need(ipc::set_target(timers[500], note));
    t.need(ipc::set_timer(timers[500], in(millisecond)));
    t.need(ipc::wait(note));
  }
}

void deleted_while_armed(Context& t) {
  t.may_sleep();
  const Alarm gone{t};
  const Alarm other{t};
  const u64 deadline = in(millisecond);
  t.need(ipc::set_timer(gone.timer, deadline));
  t.need(ipc::set_timer(other.timer, deadline + 1));
  t.need(t.remove(gone.timer.at()));
  const bool rang = ipc::poll(gone.note).ok();
  t.need(ipc::wait(other.note));
  t.that(rang || !ipc::poll(gone.note).ok(), "it rings although it is gone");
}

void copies_are_one_timer(Context& t) {
  const Alarm alarm{t};
  const auto copy = t.copy(alarm.timer);
  const u64 deadline = in(hour);
  t.need(ipc::set_timer(alarm.timer, deadline));
  t.need(t.remove(alarm.timer.at()));
  t.equals(t.need(ipc::stop_timer(copy)), deadline);
  t.need(ipc::set_timer(copy, 1));
  t.succeeds(ipc::poll(alarm.note));
}

void revoked_notifications(Context& t) {
  const Alarm alarm{t};
  const u64 deadline = in(millisecond);
  t.need(ipc::set_timer(alarm.timer, deadline));
  t.need(t.revoke(alarm.note.at()));
  const bool rang = ipc::poll(alarm.note).ok();
  spin_until(deadline + ipc::ticks_in(millisecond));
  t.that(rang || !ipc::poll(alarm.note).ok(), "it signals through what was revoked");
  t.need(ipc::set_timer(alarm.timer, 1));
  t.fails(ipc::poll(alarm.note), Error::would_block);
  t.need(ipc::set_target(alarm.timer, alarm.note));
  t.need(ipc::set_timer(alarm.timer, 1));
  t.succeeds(ipc::poll(alarm.note));
}

void destroyed_notifications(Context& t) {
  // All capabilities to it go but the timer's own, then that one, by a new one in its place.
  const Alarm alarm{t};
  const auto waits = t.make<ipc::Notification>();
  t.need(t.revoke(alarm.note.at()));
  t.need(ipc::set_target(alarm.timer, alarm.note));
  t.need(t.remove(alarm.note.at()));
  t.need(ipc::set_timer(alarm.timer, 1));
  t.need(ipc::set_timer(alarm.timer, in(100 * microsecond)));
  t.need(ipc::set_target(alarm.timer, waits));
  t.need(ipc::set_timer(alarm.timer, 1));
  t.succeeds(ipc::poll(waits));
}

void reconfigured_timers(Context& t) {
  const Alarm alarm{t};
  const auto other = t.make<ipc::Notification>();
  t.need(ipc::set_timer(alarm.timer, in(hour)));
  t.need(ipc::set_target(alarm.timer, other));
  t.equals(t.identify(other.at()).has_children, u64{1});
  t.need(ipc::set_timer(alarm.timer, 1));
  t.fails(ipc::poll(alarm.note), Error::would_block);
  t.succeeds(ipc::poll(other));
  t.need(ipc::set_target(alarm.timer, Cap<ipc::Notification>{}));
  t.equals(t.identify(other.at()).has_children, u64{0});
  t.need(ipc::set_timer(alarm.timer, 1));
  t.fails(ipc::poll(other), Error::would_block);
}

void rights_are_needed(Context& t) {
  const Alarm alarm{t};
  const auto may_set = t.copy(alarm.timer, abi::timer_right::set);
  const auto may_configure = t.copy(alarm.timer, abi::timer_right::configure);
  t.fails(ipc::set_target(may_set, alarm.note), Error::denied);
  t.fails(ipc::set_timer(may_configure, 1), Error::denied);
  t.succeeds(ipc::set_timer(may_set, in(hour)));
  const auto may_wait = t.copy(alarm.note, abi::notification_right::wait);
  t.fails(ipc::set_target(may_configure, may_wait), Error::denied);
  // A refusal changes nothing: the timer still has its notification.
  t.succeeds(ipc::set_timer(may_set, 1));
  t.succeeds(ipc::poll(alarm.note));
  const auto may_signal = t.copy(alarm.note, abi::notification_right::signal);
  t.succeeds(ipc::set_target(may_configure, may_signal));
}

void bad_arguments(Context& t) {
  const Alarm alarm{t};
  const Cap<ipc::Notification> wrong{t.make<ipc::Endpoint>().at()};
  t.fails(ipc::set_target(alarm.timer, wrong), Error::wrong_object);
  t.fails(ipc::set_target(alarm.timer, Cap<ipc::Notification>{t.slot()}),
          Error::invalid_capability);
  t.fails(ipc::set_target(alarm.timer, Cap<ipc::Notification>{CapPtr{u64{1} << 40}}),
          Error::invalid_capability);
  const CapPtr timer = alarm.timer.at();
  const auto raw = [&](u32 label, u64 words) {
    return sys::call(timer, {}, abi::MessageInfo::make(label, words)).error();
  };
  t.equals(raw(abi::timer::Set::op, 0), Error::bad_argument);
  t.equals(raw(abi::timer::Set::op, 2), Error::bad_argument);
  t.equals(raw(abi::irq_handler::Acknowledge::op, 0), Error::unknown_method);
  t.equals(sys::send(timer, {}, abi::MessageInfo::make(0, 0)).error(), Error::wrong_object);
  t.fails(ipc::signal(Cap<ipc::Notification>{timer}), Error::wrong_object);
  t.fails(t.memory().retype(ObjectType::timer, 7), Error::bad_argument);
}

void bound_notifications(Context& t) {
  t.may_sleep();
  const Alarm alarm{t};
  const auto endpoint = t.make<ipc::Endpoint>();
  ipc::Message got;
  auto body = [&] { got = sys::recv(endpoint); };
  Worker worker{t, body, {.priority = {test_priority.level - 10}}};
  t.need(
      ipc::invoke(worker.thread(), abi::thread::BindNotification{.notification = alarm.note.at()}));
  t.need(ipc::set_timer(alarm.timer, in(millisecond)));
  worker.join();
  t.equals(got.info.kind(), abi::Kind::notification);
}

void a_busy_loop_is_interrupted(Context& t) {
  const Alarm alarm{t};
  u64 rings = 0;
  auto urgent = [&] {
    for (;;) {
      t.need(ipc::wait(alarm.note));
      __atomic_fetch_add(&rings, 1, __ATOMIC_RELAXED);
      t.need(ipc::set_timer(alarm.timer, in(100 * microsecond)));
    }
  };
  Worker worker{t, urgent, {.priority = {test_priority.level + 10}}};
  t.need(ipc::set_timer(alarm.timer, in(100 * microsecond)));
  while (__atomic_load_n(&rings, __ATOMIC_RELAXED) < 50) {
  }
  worker.destroy();
}

void turns_end_in_spite_of_timers(Context& t) {
  // Two threads that never wait, and an alarm that rings much more often than their turns end.
  const Alarm alarm{t};
  bool stop = false;
  u64 counts[2] = {};
  auto spin = [&](u64& count) {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) __atomic_fetch_add(&count, 1, 0);
  };
  auto one = [&] { spin(counts[0]); };
  auto two = [&] { spin(counts[1]); };
  constexpr abi::Priority lower{test_priority.level - 10};
  Worker first{t, one, {.priority = lower}};
  Worker second{t, two, {.priority = lower}};
  u64 changes = 0;
  u64 last = 0;
  u64 before[2] = {};
  while (changes < 6) {
    t.need(ipc::set_timer(alarm.timer, in(200 * microsecond)));
    t.need(ipc::wait(alarm.note));
    for (u64 i = 0; i < 2; ++i) {
      const u64 count = __atomic_load_n(&counts[i], __ATOMIC_RELAXED);
      if (count != before[i] && last != i) {
        ++changes;
        last = i;
      }
      before[i] = count;
    }
  }
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  first.join();
  second.join();
}

void sleepers_use_no_time(Context& t) {
  // What passes while nobody can run is nobody's.
  t.may_sleep();
  const Alarm alarm{t};
  const Cap<ipc::Thread> idle = t.make<ipc::Thread>();
  u64 slept = 0;
  u64 used = 0;
  Cap<ipc::Thread> self = idle;
  auto body = [&] {
    const u64 start = now();
    const u64 before = info_of(t, self).run_time;
    for (int i = 0; i < 20; ++i) {
      t.need(ipc::set_timer(alarm.timer, in(5 * millisecond)));
      t.need(ipc::wait(alarm.note));
    }
    used = info_of(t, self).run_time - before;
    slept = now() - start;
  };
  const auto go = t.make<ipc::Notification>();
  auto whole = [&] {
    t.need(ipc::wait(go));
    body();
  };
  Worker worker{t, whole};
  self = worker.thread();
  t.need(ipc::signal(go));
  worker.join();
  t.that(slept >= 20 * ipc::ticks_in(5 * millisecond), "it slept too little");
  t.that(used < slept, "it is charged for what it slept");
}

constexpr Test table[] = {
    {"timer.once", "a timer signals once, and not before its deadline", fires_once},
    {"timer.again", "a timer can be set a hundred times", again_and_again},
    {"timer.past", "a deadline that has passed is signalled at once", past_deadlines},
    {"timer.replaced", "a new deadline takes the place of the old one", replaced_deadlines},
    {"timer.stopped", "a timer that is stopped does not signal", stopped_timers},
    {"timer.late", "the latest deadlines are not the past", the_latest_deadlines},
    {"timer.order", "a thousand timers that are set in disorder fire in order", many_fire_in_order},
    {"timer.same", "a thousand timers with one deadline all fire", many_at_once},
    {"timer.disorder", "a thousand timers are stopped and deleted in disorder",
     many_deleted_while_armed},
    {"timer.deleted", "a timer that is deleted does not signal", deleted_while_armed},
    {"timer.copies", "copies of a capability are for the same timer", copies_are_one_timer},
    {"timer.revoked", "a timer whose notification is revoked is silent", revoked_notifications},
    {"timer.destroyed", "a timer's notification goes with the timer's own capability to it",
     destroyed_notifications},
    {"timer.reconfigured", "a timer signals its latest notification only", reconfigured_timers},
    {"timer.rights", "configuring and setting need their rights", rights_are_needed},
    {"timer.arguments", "wrong arguments are refused", bad_arguments},
    {"timer.bound", "a timer ends the receive of a thread with a bound notification",
     bound_notifications},
    {"timer.urgent", "a timer wakes a thread out of a lower one's busy loop",
     a_busy_loop_is_interrupted},
    {"timer.turns", "turns end in spite of timers", turns_end_in_spite_of_timers},
    {"timer.idle", "the machine sleeps while all wait, on nobody's time", sleepers_use_no_time},
};

}  // namespace

constinit const kit::Table tests::timer_tests = table;
