// SPDX-License-Identifier: MIT
// A message: up to 120 words and 4 capabilities. The first 8 words travel in registers, always;
// words 8..119 and the capability addresses stand in the sender's and receiver's IPC buffer.
#pragma once

#include <abi/error.hpp>
#include <abi/types.hpp>

namespace abi {

inline constexpr u64 register_words = 8;
inline constexpr u64 max_message_words = 120;
inline constexpr u64 max_message_caps = 4;

// What a received message is. Only the kernel can set it.
enum class Kind : u32 {
  none = 0,
  call = 1,          // the sender waits on the Reply that was bound
  send = 2,          // nobody waits
  fault = 3,         // sent by the kernel on behalf of a faulting thread; label: abi::FaultKind
  foreign_call = 4,  // `svc #0` of a foreign thread
  notification = 5,  // bits of the bound notification, in the badge register
  reply = 6,         // the answer to a call, or the success of an invocation
  error = 7,         // the kernel's refusal; label: abi::Error
};

// Message info, register x11:
//
//   63      52 51  48 47      44 43   40 39    32 31                        0
//   [    0    | kind | unwrapped | caps | words  |           label           ]
//
// Sending:   caps = how many of `send[4]` travel; kind and unwrapped are zero.
// Receiving: caps = bit i set: capability i arrived in slot `receive[i]`;
//            unwrapped = bit i set: it was one for this very endpoint, its badge is `badges[i]`.
// The upper half of an ordinary short message is at most 8, which is one comparison.
struct MessageInfo {
  u64 raw = 0;

  static constexpr MessageInfo make(u32 label, u64 words, u64 caps = 0) {
    return {u64{label} | words << 32 | caps << 40};
  }
  static constexpr MessageInfo received(u32 label, u64 words, Kind kind) {
    return {u64{label} | words << 32 | static_cast<u64>(kind) << 48};
  }
  static constexpr MessageInfo failed(Error error) {
    return received(static_cast<u32>(error), 0, Kind::error);
  }

  [[nodiscard]] constexpr u32 label() const { return static_cast<u32>(raw); }
  [[nodiscard]] constexpr u64 words() const { return raw >> 32 & 0xff; }
  [[nodiscard]] constexpr u64 caps() const { return raw >> 40 & 0xf; }
  [[nodiscard]] constexpr u64 unwrapped() const { return raw >> 44 & 0xf; }
  [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(raw >> 48 & 0xf); }
  [[nodiscard]] constexpr bool is_well_formed() const {
    return words() <= max_message_words && caps() <= max_message_caps && raw >> 44 == 0;
  }
};

// The per-thread IPC buffer, in a page that the thread's configuration names. User code writes it,
// so the kernel reads each field once and believes nothing.
struct IpcBuffer {
  u64 words[max_message_words - register_words];  // message words 8..119
  u32 send[max_message_caps];                     // CapPtr of each travelling capability
  u32 receive[max_message_caps];                  // CapPtr of a free slot for each; 0: refuse it
  u64 badges[max_message_caps];                   // written by the kernel: unwrapped badges
};

inline constexpr u64 ipc_buffer_size = 1024;  // also its alignment within the Frame
static_assert(sizeof(IpcBuffer) == 960 && sizeof(IpcBuffer) <= ipc_buffer_size);

}  // namespace abi
