// SPDX-License-Identifier: MIT
// A terminal as a program sees it: docs/console.md. Borrows the capability.
//
//   ipc::Terminal terminal{ipc::Cap<ipc::Endpoint>{abi::bundle_slot::input}};
//   char line[256];
//   const auto count = TRY(terminal.read(line));  // 0: the end of the file
#pragma once

#include <abi/proto/console.hpp>
#include <libipc/call.hpp>
#include <span>
#include <string_view>

namespace ipc {

namespace terminal_mode = abi::console::mode;
namespace terminal_event = abi::console::event;

class Terminal {
 public:
  struct Window {
    u32 columns = 0;
    u32 rows = 0;
  };

  constexpr Terminal() = default;
  constexpr explicit Terminal(Cap<Endpoint> terminal) : terminal_(terminal) {}

  // Waits for input. At most so much as a message holds comes at once. Error: cancelled (Ctrl-C).
  [[nodiscard]] abi::Result<u64> read(std::span<char> into) const { return take(into, 0); }
  // would_block instead of waiting.
  [[nodiscard]] abi::Result<u64> try_read(std::span<char> into) const {
    return take(into, abi::console::flag::poll);
  }

  // All of it, as fast as it goes out. Pieces of others may come between messages.
  [[nodiscard]] abi::Status write(std::string_view text) const;
  // Returns when it is out.
  [[nodiscard]] abi::Status flush() const;

  // The mode that there was.
  [[nodiscard]] abi::Result<u64> set_mode(u64 mode) const;
  [[nodiscard]] abi::Result<abi::console::Info::Reply> info() const;

  // What the console knows; or what the emulator answers.
  [[nodiscard]] abi::Result<Window> window() const;
  [[nodiscard]] abi::Result<Window> ask_window() const { return ask(0); }
  // Asks and does not wait; see abi::console::AskWindow.
  [[nodiscard]] abi::Status begin_to_ask_window() const {
    return ask(abi::console::flag::poll).error();
  }
  [[nodiscard]] abi::Status set_window(Window window) const;

  // `notification` is signalled at each of `events` from now on. Gives the number for `unwatch`.
  [[nodiscard]] abi::Result<u64> watch(Cap<Notification> notification, u64 events) const;
  [[nodiscard]] abi::Status unwatch(u64 number) const;

  [[nodiscard]] abi::Status discard() const;

 private:
  [[nodiscard]] abi::Result<u64> take(std::span<char> into, u32 flags) const;
  [[nodiscard]] abi::Result<Window> ask(u64 flags) const;

  Cap<Endpoint> terminal_;
};

}  // namespace ipc
