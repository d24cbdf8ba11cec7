// SPDX-License-Identifier: MIT
#include <libipc/receive_slots.hpp>

namespace ipc {

ReceiveSlots::ReceiveSlots(SlotAllocator& slots, u64 count) : slots_(slots) {
  for (u64 i = 0; i < count && i < abi::max_message_caps; ++i) refill(i);
}

ReceiveSlots::~ReceiveSlots() {
  clean_up();
  accept_into<0>({});
  for (const abi::CapPtr at : at_)
    if (at != abi::CapPtr{}) slots_.release(at);
}

void ReceiveSlots::refill(u64 i) {
  const auto slot = slots_.allocate();
  at_[i] = slot.ok() ? *slot : abi::CapPtr{};
}

void ReceiveSlots::clean_up() {
  for (u64 i = 0; i < abi::max_message_caps; ++i) {
    if ((arrivals_.in_slots >> i & 1) == 0) continue;
    slots_.clear(at_[i]);
    refill(i);
  }
  arrivals_ = {};
}

}  // namespace ipc
