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

// A passive server that answers each call with reply_recv, and counts what it was woken by.
struct CountingServer {
  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Reply> reply;
  u64 calls = 0;
  u64 others = 0;

  void operator()() {
    ipc::Message message = sys::recv(endpoint, reply);
    while (!message.is_error()) {
      add(message.info.kind() == abi::Kind::call ? calls : others);
      message = sys::reply_recv(endpoint, {message.words[0] + 1}, abi::MessageInfo::make(0, 1));
    }
  }
};

void nothing_runs_a_passive_server_but_calls(Context& t) {
  CountingServer server{t.make<ipc::Endpoint>(), t.make<ipc::Reply>()};
  const auto note = t.make<ipc::Notification>();
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  t.need(ipc::invoke(worker.thread(), abi::thread::BindNotification{note.at()}));
  t.succeeds(worker.release_time());
  const auto call = [&](u64 word) {
    return sys::call(server.endpoint.at(), {word}, abi::MessageInfo::make(0, 1)).words[0];
  };
  const auto info = abi::MessageInfo::make(0, 1);
  for (u64 round = 0; round < 3; ++round) {
    // A message that lends no time is refused; the server goes on taking calls.
    t.fails(sys::send(server.endpoint.at(), {1}, info), Error::not_supported);
    t.fails(sys::try_send(server.endpoint.at(), {1}, info), Error::not_supported);
    t.succeeds(ipc::signal(note));
    t.equals(worker.state(), abi::thread::State::receiving);
    t.equals(call(round), round + 1);
  }
  t.equals(server.calls, u64{3});
  t.equals(server.others, u64{0});
  // So is one from another thread.
  auto sender = [&] { t.fails(sys::send(server.endpoint.at(), {1}, info), Error::not_supported); };
  Worker other{t, sender};
  other.join();
  t.equals(call(7), u64{8});
}

void bits_wait_for_time(Context& t) {
  // The server looks at its notification while it works on a caller's time.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto note = t.make<ipc::Notification>();
  const auto bit = t.mint(note, abi::notification_right::signal, 4);
  auto body = [&] {
    sys::recv(endpoint, reply);
    for (;;) {
      const auto bits = ipc::poll(note);
      sys::reply_recv(endpoint, {bits.ok() ? *bits : 0}, abi::MessageInfo::make(0, 1));
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  t.need(ipc::invoke(server.thread(), abi::thread::BindNotification{note.at()}));
  t.succeeds(server.release_time());
  const auto call = [&] {
    return sys::call(endpoint.at(), {}, abi::MessageInfo::make(0, 0)).words[0];
  };
  t.equals(call(), u64{0});
  t.succeeds(ipc::signal(bit));
  t.equals(call(), u64{4});
  t.equals(call(), u64{0});
}

void a_passive_server_cannot_stop_itself(Context& t) {
  // Answers that would take its time and leave it in the middle of its code are refused.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Error sent = Error::none;
  Error tried = Error::none;
  auto body = [&] {
    sys::recv(endpoint, reply);
    for (;;) {
      const auto info = abi::MessageInfo::make(0, 1);
      sent = sys::send(reply.at(), {1}, info).error();
      tried = sys::try_reply_recv(endpoint, {2}, info).error();
      sys::reply_recv(endpoint, {3}, info);
    }
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), abi::thread::State::receiving);
  t.succeeds(server.release_time());
  for (int i = 0; i < 3; ++i) {
    t.equals(sys::call(endpoint.at(), {}, abi::MessageInfo::make(0, 0)).words[0], u64{3});
    t.equals(sent, Error::not_supported);
    t.equals(tried, Error::not_supported);
    t.equals(server.state(), abi::thread::State::receiving);
  }
}

void time_is_released_at_rest(Context& t) {
  auto waits = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, waits};
  t.fails(worker.release_time(), Error::busy);
  wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  t.fails(worker.release_time(), Error::busy);
  t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  const auto weak = t.copy(worker.thread(), abi::Rights{0xff & ~abi::thread_right::configure.bits});
  t.fails(ipc::invoke(weak, abi::thread::ReleaseTime{}), Error::denied);
  t.succeeds(worker.release_time());
  t.succeeds(worker.release_time());
  t.equals(info_of(t, worker.thread()).run_time, u64{0});
  // A thread that has none can be resumed, and stands still.
  t.need(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  for (int i = 0; i < 10; ++i) ipc::yield();
  t.equals(worker.state(), abi::thread::State::ready);
  t.that(!worker.is_done(), "it does not run");
}

void loans_have_a_depth(Context& t) {
  // Each passive server calls the next; the seventeenth would be too deep.
  constexpr u64 most = 16;
  constexpr u64 count = most + 1;
  struct Link {
    Cap<ipc::Endpoint> own;
    Cap<ipc::Endpoint> next;
    Cap<ipc::Reply> reply;
    Error refused = Error::none;

    void operator()() {
      ipc::Message message = sys::recv(own, reply);
      for (;;) {
        u64 depth = message.words[0] + 1;
        if (next) {
          const auto answer = sys::call(next.at(), {depth}, abi::MessageInfo::make(0, 1));
          refused = answer.error();
          if (refused == Error::none) depth = answer.words[0];
        }
        message = sys::reply_recv(own, {depth}, abi::MessageInfo::make(0, 1));
      }
    }
  };
  Link links[count];
  alignas(Worker) std::byte storage[count][sizeof(Worker)];
  Worker* workers[count] = {};
  for (u64 i = count; i-- != 0;) {
    links[i].own = t.make<ipc::Endpoint>();
    links[i].reply = t.make<ipc::Reply>();
    if (i != count - 1) links[i].next = links[i + 1].own;
    workers[i] = new (storage[i]) Worker{t, links[i]};
    wait_for_state(t, workers[i]->thread(), abi::thread::State::receiving);
    t.succeeds(workers[i]->release_time());
  }
  for (int round = 0; round < 3; ++round) {
    const auto answer = sys::call(links[0].own.at(), {0}, abi::MessageInfo::make(0, 1));
    t.equals(answer.words[0], most);
    t.equals(links[most - 1].refused, Error::not_supported);
    t.equals(links[most - 2].refused, Error::none);
  }
  // From one further on the last is reached.
  t.equals(sys::call(links[1].own.at(), {0}, abi::MessageInfo::make(0, 1)).words[0], most);
  t.equals(links[most - 1].refused, Error::none);
  for (Worker* worker : workers) worker->~Worker();
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
    {"scheduling.no_loan", "nothing makes a passive server run but a call",
     nothing_runs_a_passive_server_but_calls},
    {"scheduling.bits", "bits for a passive server wait until it looks for them",
     bits_wait_for_time},
    {"scheduling.own_end", "a passive server cannot take its own time away in the middle",
     a_passive_server_cannot_stop_itself},
    {"scheduling.release", "time is released by a thread that receives or has stopped",
     time_is_released_at_rest},
    {"scheduling.depth", "time is lent on sixteen times", loans_have_a_depth},
    {"scheduling.chain", "time is lent on, and comes home", chains_of_loans},
};

}  // namespace

constinit const kit::Table tests::scheduling_tests = table;
