// SPDX-License-Identifier: MIT
// The kernel starts on the simulated machine and makes its first process: what it holds, what it
// sees, and that all memory has exactly one use.
#include <abi/layout.hpp>
#include <abi/object/platform.hpp>
#include <gtest/gtest.h>
#include <memory/page_map.hpp>
#include <simulated/audit.hpp>
#include <simulated/world.hpp>

namespace {

using namespace simulated;

struct BootTest : testing::Test {
  World world;

  const abi::BootInfo& info() {
    const PhysAddr copy = world.slot(root_slot::boot_info).cap.physical();
    return *static_cast<const abi::BootInfo*>(machine.pointer(copy, sizeof(abi::BootInfo)));
  }
  auto translate(u64 address) {
    const kernel::Slot& space = world.slot(root_slot::vspace);
    return kernel::PageMap{space.data, space.cap.physical()}.translate(address);
  }
};

TEST_F(BootTest, TheWellKnownSlotsHoldWhatTheirNamesSay) {
  const std::pair<CapPtr, ObjectType> expected[] = {
      {root_slot::thread, ObjectType::thread},
      {root_slot::vspace, ObjectType::vspace},
      {root_slot::cspace, ObjectType::cnode},
      {root_slot::leaf0, ObjectType::cnode},
      {root_slot::sched_context, ObjectType::sched_context},
      {root_slot::ipc_buffer, ObjectType::frame},
      {root_slot::boot_info, ObjectType::frame},
      {root_slot::platform, ObjectType::platform},
      {root_slot::irq_control, ObjectType::irq_control},

      {root_slot::inspector, ObjectType::inspector}};
  for (const auto& [cap, type] : expected)
    EXPECT_EQ(world.slot(cap).cap.type(), type) << cap.value();
  EXPECT_EQ(world.object<Thread>(root_slot::thread).state, ThreadState::ready);
  EXPECT_EQ(&world.object<Thread>(root_slot::thread), &world.root());
}

TEST_F(BootTest, ImageBootInfoAndBufferAreMappedWithTheirRights) {
  const auto image = translate(World::svc_address);
  ASSERT_TRUE(image);
  EXPECT_TRUE(image->attributes.execute);
  EXPECT_FALSE(image->attributes.write);
  const auto boot_info = translate(abi::layout::root_boot_info);
  ASSERT_TRUE(boot_info);
  EXPECT_FALSE(boot_info->attributes.write);
  EXPECT_FALSE(boot_info->attributes.execute);
  const auto buffer = translate(abi::layout::root_ipc_buffer);
  ASSERT_TRUE(buffer);
  EXPECT_TRUE(buffer->attributes.write);
  EXPECT_EQ(machine.pointer(buffer->physical), world.root().buffer());
  EXPECT_FALSE(translate(0));
  EXPECT_FALSE(translate(World::svc_address + base::page_size));
}

TEST_F(BootTest, TheGrantsAreWhatStandsInTheirSlotsAndSlotsBehindThemAreEmpty) {
  const auto check = [&](const auto& grants, ObjectType type) {
    for (const abi::Grant& grant : grants) {
      const kernel::Capability cap = world.slot(grant.cap).cap;
      EXPECT_EQ(cap.type(), type);
      EXPECT_EQ(cap.physical().value(), grant.base);
      EXPECT_EQ(cap.bits(), grant.size_bits);
      EXPECT_EQ(cap.is_device() ? 1U : 0U, grant.is_device);
      EXPECT_EQ(grant.base % (u64{1} << grant.size_bits), 0U);
    }
  };
  check(info().untyped, ObjectType::untyped);
  check(info().image_frames, ObjectType::frame);
  check(info().archive_frames, ObjectType::frame);
  EXPECT_EQ(info().image_frames.count, 1U);
  EXPECT_EQ(info().archive_frames.count, 1U);
}

TEST_F(BootTest, AllFreeMemoryIsGrantedOrInUse) {
  u64 granted = 0;
  for (const abi::Grant& grant : info().untyped)
    if (grant.is_device == 0) granted += u64{1} << grant.size_bits;
  // The kernel's own objects are few; the audit has shown that nothing overlaps.
  EXPECT_GT(granted, Machine::memory_size - 2 * base::mib);
  EXPECT_LT(granted, Machine::memory_size - base::mib + 64 * base::kib);
}

TEST_F(BootTest, TheMachineEndsWithTheStatusThatItIsGiven) {
  const auto power_off = [&](u64 status) {
    return world.invoke(root_slot::platform, abi::platform::PowerOff{status}).error();
  };
  EXPECT_EQ(power_off(256), Error::out_of_range);
  EXPECT_EQ(power_off(~u64{0}), Error::out_of_range);
  try {
    power_off(42);
    FAIL() << "it goes on";
  } catch (const Ended& end) {
    EXPECT_EQ(end.status, 42U);
    EXPECT_FALSE(end.is_reset);
  }
  EXPECT_THROW(static_cast<void>(world.invoke(root_slot::platform, abi::platform::Panic{})), Panic);
  EXPECT_THROW(static_cast<void>(world.invoke(root_slot::platform, abi::platform::Reset{})), Ended);
}

TEST_F(BootTest, FloatingPointRegistersBelongToWhoUsedThemLast) {
  const Actor actor = world.make_actor({.priority = 150});
  world.use_floating_point(*actor.thread);
  EXPECT_EQ(kernel::core.floating_point_owner, actor.thread);
  EXPECT_TRUE(machine.floating_point);
  world.schedule(world.root());
  EXPECT_FALSE(machine.floating_point) << "its use by another thread traps";
  world.schedule(*actor.thread);
  EXPECT_TRUE(machine.floating_point);
  EXPECT_EQ(world.remove(actor.cap), Error::none);
  EXPECT_EQ(kernel::core.floating_point_owner, nullptr);
}

}  // namespace
