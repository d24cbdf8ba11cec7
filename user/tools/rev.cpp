// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

constexpr kit::Usage usage{.name = "rev",
                           .operands = "[FILE...]",
                           .sentence = "Writes lines from behind; characters of UTF-8 stay whole."};

bool continues_character(char c) { return (c & 0xc0) == 0x80; }

void write_reversed(std::string_view line) {
  while (!line.empty()) {
    base::u64 start = line.size() - 1;
    while (start != 0 && continues_character(line[start])) --start;
    kit::out << line.substr(start);
    line = line.substr(0, start);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view file : kit::or_input(kit::start(usage, argc, argv)))
    kit::each_line(file, [](const ipc::LineReader::Line& line) {
      write_reversed(line.text);
      if (line.has_newline) kit::out << '\n';
      return true;
    });
  return kit::finish();
}
