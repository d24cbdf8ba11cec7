// SPDX-License-Identifier: MIT
// Capabilities that travel with typed messages. A request, or its Reply, says how many it takes:
//
//   struct Open {
//     static constexpr u64 caps = 1;      // none: leave it out
//     ...
//     struct Reply { static constexpr u64 caps = 2; ... };
//   };
#pragma once

#include <array>
#include <libipc/marshal.hpp>

namespace ipc {

template <class T>
inline constexpr u64 caps_of = 0;
template <class T>
  requires requires { T::caps; }
inline constexpr u64 caps_of<T> = T::caps;

// R travels without capabilities, both ways.
template <class R>
concept Plain = abi::Request<R> && caps_of<R> == 0 && caps_of<typename R::Reply> == 0;

template <u64 count>
using CapPtrs = std::array<abi::CapPtr, count>;

// Which capabilities came with a message. One for the very endpoint that the message was sent to
// takes no slot: its badge comes instead.
struct Arrivals {
  u64 in_slots = 0;   // bit i: capability i stands in the i-th receive slot
  u64 unwrapped = 0;  // bit i: capability i was one of ours, with the badge `badges[i]`
  std::array<abi::Badge, abi::max_message_caps> badges{};

  [[nodiscard]] constexpr bool has(u64 count) const {
    return (in_slots | unwrapped) == (u64{1} << count) - 1;
  }
};

template <u64 count>
inline void offer(const CapPtrs<count>& caps) {
  static_assert(count <= abi::max_message_caps, "a message carries at most four capabilities");
  for (u64 i = 0; i < count; ++i) buffer().send[i] = static_cast<u32>(caps[i].value());
}

// Slots that are not named refuse what comes for them.
template <u64 count>
inline void accept_into(const CapPtrs<count>& slots) {
  static_assert(count <= abi::max_message_caps, "a message carries at most four capabilities");
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    buffer().receive[i] = i < count ? static_cast<u32>(slots[i].value()) : 0;
}

inline Arrivals arrivals_of(abi::MessageInfo info) {
  Arrivals arrivals{.in_slots = info.caps(), .unwrapped = info.unwrapped()};
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    if ((info.unwrapped() >> i & 1) != 0) arrivals.badges[i] = abi::Badge{buffer().badges[i]};
  return arrivals;
}

}  // namespace ipc
