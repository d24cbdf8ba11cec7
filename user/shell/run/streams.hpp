// SPDX-License-Identifier: MIT
// The streams 0 to 9 of the shell and of what it starts: a terminal, or an open file of the shell's
// session. Redirections change the table, and put it back.
#pragma once

#include <libipc/stream/stream.hpp>
#include <user/shell/language/memory.hpp>

namespace shell {

using ipc::Outcome;
using ipc::Problem;

class Streams {
 public:
  static constexpr u64 count = 10;

  enum class Kind : u8 { closed, terminal, file };
  struct One {
    Kind kind = Kind::closed;
    abi::CapPtr terminal;
    u64 number = 0;  // of the session
  };

  // What the shell itself was started with.
  static Streams own();

  [[nodiscard]] const One& operator[](u64 i) const { return table_[i]; }
  One& operator[](u64 i) { return table_[i]; }

  // To read from or write to. It has an opening of its own, so the table may change.
  [[nodiscard]] ipc::Stream open(u64 i) const;

 private:
  One table_[count];
};

void close_number(u64 number);

// Changes of a table that last as long as this does.
class Redirected {
 public:
  explicit Redirected(Streams& streams) : streams_(streams), before_(streams) {}
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected();

  Outcome<void> open(u64 i, std::string_view path, u64 flags);
  // Stream `i` is from now on what `from` is.
  Outcome<void> copy(u64 i, u64 from);
  void close(u64 i) { streams_[i] = {}; }
  // Whoever reads stream `i` gets this text.
  Outcome<void> give(u64 i, std::string_view text);
  // An open file becomes stream `i`. It is closed at the end.
  Outcome<void> take(u64 i, u64 number);

  // They stay, and so do the files.
  void keep() { before_ = streams_, count_ = 0; }

 private:
  static constexpr u64 max_files = 16;

  Streams& streams_;
  Streams before_;
  u64 numbers_[max_files] = {};
  u64 count_ = 0;
};

}  // namespace shell
