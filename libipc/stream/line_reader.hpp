// SPDX-License-Identifier: MIT
// A stream's lines, of any length that there is memory for.
//
//   ipc::LineReader lines{ipc::input(), arena};
//   while (const auto line = TRY(lines.next())) use(line->text);
#pragma once

#include <libipc/memory/arena.hpp>
#include <libipc/stream/stream.hpp>

namespace ipc {

class LineReader {
 public:
  // The arena is used by nobody else for as long as this reads: it holds the line that is read.
  LineReader(Stream& stream, Arena& arena) : stream_(stream), arena_(arena) {}

  struct Line {
    std::string_view text;     // without its newline; until the next call
    bool has_newline = false;  // false: the stream ended here
    bool is_there = false;     // false: there are no more lines

    [[nodiscard]] explicit operator bool() const { return is_there; }
  };
  // Errors: those of the stream; no_space.
  Outcome<Line> next();

 private:
  // More bytes behind those that are there; 0: the end.
  Outcome<u64> fill();

  Stream& stream_;
  Arena& arena_;
  std::span<char> buffer_;
  u64 start_ = 0;  // of what was not told yet
  u64 end_ = 0;
};

}  // namespace ipc
