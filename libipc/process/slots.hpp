// SPDX-License-Identifier: MIT
// The free slots of a process that procmgr made, and what arrives in them.
//
// The first free ones are those of the bundle that no grant fills; when they are used up, procmgr
// adds a leaf. A program that never receives a capability never pays for this.
#pragma once

#include <abi/process.hpp>
#include <libipc/call.hpp>
#include <libipc/owned.hpp>

namespace ipc {

// The process's slots: one allocator, for one thread.
SlotAllocator& slots();

// What procmgr wrote for this process. Called once, by the start-up.
const abi::ProcessPage& process_page();
void set_process_page(const abi::ProcessPage* page);

// An empty slot that waits for a capability. If none comes, it goes back.
class LandingSlot {
 public:
  static abi::Result<LandingSlot> make() { return LandingSlot{TRY(slots().allocate())}; }

  constexpr LandingSlot() = default;
  constexpr LandingSlot(LandingSlot&& other) noexcept : at_(std::exchange(other.at_, {})) {}
  LandingSlot& operator=(LandingSlot&& other) noexcept {
    std::swap(at_, other.at_);
    return *this;
  }
  ~LandingSlot() {
    if (at_ != abi::CapPtr{}) slots().release(at_);
  }

  [[nodiscard]] constexpr abi::CapPtr at() const { return at_; }

  // The capability has come: it has an owner from now on.
  template <Object T>
  [[nodiscard]] Owned<T> landed() {
    return Owned<T>{slots(), std::exchange(at_, {})};
  }

 private:
  constexpr explicit LandingSlot(abi::CapPtr at) : at_(at) {}

  abi::CapPtr at_;  // 0: nothing is expected
};

// A request whose answer brings one capability, and nothing else that matters.
template <Object T, abi::Request R>
abi::Result<Owned<T>> obtain(Cap<Endpoint> server, const R& request,
                             const CapPtrs<caps_of<R>>& caps = {}) {
  LandingSlot slot = TRY(LandingSlot::make());
  const auto delivery = TRY(call(server, request, caps, {slot.at()}));
  // A server that says yes and sends nothing is as good as none.
  if ((delivery.arrivals.in_slots & 1) == 0) return abi::Error::not_supported;
  return slot.landed<T>();
}

}  // namespace ipc
