// SPDX-License-Identifier: MIT
// What a tool reads: a file by its path, or, as "-", its standard input.
#pragma once

#include <libipc/stream/line_reader.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace kit {

class Source {
 public:
  constexpr Source() = default;
  explicit Source(ipc::Stream stream) : own_(std::move(stream)) {}
  static Outcome<Source> open(std::string_view path);

  Outcome<u64> read(std::span<char> to) { return stream().read(to); }
  // As much as there is room for, or all that there is.
  Outcome<u64> read_full(std::span<char> to);
  ipc::Stream& stream() { return is_input_ ? ipc::input() : own_; }
  // Whether there is a size, and any place can be read.
  [[nodiscard]] bool is_file();

 private:
  ipc::Stream own_;
  bool is_input_ = false;
};

// How a source is called in a complaint.
std::string_view shown_name(std::string_view path);
// Somebody typed Ctrl-C: that is the end, and nobody has to be told.
void complain_of_source(std::string_view path, const Problem& problem);

// "-" if there are no files.
Words or_input(Words operands);

inline constexpr u64 block_bytes = 64 * base::kib;
// A tool has one buffer.
std::span<char> block();

// All of a source, in pieces: `use(std::string_view)`. False: a complaint was made.
template <class Use>
bool each_block(std::string_view path, Use&& use) {
  auto source = Source::open(path);
  if (!source.ok()) return complain_of_source(path, source.error()), false;
  for (;;) {
    const auto count = source->read(block());
    if (!count.ok()) return complain_of_source(path, count.error()), false;
    if (*count == 0) return true;
    use(std::string_view{block().data(), *count});
  }
}

// All lines of a source, `use(line)`, until it answers false.
template <class Use>
bool each_line(std::string_view path, Use&& use) {
  auto source = Source::open(path);
  if (!source.ok()) return complain_of_source(path, source.error()), false;
  ipc::Arena arena;
  ipc::LineReader lines{source->stream(), arena};
  for (;;) {
    const auto line = lines.next();
    if (!line.ok()) return complain_of_source(path, line.error()), false;
    if (!*line || !use(*line)) return true;
  }
}

}  // namespace kit
