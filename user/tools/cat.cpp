// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit bool shows_numbers = false;
constexpr kit::Option options[] = {{'n', shows_numbers, "lines with their numbers in front"}};
constexpr kit::Usage usage{.name = "cat",
                           .operands = "[FILE...]",
                           .sentence = "Writes what is in the files, one behind the other.",
                           .options = options};

constexpr u64 width = 6;

constinit u64 number = 0;
constinit bool is_at_start = true;  // of a line; a file may end in the middle of one

void write_numbered(std::string_view text) {
  while (!text.empty()) {
    if (is_at_start) kit::out.right(++number, width) << '\t';
    const auto end = text.find('\n');
    is_at_start = end != text.npos;
    const std::string_view line = is_at_start ? text.substr(0, end + 1) : text;
    kit::out << line;
    text.remove_prefix(line.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view file : kit::or_input(kit::start(usage, argc, argv)))
    kit::each_block(file, [](std::string_view bytes) {
      if (shows_numbers)
        write_numbered(bytes);
      else
        kit::out << bytes;
      // Whoever types sees what comes back at once.
      kit::out.flush();
    });
  return kit::finish();
}
