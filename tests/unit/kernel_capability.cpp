// SPDX-License-Identifier: MIT
// The capability word: what goes in comes out, and nothing spills into a neighbouring field.
#include <cap/capability.hpp>
#include <cap/slot.hpp>
#include <gtest/gtest.h>
#include <random>

namespace {

using abi::ObjectType;
using abi::Rights;
using base::PhysAddr;
using base::u64;
using kernel::Capability;

TEST(Capability, AnObjectsAddressAndSizeComeBackForEveryType) {
  alignas(64) static char object[64];
  for (u64 type = 1; type < abi::object_type_count; ++type) {
    for (unsigned bits = 0; bits < 64; ++bits) {
      const auto cap = Capability::to_object(static_cast<ObjectType>(type), object, bits);
      EXPECT_EQ(cap.type(), static_cast<ObjectType>(type));
      EXPECT_EQ(cap.object<char>(), object);
      EXPECT_EQ(cap.bits(), bits);
      EXPECT_EQ(cap.rights(), abi::all_rights);
      EXPECT_FALSE(cap.is_device());
      EXPECT_FALSE(cap.is_null());
    }
  }
}

TEST(Capability, AKernelAddressIsSignExtended) {
  const u64 address = 0xffff'ff80'4000'0040;
  const auto cap =
      Capability::to_object(ObjectType::thread, reinterpret_cast<const void*>(address));
  EXPECT_EQ(reinterpret_cast<u64>(cap.object<char>()), address);
}

TEST(Capability, MemoryIsDescribedByPhysicalBaseSizeAndWhetherItIsADevice) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 1000; ++i) {
    const PhysAddr base{random() & base::mask_of(48) & ~base::mask_of(12)};
    const auto bits = static_cast<unsigned>(12 + random() % 26);
    const bool device = random() % 2 == 0;
    const auto cap = Capability::to_memory(ObjectType::frame, base, bits, device);
    EXPECT_EQ(cap.physical(), base);
    EXPECT_EQ(cap.bits(), bits);
    EXPECT_EQ(cap.is_device(), device);
    EXPECT_EQ(cap.type(), ObjectType::frame);
  }
}

TEST(Capability, ReducingCanOnlyTakeRightsAway) {
  const auto all = Capability::to_memory(ObjectType::frame, PhysAddr{0x40000000}, 12, true);
  for (u64 first = 0; first < 256; ++first) {
    const Capability reduced = all.reduced_to({first});
    EXPECT_EQ(reduced.rights().bits, first);
    EXPECT_EQ(reduced.reduced_to({~u64{0}}), reduced);
    EXPECT_EQ(reduced.reduced_to({0xf}).rights().bits, first & 0xf);
    EXPECT_EQ(reduced.physical(), all.physical());
    EXPECT_TRUE(reduced.is_device());
  }
}

TEST(Capability, APartOfAFrameKeepsRightsAndDevice) {
  const auto whole = Capability::to_memory(ObjectType::frame, PhysAddr{0x4000'0000}, 30, true)
                         .reduced_to(abi::frame_right::read);
  const Capability part = whole.part(0x3fff'f000, 12);
  EXPECT_EQ(part.physical(), PhysAddr{0x7fff'f000});
  EXPECT_EQ(part.bits(), 12U);
  EXPECT_EQ(part.rights(), abi::frame_right::read);
  EXPECT_TRUE(part.is_device());
}

TEST(Capability, WhatAnIpcAsksStandsInOneBitEach) {
  alignas(64) static char object[64];
  const auto endpoint = Capability::to_object(ObjectType::endpoint, object);
  EXPECT_TRUE(endpoint.is_callable());
  EXPECT_FALSE(endpoint.is_leaf());
  EXPECT_FALSE(endpoint.reduced_to(abi::endpoint_right::receive).is_callable());
  const auto leaf = Capability::to_object(ObjectType::cnode, object, abi::leaf_bits);
  EXPECT_TRUE(leaf.is_leaf());
  EXPECT_TRUE(leaf.reduced_to({0}).is_leaf()) << "lookup asks for no right of a leaf";
  EXPECT_FALSE(leaf.is_callable());
  EXPECT_FALSE(Capability::to_object(ObjectType::cnode, object, abi::leaf_bits + 1).is_leaf());
  EXPECT_FALSE(Capability::to_object(ObjectType::thread, object, abi::leaf_bits).is_leaf());
  EXPECT_FALSE(Capability{}.is_callable());
}

TEST(Capability, TheNullCapabilityIsZero) {
  EXPECT_TRUE(Capability{}.is_null());
  EXPECT_EQ(Capability{}.type(), ObjectType::null);
}

}  // namespace
