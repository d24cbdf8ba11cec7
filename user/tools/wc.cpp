// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit bool shows_lines = false;
constinit bool shows_words = false;
constinit bool shows_bytes = false;
constexpr kit::Option options[] = {{'l', shows_lines, "lines, which are newlines"},
                                   {'w', shows_words, "words"},
                                   {'c', shows_bytes, "bytes"}};
constexpr kit::Usage usage{.name = "wc",
                           .operands = "[FILE...]",
                           .sentence = "Counts lines, words and bytes.",
                           .options = options};

struct Counts {
  u64 lines = 0;
  u64 words = 0;
  u64 bytes = 0;

  void operator+=(const Counts& other) {
    lines += other.lines;
    words += other.words;
    bytes += other.bytes;
  }
};

u64 count_newlines(std::string_view text) {
  return static_cast<u64>(std::count(text.begin(), text.end(), '\n'));
}

// Control characters are neither words nor between them. What is beyond ASCII is part of a word.
bool is_control(char c) { return (c >= 0 && c < ' ') || c == 127; }

// A word begins at a byte that is no space behind one that is, or at the start.
u64 count_words(std::string_view text, bool& in_word) {
  u64 words = 0;
  for (const char c : text) {
    const bool is_space = kit::is_space(c);
    if (!is_space && is_control(c)) continue;
    words += !is_space && !in_word ? 1 : 0;
    in_word = !is_space;
  }
  return words;
}

// False: it cannot be read.
bool count(std::string_view file, Counts& counts) {
  bool in_word = false;
  return kit::each_block(file, [&](std::string_view bytes) {
    counts.bytes += bytes.size();
    if (shows_lines) counts.lines += count_newlines(bytes);
    if (shows_words) counts.words += count_words(bytes, in_word);
  });
}

void show(const Counts& counts, u64 width, std::string_view name) {
  const struct {
    bool is_wanted;
    u64 number;
  } columns[] = {
      {shows_lines, counts.lines}, {shows_words, counts.words}, {shows_bytes, counts.bytes}};
  bool is_first = true;
  for (const auto& column : columns) {
    if (!column.is_wanted) continue;
    if (!is_first) kit::out << ' ';
    kit::out.right(column.number, width);
    is_first = false;
  }
  if (!name.empty()) kit::out << ' ' << name;
  kit::out << '\n';
}

// As wide as the sum of all sizes; seven digits if a size is not known before.
u64 column_width(kit::Words files) {
  if (files.size() == 1 && shows_lines + shows_words + shows_bytes == 1) return 1;
  u64 sum = 0;
  bool is_known = true;
  for (const std::string_view file : files) {
    const auto attributes = file == "-" ? ipc::input().kind() == ipc::Stream::Kind::file
                                              ? ipc::input().file().stat()
                                              : kit::Problem{abi::Error::not_found}
                                        : kit::stat({file});
    if (attributes.ok() && attributes->kind == kit::Kind::file) sum += attributes->size;
    if (attributes.ok() && attributes->kind != kit::Kind::file) is_known = false;
    if (!attributes.ok() && file == "-") is_known = false;
  }
  u64 width = 1;
  for (; sum >= 10; sum /= 10) ++width;
  return is_known ? width : std::max<u64>(width, 7);
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  if (!shows_lines && !shows_words && !shows_bytes) shows_lines = shows_words = shows_bytes = true;
  const auto files = kit::or_input(operands);
  const u64 width = column_width(files);
  Counts total;
  for (const std::string_view file : files) {
    Counts counts;
    if (!count(file, counts)) continue;
    total += counts;
    show(counts, width, operands.empty() ? std::string_view{} : file);
  }
  if (files.size() > 1) show(total, width, "total");
  return kit::finish();
}
