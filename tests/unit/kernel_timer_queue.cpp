// SPDX-License-Identifier: MIT
// The queue of armed timers, beside a multiset of the same deadlines.
#include <gtest/gtest.h>
#include <memory>
#include <sched/timer_queue.hpp>
#include <set>
#include <simulated/random.hpp>
#include <simulated/state.hpp>
#include <vector>

namespace {

using namespace simulated;
using kernel::Timer;
using kernel::TimerQueue;

struct TimerQueueTest : testing::Test {
  TimerQueue queue;
  std::vector<std::unique_ptr<Timer>> timers;
  std::multiset<u64> model;

  void make(u64 count) {
    while (timers.size() < count) timers.push_back(std::make_unique<Timer>());
  }
  void arm(Timer& timer, u64 deadline) {
    queue.arm(timer, deadline);
    model.insert(deadline);
  }
  void disarm(Timer& timer) {
    model.erase(model.find(timer.deadline()));
    queue.disarm(timer);
  }
  void compare() {
    queue.check();
    ASSERT_EQ(queue.first() == nullptr, model.empty());
    if (!model.empty()) {
      ASSERT_EQ(queue.first()->deadline(), *model.begin());
    }
  }
  void drain() {
    while (queue.first() != nullptr) {
      disarm(*queue.first());
      compare();
    }
    EXPECT_TRUE(model.empty());
  }
};

TEST_F(TimerQueueTest, AnEmptyQueueHasNoFirst) {
  EXPECT_EQ(queue.first(), nullptr);
  queue.check();
}

TEST_F(TimerQueueTest, TimersComeOutInTheOrderOfTheirDeadlines) {
  make(200);
  for (u64 i = 0; i < 200; ++i) {
    arm(*timers[i], 1 + i * 37 % 101);  // many of them twice
    compare();
  }
  drain();
}

TEST_F(TimerQueueTest, RowsThatRiseOrFallAreNoTrouble) {
  make(1000);
  for (u64 i = 0; i < 1000; ++i) arm(*timers[i], 1 + i);
  compare();
  for (u64 i = 0; i < 1000; i += 2) disarm(*timers[i]);
  compare();
  drain();
  for (u64 i = 0; i < 1000; ++i) arm(*timers[i], 1000 - i);
  compare();
  for (u64 i = 1; i < 1000; i += 2) disarm(*timers[i]);
  compare();
  drain();
}

TEST_F(TimerQueueTest, ATimerKnowsWhetherItIsArmed) {
  make(1);
  EXPECT_FALSE(timers[0]->is_armed());
  arm(*timers[0], 5);
  EXPECT_TRUE(timers[0]->is_armed());
  EXPECT_EQ(timers[0]->deadline(), 5U);
  EXPECT_THROW(queue.arm(*timers[0], 6), Panic);
  disarm(*timers[0]);
  EXPECT_FALSE(timers[0]->is_armed());
  EXPECT_THROW(queue.disarm(*timers[0]), Panic);
}

TEST_F(TimerQueueTest, RandomOperationsAgreeWithAMultiset) {
  constexpr u64 count = 300;
  make(count);
  std::mt19937_64 random{seed_or(7)};
  for (u64 step = 0; step < scaled(30'000); ++step) {
    Timer& timer = *timers[random() % count];
    // Phases in which the queue grows, and in which it shrinks.
    const bool grows = step / 1000 % 2 == 0;
    if (!timer.is_armed()) {
      if (grows || random() % 4 == 0) arm(timer, 1 + random() % (step % 3 == 0 ? 10 : 100'000));
    } else if (!grows || random() % 4 == 0) {
      disarm(random() % 3 == 0 ? *queue.first() : timer);
    }
    compare();
  }
  drain();
}

}  // namespace
