// SPDX-License-Identifier: MIT
// Capability addresses: the good ones, and every kind of bad one.
#include <cap/cspace.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <simulated/world.hpp>

namespace {

using namespace simulated;
using kernel::Capability;
using kernel::CNode;
using kernel::CSpace;
using kernel::Slot;

// Room for a CNode with its slots behind it.
class CNodeMemory {
 public:
  explicit CNodeMemory(unsigned bits)
      : memory_(static_cast<char*>(std::aligned_alloc(64, abi::cnode_bytes(bits))), &std::free) {
    std::fill_n(memory_.get(), abi::cnode_bytes(bits), '\0');
    cnode_ = new (memory_.get()) CNode{bits};
  }
  CNode& operator*() { return *cnode_; }
  CNode* operator->() { return cnode_; }

 private:
  std::unique_ptr<char, decltype(&std::free)> memory_;
  CNode* cnode_;
};

TEST(CSpace, FindsEverySlotOfEveryLeafAndNothingElse) {
  CNodeMemory root{2};
  CNodeMemory first{abi::leaf_bits};
  CNodeMemory second{abi::leaf_bits};
  root->slot(0).become_root(Capability::to_object(ObjectType::cnode, &*first, 8), 0);
  root->slot(2).become_root(Capability::to_object(ObjectType::cnode, &*second, 8), 0);
  const CSpace cspace{&*root};
  for (u64 address = 0; address < 2000; ++address) {
    Slot* expected = nullptr;
    if (address != 0 && address < 256) expected = &first->slot(address);
    if (address >= 512 && address < 768) expected = &second->slot(address - 512);
    EXPECT_EQ(cspace.find(CapPtr{address}), expected) << address;
  }
}

TEST(CSpace, AddressesBeyond32BitsNameNothing) {
  CNodeMemory root{2};
  CNodeMemory leaf{abi::leaf_bits};
  root->slot(0).become_root(Capability::to_object(ObjectType::cnode, &*leaf, 8), 0);
  const CSpace cspace{&*root};
  for (unsigned bit = 10; bit < 64; ++bit)
    EXPECT_EQ(cspace.find(CapPtr{u64{1} << bit | 5}), nullptr) << bit;
  EXPECT_EQ(cspace.find(CapPtr{~u64{0}}), nullptr);
}

TEST(CSpace, OnlyACNodeOfALeafsSizeLeadsFurther) {
  CNodeMemory root{3};
  CNodeMemory small{4};
  CNodeMemory large{9};
  root->slot(0).become_root(Capability::to_object(ObjectType::cnode, &*small, 4), 0);
  root->slot(1).become_root(Capability::to_object(ObjectType::cnode, &*large, 9), 0);
  root->slot(2).become_root(Capability::to_object(ObjectType::endpoint, &*large, 8), 0);
  root->slot(3).become_root(Capability::to_memory(ObjectType::frame, PhysAddr{}, 8, false), 0);
  const CSpace cspace{&*root};
  for (u64 leaf = 0; leaf < 8; ++leaf) EXPECT_EQ(cspace.find(abi::cap_at(leaf, 1)), nullptr);
}

TEST(CSpace, WithoutARootNothingIsFound) { EXPECT_EQ(CSpace{}.find(CapPtr{1}), nullptr); }

TEST(CSpace, EverySystemCallOnABadAddressSaysInvalidCapability) {
  World world;
  const u64 bad[] = {0,
                     255,
                     root_slot::first_free.value() - 1,
                     abi::cap_at(100, 0).value(),
                     abi::cap_at(1023, 255).value(),
                     abi::cap_at(1024, 0).value(),
                     0xffff'ffff};
  for (const u64 address : bad) {
    for (const Syscall number : {Syscall::call, Syscall::reply_recv, Syscall::send, Syscall::recv,
                                 Syscall::try_call, Syscall::try_reply_recv, Syscall::try_send,
                                 Syscall::try_recv, Syscall::signal, Syscall::wait, Syscall::poll})
      EXPECT_EQ(world.trap(world.root(), number, CapPtr{address}).error(),
                Error::invalid_capability)
          << address << ' ' << static_cast<u32>(number);
  }
}

}  // namespace
