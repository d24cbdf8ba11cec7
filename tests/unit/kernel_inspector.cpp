// SPDX-License-Identifier: MIT
// The Inspector on the simulated machine: interrupted walks, and tracing that takes the fast path
// away.
#include <abi/object/inspector.hpp>
#include <gtest/gtest.h>
#include <map>
#include <simulated/audit.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
namespace inspector = abi::inspector;

struct InspectorTest : testing::Test {
  World world{{.fast_path = true}};

  template <abi::Request R>
  abi::Result<typename R::Reply> ask(const R& request) {
    return world.invoke(root_slot::inspector, request);
  }

  // How often each slot was visited in one walk.
  std::map<u64, u64> walk() {
    std::map<u64, u64> visits;
    EXPECT_TRUE(ask(inspector::Rewind{}).ok());
    for (;;) {
      const auto next = ask(inspector::Next{});
      if (!next.ok()) {
        EXPECT_EQ(next.error(), Error::not_found);
        return visits;
      }
      ++visits[next->capability.slot.value()];
    }
  }
};

TEST_F(InspectorTest, AWalkVisitsEverySlotThatAnAuditFinds) {
  for (int i = 0; i < 5; ++i) world.make_actor();
  world.mint(world.make(ObjectType::endpoint), abi::all_rights, 7);
  const auto visits = walk();
  for (const auto& [slot, count] : visits) EXPECT_EQ(count, 1U) << slot;
  EXPECT_EQ(visits.size(), Audit{world.root()}.slot_count());
}

TEST_F(InspectorTest, AnInterruptedWalkGoesOn) {
  CapPtr last = world.make(ObjectType::endpoint);
  const u64 before = walk().size();
  for (int i = 0; i < 300; ++i) last = world.mint(last, abi::all_rights);
  machine.interrupts = Interrupts::always;
  const auto visits = walk();
  machine.interrupts = Interrupts::never;
  EXPECT_EQ(visits.size(), before + 300);
}

TEST_F(InspectorTest, TracingEverythingTakesTheFastPathAway) {
  const CapPtr endpoint = world.make(ObjectType::endpoint);
  const Actor server = world.make_actor();
  world.trap(*server.thread, Syscall::recv, endpoint, {}, server.reply);
  const auto exchange = [&] {
    const u64 before = world.fast_calls;
    world.begin(world.root(), static_cast<u32>(Syscall::call), endpoint, {.words = {5}});
    EXPECT_EQ(World::outcome(*server.thread).words[0], 5U);
    world.trap(*server.thread, Syscall::reply_recv, endpoint, {.words = {6}});
    EXPECT_EQ(World::outcome(world.root()).words[0], 6U);
    return world.fast_calls - before;
  };
  EXPECT_EQ(exchange(), 2U);
  const auto mode = ask(inspector::Trace{inspector::TraceMode::everything});
  ASSERT_TRUE(mode.ok());
  EXPECT_EQ(exchange(), 0U);
  ASSERT_TRUE(ask(inspector::Trace{mode->replaced}).ok());
  EXPECT_EQ(exchange(), 2U);
}

TEST_F(InspectorTest, EventsAreKeptUntilNewerOnesNeedTheirPlace) {
  ASSERT_TRUE(ask(inspector::Trace{inspector::TraceMode::long_way}).ok());
  for (u64 i = 0; i < 2 * inspector::trace_capacity; ++i)
    world.trap(world.root(), Syscall::yield, {});
  u64 from = 0;
  u64 count = 0;
  u64 counter = 0;
  ASSERT_TRUE(ask(inspector::Trace{inspector::TraceMode::off}).ok());
  for (;;) {
    const auto reply = ask(inspector::Events{from});
    ASSERT_TRUE(reply.ok());
    if (reply->count == 0) break;
    for (u64 i = 0; i < reply->count; ++i) {
      EXPECT_GE(reply->events[i].counter, counter);
      counter = reply->events[i].counter;
    }
    count += reply->count;
    from = reply->first + reply->count;
  }
  EXPECT_EQ(count, inspector::trace_capacity);
  const auto beyond = ask(inspector::Events{~u64{0}});
  ASSERT_TRUE(beyond.ok());
  EXPECT_EQ(beyond->count, 0U);
}

}  // namespace
