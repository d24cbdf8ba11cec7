// SPDX-License-Identifier: MIT
// Who runs: the highest priority, and among equals each in turn.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Priority;
namespace sys = ipc::sys;

constexpr Priority lower{test_priority.level - 10};
constexpr Priority higher{test_priority.level + 10};

// Counter ticks: a slice of 5 ms at 62.5 MHz. Nothing here depends on how long anything takes: a
// machine that stands still for a while must not fail a test.
constexpr u64 one_slice = 312'500;
constexpr u64 patience = 2'000 * one_slice;

u64 load(const u64& value) { return __atomic_load_n(&value, __ATOMIC_RELAXED); }
void add(u64& value) { __atomic_fetch_add(&value, 1, __ATOMIC_RELAXED); }

void spin_for(u64 ticks) {
  const u64 start = ipc::machine::counter();
  while (ipc::machine::counter() - start < ticks) {
  }
}

// Spins until the number has changed; false if that does not happen.
bool spin_until_changed(const u64& value, u64 from) {
  const u64 start = ipc::machine::counter();
  while (load(value) == from)
    if (ipc::machine::counter() - start > patience) return false;
  return true;
}

void higher_ones_run_at_once(Context& t) {
  bool ran = false;
  auto body = [&] { ran = true; };
  Worker worker{t, body, {.priority = higher}};
  t.that(ran, "it ran before its start returned");
  worker.join();
}

void lower_ones_wait(Context& t) {
  u64 count = 0;
  auto body = [&] {
    for (;;) add(count);
  };
  Worker worker{t, body, {.priority = lower}};
  spin_for(3 * one_slice);
  ipc::yield();
  t.equals(load(count), u64{0});
}

void lower_ones_run_when_all_wait(Context& t) {
  u64 count = 0;
  auto body = [&] { add(count); };
  Worker worker{t, body, {.priority = lower}};
  t.equals(load(count), u64{0});
  worker.join();
  t.equals(load(count), u64{1});
}

void wake_ups_preempt(Context& t) {
  const auto note = t.make<ipc::Notification>();
  bool ran = false;
  auto body = [&] {
    static_cast<void>(ipc::wait(note));
    ran = true;
  };
  Worker worker{t, body, {.priority = higher}};
  t.that(!ran, "it waits");
  t.succeeds(ipc::signal(note));
  t.that(ran, "it ran before the signal returned");
}

void equals_take_turns(Context& t) {
  // Without a system call in either: only the timer changes turns.
  u64 count = 0;
  bool stop = false;
  auto body = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) add(count);
  };
  Worker worker{t, body};
  t.that(spin_until_changed(count, 0), "the other had a turn");
  t.that(spin_until_changed(count, load(count)), "and another");
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  worker.join();
}

void turns_are_fair(Context& t) {
  // Three spinners, without a system call: who runs after somebody else did has had a turn.
  constexpr u64 all_turns = 30;
  u64 turns[3] = {};
  u64 last = 3;
  auto spinner = [&](u64 i) {
    while (load(turns[0]) + load(turns[1]) + load(turns[2]) < all_turns) {
      if (load(last) == i) continue;
      __atomic_store_n(&last, i, __ATOMIC_RELAXED);
      add(turns[i]);
    }
  };
  auto first = [&] { spinner(0); };
  auto second = [&] { spinner(1); };
  auto third = [&] { spinner(2); };
  Worker a{t, first, {.priority = lower}};
  Worker b{t, second, {.priority = lower}};
  Worker c{t, third, {.priority = lower}};
  a.join();
  b.join();
  c.join();
  for (const u64 mine : turns) t.that(mine >= all_turns / 3 - 2, "the turns are not even");
}

void yields_pass_the_turn(Context& t) {
  // Strict alternation, as long as no slice ends in between.
  u64 order[20] = {};
  u64 next = 0;
  auto log = [&](u64 who) {
    for (int i = 0; i < 8; ++i) {
      if (next < 20) order[next++] = who;
      ipc::yield();
    }
  };
  auto first = [&] { log(1); };
  auto second = [&] { log(2); };
  Worker a{t, first, {.priority = lower}};
  Worker b{t, second, {.priority = lower}};
  a.join();
  b.join();
  u64 changes = 0;
  for (u64 i = 1; i < 16; ++i)
    if (order[i] != order[i - 1]) ++changes;
  t.that(changes >= 12, "yield lets the other run");
}

void yielding_alone_goes_on(Context& t) {
  for (int i = 0; i < 1000; ++i) ipc::yield();
  t.that(true, "it comes back");
}

void priorities_change_while_running(Context& t) {
  u64 count = 0;
  auto body = [&] {
    for (;;) add(count);
  };
  Worker worker{t, body, {.priority = lower}};
  const auto set = [&](Priority priority) {
    t.succeeds(ipc::invoke(worker.thread(), abi::thread::SetPriority{priority}));
  };
  spin_for(2 * one_slice);
  t.equals(load(count), u64{0});
  set(test_priority);
  t.that(spin_until_changed(count, 0), "as an equal it runs");
  set(lower);
  const u64 before = load(count);
  spin_for(4 * one_slice);
  t.equals(load(count), before);
}

