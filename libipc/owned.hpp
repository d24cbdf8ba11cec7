// SPDX-License-Identifier: MIT
// A capability that this program owns: when the handle goes, the capability is deleted and its slot
// is free again. Move-only, so each slot has one owner at any time.
#pragma once

#include <libipc/slot_allocator.hpp>
#include <utility>

namespace ipc {

template <Object T>
class Owned {
 public:
  constexpr Owned() = default;

  // Takes over the capability in `at`, a slot that `slots` gave out and outlives.
  constexpr Owned(SlotAllocator& slots, abi::CapPtr at) : slots_(&slots), cap_(at) {}

  constexpr Owned(Owned&& other) noexcept
      : slots_(std::exchange(other.slots_, nullptr)), cap_(std::exchange(other.cap_, {})) {}

  constexpr Owned& operator=(Owned&& other) noexcept {
    if (this == &other) return *this;
    reset();
    slots_ = std::exchange(other.slots_, nullptr);
    cap_ = std::exchange(other.cap_, {});
    return *this;
  }

  constexpr ~Owned() { reset(); }

  // Borrowing: valid for as long as this handle is.
  [[nodiscard]] constexpr Cap<T> get() const { return cap_; }
  constexpr operator Cap<T>() const { return cap_; }
  [[nodiscard]] constexpr abi::CapPtr at() const { return cap_.at(); }
  [[nodiscard]] constexpr explicit operator bool() const { return slots_ != nullptr; }

  // Gives up ownership: the capability stays where it is, and the slot taken.
  [[nodiscard]] constexpr Cap<T> release() {
    slots_ = nullptr;
    return std::exchange(cap_, {});
  }

  constexpr void reset() {
    if (slots_ != nullptr) slots_->clear(cap_.at());
    slots_ = nullptr;
    cap_ = {};
  }

 private:
  SlotAllocator* slots_ = nullptr;
  Cap<T> cap_;
};

}  // namespace ipc
