// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

constinit std::string_view which = "t";
constexpr kit::Option options[] = {
    {'b', which, "WHICH", "a: all lines have numbers; t, as without it: those that are not empty"}};
constexpr kit::Usage usage{.name = "nl",
                           .operands = "[FILE...]",
                           .sentence = "Writes lines with their numbers in front.",
                           .options = options};

constexpr base::u64 width = 6;

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  if (which != "a" && which != "t") kit::misused(which, "this is neither a nor t");
  base::u64 number = 0;
  for (const std::string_view file : files)
    kit::each_line(file, [&](const ipc::LineReader::Line& line) {
      if (which == "a" || !line.text.empty())
        kit::out.right(++number, width) << '\t' << line.text << '\n';
      else
        kit::out.right("", width + 1) << '\n';
      return true;
    });
  return kit::finish();
}
