// SPDX-License-Identifier: MIT
// What the shell sleeps for: the end of processes, Ctrl-C, and bytes in a pipe. All of it comes to
// one notification.
#pragma once

#include <libipc/files/pipe.hpp>
#include <libipc/process/spawn.hpp>
#include <libipc/terminal/terminal.hpp>
#include <user/shell/language/memory.hpp>

namespace shell {

class Events {
 public:
  // The shell is told when it ends. Without memory it is not, and has to wait for it alone.
  abi::Status watch(const ipc::Process& process);
  // Ctrl-C at the terminal is the shell's from now on, until somebody else asks for it.
  abi::Status watch_interrupt(const ipc::Terminal& terminal);

  // There may be something to read: told once, so `is_ready` is asked before each wait.
  ipc::files::Outcome<void> watch(ipc::files::PipeEnd& pipe);

  // Sleeps until something has happened.
  void wait();

  // Somebody has typed Ctrl-C since it was last forgotten.
  bool was_interrupted();
  void forget_interrupt();

 private:
  static constexpr u64 ended = 1;
  static constexpr u64 interrupt = 2;
  static constexpr u64 readable = 4;

  abi::Status prepare();
  void take(const abi::Result<u64>& bits);

  ipc::Owned<ipc::Notification> notification_;
  ipc::Owned<ipc::Notification> when_ended_;
  ipc::Owned<ipc::Notification> when_interrupted_;
  bool was_interrupted_ = false;
};

}  // namespace shell
