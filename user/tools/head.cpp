// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit u64 lines = 10;
constinit u64 bytes = 0;
constinit bool counts_bytes = false;
constinit bool is_quiet = false;
constexpr kit::Option options[] = {{'n', lines, "N", "so many lines, 10 without it; also -N"},
                                   kit::Option{'c', bytes, "N", "so many bytes"}.also(counts_bytes),
                                   {'q', is_quiet, "no headings between several files"}};
constexpr kit::Usage usage{.name = "head",
                           .operands = "[FILE...]",
                           .sentence = "Writes the first lines or bytes of files.",
                           .options = options,
                           .takes_digits = true};

// How much of the text belongs to the first `left` lines, which become fewer.
u64 length_of_lines(std::string_view text, u64& left) {
  u64 end = 0;
  for (; left != 0; --left) {
    const auto newline = text.find('\n', end);
    if (newline == text.npos) return text.size();
    end = newline + 1;
  }
  return end;
}

void show_start(std::string_view file, kit::Source& source) {
  u64 left = counts_bytes ? bytes : lines;
  while (left != 0) {
    const auto room = kit::block();
    const auto count = source.read(counts_bytes ? room.first(std::min(left, room.size())) : room);
    if (!count.ok()) return kit::complain_of_source(file, count.error());
    if (*count == 0) return;
    const std::string_view text{room.data(), *count};
    if (counts_bytes) {
      kit::out << text;
      left -= *count;
    } else {
      kit::out << text.substr(0, length_of_lines(text, left));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  bool is_first = true;
  for (const std::string_view file : files) {
    auto source = kit::Source::open(file);
    if (!source.ok()) {
      kit::complain_of_source(file, source.error());
      continue;
    }
    if (files.size() > 1 && !is_quiet)
      kit::out << (is_first ? "" : "\n") << "==> " << kit::shown_name(file) << " <==\n";
    is_first = false;
    show_start(file, *source);
  }
  return kit::finish();
}
