// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/stream/line_reader.hpp>

namespace ipc {

namespace {

constexpr u64 first_buffer = 32 * base::kib;

}  // namespace

Outcome<u64> LineReader::fill() {
  if (start_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + start_, end_ - start_);
    end_ -= start_;
    start_ = 0;
  }
  if (end_ == buffer_.size()) {
    const auto longer = arena_.extend(buffer_, std::max(first_buffer, 2 * buffer_.size()));
    if (longer.empty()) return Problem{abi::Error::no_space};
    buffer_ = longer;
  }
  const u64 count = TRY(stream_.read(buffer_.subspan(end_)));
  end_ += count;
  return count;
}

Outcome<LineReader::Line> LineReader::next() {
  for (u64 seen = 0;;) {
    const std::string_view rest{buffer_.data() + start_, end_ - start_};
    const u64 newline = rest.find('\n', seen);
    if (newline != rest.npos) {
      start_ += newline + 1;
      return Line{rest.substr(0, newline), true, true};
    }
    seen = rest.size();
    if (TRY(fill()) != 0) continue;
    // The last line may lack its newline.
    const std::string_view last{buffer_.data() + start_, end_ - start_};
    start_ = end_;
    return Line{last, false, !last.empty()};
  }
}

}  // namespace ipc
