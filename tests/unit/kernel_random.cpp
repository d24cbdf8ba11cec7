// SPDX-License-Identifier: MIT
// Many random system calls of several threads, with every invariant checked before each, and all
// memory taken back in between: then everything must be as it was at the beginning.
#include <gtest/gtest.h>
#include <simulated/hostile.hpp>
#include <simulated/random.hpp>

namespace {

using namespace simulated;

struct Counts {
  u64 slots;
  u64 objects;
  u64 spaces;
  u64 free_space_numbers;
  friend bool operator==(const Counts&, const Counts&) = default;
};

Counts count(World& world) {
  const Audit audit{world.root()};
  audit.run();
  return {audit.slot_count(), audit.object_count(), audit.space_count(),
          kernel::core.spaces.available()};
}

void expect_as_at_the_beginning(World& world, const Counts& before) {
  EXPECT_EQ(count(world), before);
  EXPECT_EQ(kernel::core.ending, nullptr);
  EXPECT_EQ(kernel::core.floating_point_owner, nullptr);
  EXPECT_EQ(kernel::core.timers.first(), nullptr);
  EXPECT_FALSE(kernel::core.interrupts.any_unmasked());
  EXPECT_TRUE(machine.unmasked.empty());
  const auto info = world.invoke(world.memory(), abi::untyped::Info{});
  EXPECT_EQ(info->free_bytes, u64{1} << info->size_bits);
}

TEST(RandomSystemCalls, KeepEveryInvariantAndLeaveNothingBehind) {
  constexpr u64 life = 2'000;
  const u64 seed = seed_or(1);
  std::map<std::string, u64> outcomes;
  for (u64 done = 0; done < scaled(100'000); done += life) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", operation " + std::to_string(done));
    World world({.space_numbers = 8, .audits = false, .fast_path = done / life % 2 == 0});
    const Counts before = count(world);
    Hostile hostile(world, seed + done);
    hostile.set_up();
    u64 step = 0;
    try {
      for (; step < life; ++step) hostile.step();
      hostile.tear_down();
    } catch (const std::exception& failure) {
      FAIL() << failure.what() << " at step " << step << ", last: " << hostile.last();
    }
    expect_as_at_the_beginning(world, before);
    for (const auto& [name, count] : hostile.outcomes()) outcomes[name] += count;
  }
  for (const char* method : {"cnode.copy",
                             "cnode.mint",
                             "cnode.move",
                             "cnode.delete",
                             "cnode.revoke",
                             "untyped.retype",
                             "frame.map",
                             "frame.unmap",
                             "frame.protect",
                             "page_table.map",
                             "page_table.unmap",
                             "vspace.clear",
                             "thread.configure",
                             "thread.dispatch",
                             "thread.suspend",
                             "thread.resume",
                             "thread.bind_notification",
                             "timer.configure",
                             "timer.set",
                             "irq_handler.configure",
                             "irq_control.attach",
                             "irq_handler.acknowledge"})
    EXPECT_GT(outcomes[method], 20U) << method << " hardly ever succeeds";
  if (std::getenv("ARIL_TEST_VERBOSE") != nullptr)
    for (const auto& [name, count] : outcomes) std::cout << name << ' ' << count << '\n';
}

}  // namespace
