// SPDX-License-Identifier: MIT
// Bytes in and out, wherever they come from and go to: a terminal, a file, a device, or the end of
// a pipe.
//
//   ipc::output().write("text\n");
//   char some[256];
//   const u64 count = TRY(ipc::input().read(some));   // 0: the end
//
// A program has three standard streams: 0 input, 1 output, 2 error. Each is the terminal in its
// slot of the bundle; if that is empty, the open file of the program's session with that number.
#pragma once

#include <libipc/files/pipe.hpp>
#include <libipc/terminal/terminal.hpp>

namespace ipc {

using abi::files::Outcome;
using abi::files::Problem;

class Stream {
 public:
  enum class Kind { none, terminal, file, pipe };

  constexpr Stream() = default;
  explicit Stream(files::File file) : kind_(Kind::file), file_(std::move(file)) {}
  explicit Stream(files::PipeEnd end) : kind_(Kind::pipe), pipe_(std::move(end)) {}
  // Borrows the capability.
  static Stream of_terminal(Cap<Endpoint> terminal);
  // What is open as `number`, which is this object's from now on. `flags`: open_flag::read, write.
  static Outcome<Stream> open(Cap<Endpoint> session, u64 number, u64 flags);

  // At least one byte, if `to` has room; waits until there is one. 0: the end. Error: cancelled
  // (somebody typed Ctrl-C).
  Outcome<u64> read(std::span<char> to);
  // All of it. Error: gone (nobody reads any more).
  Outcome<void> write(std::string_view text);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] explicit operator bool() const { return kind_ != Kind::none; }
  // Somebody sits at it. (A port is a terminal by its protocol, with a program at its other end.)
  [[nodiscard]] bool is_terminal() const { return is_for_people_; }

  // For whoever wants more of it. Only of the kind that it is.
  [[nodiscard]] Terminal terminal() const { return Terminal{terminal_}; }
  [[nodiscard]] files::File& file() { return file_; }
  [[nodiscard]] files::PipeEnd& pipe() { return pipe_; }

 private:
  void look_at_terminal();

  Kind kind_ = Kind::none;
  bool is_for_people_ = false;
  Cap<Endpoint> terminal_;
  Owned<Endpoint> owned_terminal_;  // one that came from the file server
  files::File file_;
  files::PipeEnd pipe_;
};

// The standard streams, opened when they are first asked for. One that the program was not given is
// there as well: reading it is the end, writing to it an error.
Stream& input();
Stream& output();
Stream& error_output();

}  // namespace ipc