void queues_keep_their_order_of_priority(Context& t) {
  // A waiter of higher priority runs first when both become ready.
  const auto gate = t.make<ipc::Notification>();
  const auto other_gate = t.make<ipc::Notification>();
  u64 order[2] = {};
  u64 next = 0;
  auto low = [&] {
    static_cast<void>(ipc::wait(gate));
    order[next++] = 1;
  };
  auto high = [&] {
    static_cast<void>(ipc::wait(other_gate));
    order[next++] = 2;
  };
  Worker a{t, low, {.priority = Priority{lower.level - 5}}};
  Worker b{t, high, {.priority = lower}};
  auto idle = [] {};
  Worker c{t, idle, {.priority = Priority{lower.level - 10}}};
  c.join();  // both wait at their gates when this one has run
  t.succeeds(ipc::signal(gate));
  t.succeeds(ipc::signal(other_gate));
  a.join();
  b.join();
  t.equals(order[0], u64{2});
  t.equals(order[1], u64{1});
}

// A server without time of its own.
void passive_servers_run_on_their_callers(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  u64 served = 0;
  auto body = [&] {
    ipc::Message message = sys::recv(endpoint, reply);
    while (!message.is_error()) {
      ++served;
      message = sys::reply_recv(endpoint, {message.words[0] + 1}, abi::MessageInfo::make(0, 1));
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  server.take_time();
  for (u64 i = 0; i < 10; ++i)
    t.equals(sys::call(endpoint.at(), {i}, abi::MessageInfo::make(0, 1)).words[0], i + 1);
  t.equals(served, u64{10});
  t.equals(server.state(), abi::thread::State::receiving);
}

void lent_time_goes_home_with_the_caller(Context& t) {
  // The caller dies while its server works: the server stands still from then on.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  u64 work = 0;
  auto body = [&] {
    sys::recv(endpoint, reply);
    for (;;) {
      add(work);
      ipc::yield();
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  server.take_time();
  auto client = [&] { sys::call(endpoint.at(), {1}, abi::MessageInfo::make(0, 1)); };
  Worker doomed{t, client};
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.equals(doomed.state(), abi::thread::State::replying);
  t.that(load(work) != 0, "the server works");
  doomed.destroy();
  const u64 before = load(work);
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.equals(load(work), before);
}

// A passive server that answers in the way that the request asks for. Once it has answered whoever
// lent it time, it has none to do anything else with; so that comes last, with reply_recv.
enum class Way : u64 { long_answer, other_thread, two_replies, plain };

struct PassiveServer {
  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Reply> reply;
  Cap<ipc::Reply> second_reply;
  Cap<ipc::Notification> helper;

  void operator()() {
    ipc::Message message = sys::recv(endpoint, reply);
    while (!message.is_error()) message = answer(static_cast<Way>(message.words[0]));
  }

  ipc::Message answer(Way way) {
    const ipc::Words words{static_cast<u64>(way) + 100};
    const auto info = abi::MessageInfo::make(0, 1);
    switch (way) {
      case Way::long_answer: return sys::reply_recv(endpoint, words, abi::MessageInfo::make(0, 20));
      case Way::other_thread:
        static_cast<void>(ipc::signal(helper));
        return sys::recv(endpoint, second_reply);
      case Way::two_replies:
        // Receives another call while it owes this one, and answers both.
        sys::recv(endpoint, reply);
        sys::send(second_reply.at(), words, info);
        return sys::reply_recv(endpoint, words, info);
      case Way::plain: return sys::reply_recv(endpoint, words, info);
    }
    return {};
  }
};

void lent_time_comes_home_with_every_answer(Context& t) {
  PassiveServer server{t.make<ipc::Endpoint>(), t.make<ipc::Reply>(), t.make<ipc::Reply>(),
                       t.make<ipc::Notification>()};
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  worker.take_time();
  auto helper = [&] {
    static_cast<void>(ipc::wait(server.helper));
    sys::send(server.reply.at(), {101}, abi::MessageInfo::make(0, 1));
  };
  Worker other{t, helper};
  const auto call = [&](Way way) {
    return sys::call(server.endpoint.at(), {static_cast<u64>(way)}, abi::MessageInfo::make(0, 1));
  };
  t.equals(call(Way::plain).words[0], u64{103});
  t.equals(call(Way::long_answer).words[0], u64{100});
  t.equals(call(Way::other_thread).words[0], u64{101});
  other.join();
  // From here on the server receives with its second Reply, and our time is at home while we wait.
  ipc::Message second;
  auto client = [&] { second = call(Way::plain); };
  Worker waiter{t, client, {.priority = lower}};
  t.equals(call(Way::two_replies).words[0], u64{102});
  waiter.join();
  t.equals(second.words[0], u64{102});
}

void lent_time_comes_home_when_the_server_dies(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto never = t.fixture().never;
  auto body = [&] {
    sys::recv(endpoint, reply);
    static_cast<void>(ipc::wait(never));
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  server.take_time();
  Error seen = Error::none;
  auto client = [&] { seen = sys::call(endpoint.at(), {}, abi::MessageInfo::make(0, 0)).error(); };
  Worker caller{t, client};
  wait_for_state(t, server.thread(), abi::thread::State::waiting);
  server.destroy();
  caller.join();
  t.equals(seen, Error::gone);
}

void lent_time_comes_home_when_the_call_is_cancelled(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  u64 work = 0;
  auto body = [&] {
    sys::recv(endpoint, reply);
    for (;;) {
      add(work);
      ipc::yield();
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  server.take_time();
  Error seen = Error::none;
  auto client = [&] { seen = sys::call(endpoint.at(), {}, abi::MessageInfo::make(0, 0)).error(); };
  Worker caller{t, client};
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.need(ipc::invoke(caller.thread(), abi::thread::Suspend{}));
  const u64 before = load(work);
  t.that(before != 0, "the server has worked");
  t.need(ipc::invoke(caller.thread(), abi::thread::Resume{}));
  caller.join();
  t.equals(seen, Error::cancelled);
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.equals(load(work), before);
}

void servers_without_time_wait_for_it(Context& t) {
  // A message that nobody lends time with does not make a passive server run.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  u64 got = 0;
  auto body = [&] {
    for (;;) {
      const ipc::Message message = sys::recv(endpoint, reply);
      got += message.words[0];
      if (message.info.kind() == abi::Kind::call)
        sys::send(reply.at(), {}, abi::MessageInfo::make(0, 0));
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  server.take_time();
  t.succeeds(sys::send(endpoint.at(), {1}, abi::MessageInfo::make(0, 1)));
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.equals(load(got), u64{0});
}

void chains_of_loans(Context& t) {
  // A passive server calls another; both work on the first caller's time, which comes home.
  const auto front = t.make<ipc::Endpoint>();
  const auto back = t.make<ipc::Endpoint>();
  const auto front_reply = t.make<ipc::Reply>();
  const auto back_reply = t.make<ipc::Reply>();
  auto front_body = [&] {
    ipc::Message message = sys::recv(front, front_reply);
    for (;;) {
      message = sys::call(back.at(), {message.words[0] + 1}, abi::MessageInfo::make(0, 1));
      message = sys::reply_recv(front, {message.words[0] + 1}, abi::MessageInfo::make(0, 1));
    }
  };
  auto back_body = [&] {
    ipc::Message message = sys::recv(back, back_reply);
    for (;;) message = sys::reply_recv(back, {message.words[0] * 10}, abi::MessageInfo::make(0, 1));
  };
  Worker a{t, front_body};
  Worker b{t, back_body};
  wait_for_state(t, a.thread(), abi::thread::State::receiving);
  wait_for_state(t, b.thread(), abi::thread::State::receiving);
  a.take_time();
  b.take_time();
  for (u64 i = 0; i < 20; ++i) {
    const auto answer = sys::call(front.at(), {i}, abi::MessageInfo::make(0, 1));
    t.equals(answer.words[0], (i + 1) * 10 + 1);
  }
  // One that dies in the middle gives the time back too.
  b.destroy();
  t.need(t.remove(back.at()));
  t.equals(sys::call(front.at(), {1}, abi::MessageInfo::make(0, 1)).info.kind(), abi::Kind::reply);
}

constexpr Test table[] = {
    {"scheduling.higher", "a higher priority runs at once", higher_ones_run_at_once},
    {"scheduling.lower", "a lower priority waits", lower_ones_wait},
    {"scheduling.idle", "a lower priority runs when all others wait", lower_ones_run_when_all_wait},
    {"scheduling.preempt", "waking a higher priority preempts", wake_ups_preempt},
    {"scheduling.slices", "equal priorities take turns by the timer", equals_take_turns},
    {"scheduling.fair", "turns are even", turns_are_fair},
    {"scheduling.yield", "yield passes the turn on", yields_pass_the_turn},
    {"scheduling.yield_alone", "yield without others comes back", yielding_alone_goes_on},
    {"scheduling.change", "a changed priority counts at once", priorities_change_while_running},
    {"scheduling.order", "of two that wake, the higher runs first",
     queues_keep_their_order_of_priority},
    {"scheduling.passive", "a server without time runs on its caller's",
     passive_servers_run_on_their_callers},
    {"scheduling.loan", "lent time goes home when the caller dies",
     lent_time_goes_home_with_the_caller},
    {"scheduling.loan_home", "lent time comes home with every way of answering",
     lent_time_comes_home_with_every_answer},
    {"scheduling.loan_dead", "lent time comes home when the server dies",
     lent_time_comes_home_when_the_server_dies},
    {"scheduling.loan_cancelled", "lent time comes home when the call is cancelled",
     lent_time_comes_home_when_the_call_is_cancelled},
    {"scheduling.no_loan", "a server without time does not run on a message alone",
     servers_without_time_wait_for_it},
    {"scheduling.chain", "time is lent on, and comes home", chains_of_loans},
};

}  // namespace

constinit const kit::Table tests::scheduling_tests = table;
