// SPDX-License-Identifier: MIT
// What a process asks of procmgr for itself: kernel objects, lines in the log, its end.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <concepts>
#include <libipc/process/slots.hpp>

namespace ipc {

// The capability that stands for the process itself.
inline constexpr Cap<Endpoint> self{abi::process_slot::self};

template <class T>
concept Makeable = std::same_as<T, Endpoint> || std::same_as<T, Notification> ||
                   std::same_as<T, Reply> || std::same_as<T, Timer>;

// A new object with all rights: `make<Endpoint>()`. Error: over_quota.
template <Makeable T>
abi::Result<Owned<T>> make() {
  return obtain<T>(self, abi::procmgr::MakeObject{.type = static_cast<u64>(T::type)});
}

// A notification whose bits end receives of the first thread too, from now on: see `notified` in
// serve.hpp. Error: busy (there is one).
inline abi::Result<Owned<Notification>> bind_notification() {
  return obtain<Notification>(self, abi::procmgr::BindNotification{});
}

// What others signal the notification with: it sets these bits, and can do nothing else.
abi::Result<Owned<Notification>> with_bits(Cap<Notification> notification, u64 bits);

// Lines for procmgr's log. For servers and for trouble; what a program says to people is `print`.
void log(std::string_view text);

// A server of the boot manifest serves from now on. (procmgr notes it; nobody waits for it yet.)
inline abi::Status ready() { return call(self, abi::procmgr::Ready{}).error(); }

// The end. Whoever waits gets the status.
[[noreturn]] void exit(u32 status);

}  // namespace ipc
