// SPDX-License-Identifier: MIT
// The kernel starts on the simulated machine and makes its first process.
#include <abi/layout.hpp>
#include <gtest/gtest.h>
#include <simulated/audit.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

TEST(Boot, FirstThreadIsReadyAtItsEntryWithBootInfoAsArgument) {
  World world;
  EXPECT_EQ(world.root().state, ThreadState::ready);
  EXPECT_EQ(kernel::core.scheduler.current(), &world.root());
}

}  // namespace
