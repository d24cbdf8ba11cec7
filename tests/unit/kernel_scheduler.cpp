// SPDX-License-Identifier: MIT
// Who runs: priorities, turns, budgets, over a counter that the test moves.
#include <deque>
#include <gtest/gtest.h>
#include <simulated/random.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct SchedulerTest : testing::Test {
  World world;
  kernel::Scheduler& scheduler = kernel::core.scheduler;

  Thread* current() { return scheduler.current(); }
  u64 budget_of(const Actor& actor) {
    return world.object<kernel::SchedContext>(actor.time).budget;
  }
  void yield(const Actor& actor) { world.trap(*actor.thread, Syscall::yield, {}); }
};

TEST_F(SchedulerTest, TheHighestPriorityRunsAndEqualsWaitForTheirTurn) {
  const Actor low = world.make_actor({.priority = 10});
  EXPECT_EQ(current(), &world.root());
  const Actor high = world.make_actor({.priority = 200});
  EXPECT_EQ(current(), high.thread);
  yield(high);
  EXPECT_EQ(current(), high.thread) << "nobody is equal";
  ASSERT_TRUE(world.invoke(high.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(current(), &world.root());
  EXPECT_EQ(low.thread->state, ThreadState::ready);
}

TEST_F(SchedulerTest, EqualsTakeTurnsInOrder) {
  std::vector<Actor> equals;
  for (int i = 0; i < 4; ++i) equals.push_back(world.make_actor({.priority = 150}));
  for (int round = 0; round < 3; ++round) {
    for (const Actor& actor : equals) {
      EXPECT_EQ(current(), actor.thread);
      yield(actor);
    }
  }
}

TEST_F(SchedulerTest, ATurnEndsWhenItsBudgetIsUsedUpAndNotBefore) {
  const Actor first = world.make_actor({.priority = 150});
  const Actor second = world.make_actor({.priority = 150});
  ASSERT_EQ(current(), first.thread);
  const u64 end = machine.alarm;
  EXPECT_LE(end - machine.now, budget_of(first));
  machine.pending_interrupt = static_cast<u32>(kernel::core.machine.timer_interrupt);
  machine.now = end - 1000;
  world.ring_alarm();
  machine.now = std::max(machine.now, machine.alarm);
  world.ring_alarm();
  EXPECT_EQ(current(), second.thread);
  world.ring_alarm();
  EXPECT_EQ(current(), first.thread);
}

TEST_F(SchedulerTest, WhoeverIsPushedAsideKeepsWhatIsLeftOfItsTurn) {
  const Actor first = world.make_actor({.priority = 150});
  static_cast<void>(world.make_actor({.priority = 150}));
  ASSERT_EQ(current(), first.thread);
  const u64 end = machine.alarm;
  const Actor urgent = world.make_actor({.priority = 200});
  EXPECT_EQ(current(), urgent.thread);
  machine.now += 1'000;
  ASSERT_TRUE(world.invoke(*urgent.thread, urgent.cap, abi::thread::Suspend{}).ok());
  EXPECT_EQ(current(), first.thread) << "and its place";
  EXPECT_LE(machine.alarm, end + 100'000) << "not a whole turn again";
}

TEST_F(SchedulerTest, AUsedUpTurnThatACallComesBackToEndsAtOnce) {
  world.fast_path = true;
  const CapPtr endpoint = world.make(ObjectType::endpoint);
  const Actor server = world.make_actor({.priority = 150});
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  const Actor client = world.make_actor({.priority = 150});
  const Actor equal = world.make_actor({.priority = 150});
  auto& time = world.object<kernel::SchedContext>(server.time);
  time.left = 0;  // the counter passed the end of its turn while it was in the kernel
  const u64 fast_calls = world.fast_calls;
  world.trap(*client.thread, Syscall::call, endpoint);
  ASSERT_EQ(world.fast_calls, fast_calls + 1);
  EXPECT_EQ(current(), server.thread);
  EXPECT_LE(machine.alarm, machine.now);
  world.ring_alarm();
  EXPECT_EQ(current(), equal.thread) << "whoever has used up its turn goes behind its equals";
  EXPECT_EQ(time.left, time.budget);
  world.ring_alarm();
  EXPECT_EQ(current(), server.thread);
}

TEST_F(SchedulerTest, AUsedUpTurnDoesNotBeginAgainInFrontOfEquals) {
  // It wakes somebody above in the last instant of its turn, and is pushed aside after the end.
  const CapPtr note = world.make(ObjectType::notification);
  const Actor first = world.make_actor({.priority = 150});
  const Actor equal = world.make_actor({.priority = 150});
  const Actor above = world.make_actor({.priority = 200});
  world.trap(*above.thread, Syscall::wait, note);
  ASSERT_EQ(current(), first.thread);
  machine.now += budget_of(first) + 1'000;
  world.trap(*first.thread, Syscall::signal, note);
  ASSERT_EQ(current(), above.thread);
  world.trap(*above.thread, Syscall::wait, note);
  if (current() == first.thread) world.ring_alarm();
  EXPECT_EQ(current(), equal.thread);
}

TEST_F(SchedulerTest, RunTimeIsWhatTheCounterSays) {
  const Actor actor = world.make_actor({.priority = 150});
  const auto used = [&] { return world.invoke(actor.cap, abi::thread::Info{})->run_time; };
  world.schedule(*actor.thread);
  const u64 before = used();
  world.schedule(*actor.thread);
  machine.now += 12'345;
  const u64 difference = used() - before;
  EXPECT_GE(difference, 12'345U);
  EXPECT_LE(difference, 12'345U + 1'000);
}

TEST_F(SchedulerTest, ABudgetHasLimits) {
  const Actor actor = world.make_actor();
  const auto configure = [&](u64 budget) {
    return world.invoke(actor.time, abi::sched_context::Configure{budget}).error();
  };
  EXPECT_EQ(configure(abi::sched_context::min_budget - 1), Error::out_of_range);
  EXPECT_EQ(configure(abi::sched_context::max_budget + 1), Error::out_of_range);
  EXPECT_EQ(configure(~u64{0}), Error::out_of_range);
  EXPECT_EQ(configure(1'000'000), Error::none);
  EXPECT_EQ(budget_of(actor), 62'500U) << "1 ms at 62.5 MHz";
  EXPECT_EQ(configure(abi::sched_context::max_budget), Error::none);
  EXPECT_EQ(budget_of(actor), 625'000'000U);
}

TEST_F(SchedulerTest, APriorityChangesAtOnceAndHasALimit) {
  const Actor actor = world.make_actor({.priority = 10});
  ASSERT_TRUE(world.invoke(actor.cap, abi::thread::SetPriority{{255}}).ok());
  EXPECT_EQ(current(), actor.thread);
  ASSERT_TRUE(world.invoke(*actor.thread, actor.cap, abi::thread::SetPriority{{0}}).ok());
  EXPECT_EQ(current(), &world.root());
  EXPECT_EQ(world.invoke(actor.cap, abi::thread::SetPriority{{256}}).error(), Error::out_of_range);
}

// A model of it: queues by priority, each thread ready or suspended.
struct PlainModel {
  std::map<u64, std::deque<Thread*>> queues;
  std::map<Thread*, u64> priority;
  Thread* running = nullptr;

  // The thread that runs stands in no queue; who is pushed aside comes back to the front.
  void settle() {
    Thread* best = nullptr;
    for (auto& [level, queue] : queues)
      if (!queue.empty()) best = queue.front();
    if (running != nullptr && (best == nullptr || priority[best] <= priority[running])) return;
    if (running != nullptr) queues[priority[running]].push_front(running);
    running = best;
    if (best != nullptr) queues[priority[best]].pop_front();
  }
  void take_out(Thread* thread) {
    if (thread == running) running = nullptr;
    std::erase(queues[priority[thread]], thread);
  }
};

TEST_F(SchedulerTest, RandomReadinessPrioritiesAndYieldsFollowThePlainModel) {
  world.audits = false;
  std::mt19937_64 random{seed_or(1)};
  std::vector<Actor> actors;
  PlainModel model;
  auto& [queues, priority, running] = model;
  for (int i = 0; i < 8; ++i) {
    actors.push_back(world.make_actor({.priority = 0}));
    scheduler.withdraw(*actors.back().thread);
    actors.back().thread->state = ThreadState::suspended;
    priority[actors.back().thread] = 0;
  }
  scheduler.withdraw(world.root());
  world.root().state = ThreadState::suspended;
  for (u64 i = 0; i < scaled(50'000); ++i) {
    Thread* thread = actors[random() % actors.size()].thread;
    const bool is_ready = thread->state == ThreadState::ready;
    switch (random() % 4) {
      case 0:
        if (is_ready) break;
        scheduler.make_ready(*thread);
        queues[priority[thread]].push_back(thread);
        break;
      case 1:
        if (!is_ready) break;
        scheduler.withdraw(*thread);
        thread->state = ThreadState::suspended;
        model.take_out(thread);
        break;
      case 2: {
        const u64 level = random() % 5 * 60;
        const bool queued = is_ready && thread != running;
        if (queued) model.take_out(thread);
        scheduler.set_priority(*thread, {level});
        priority[thread] = level;
        if (queued) queues[level].push_back(thread);
        break;
      }
      default:
        if (running == nullptr) break;
        scheduler.yield();
        queues[priority[running]].push_back(running);
        running = nullptr;
        break;
    }
    model.settle();
    ASSERT_EQ(scheduler.choose(), running) << i;
    if (i % 64 == 0) scheduler.check();
  }
}

}  // namespace
