// SPDX-License-Identifier: MIT
// The notifications that a terminal signals, in the order in which they came.
#pragma once

#include <abi/proto/console.hpp>
#include <libipc/owned.hpp>
#include <libipc/syscall.hpp>

namespace console {

namespace event = abi::console::event;
using ipc::u64;

class Watchers {
 public:
  static constexpr u64 most = 8;

  // Its number. Error: no_space, even though those whose notification is gone were dropped.
  abi::Result<u64> add(ipc::Owned<ipc::Notification> notification, u64 events);
  // Error: not_found.
  abi::Status remove(u64 number);
  [[nodiscard]] u64 count() const { return count_; }

  // To all who watch for one of them; an interrupt goes to the last one alone.
  void signal(u64 events);

 private:
  struct Watcher {
    ipc::Owned<ipc::Notification> notification;
    u64 events = 0;
    u64 number = 0;
  };

  // False: its notification is gone.
  static bool signal_one(const Watcher& watcher) { return ipc::signal(watcher.notification).ok(); }
  void interrupt();
  void take_out(u64 i);
  void drop_dead();

  Watcher watchers_[most];
  u64 count_ = 0;
  u64 last_number_ = 0;
};

}  // namespace console
