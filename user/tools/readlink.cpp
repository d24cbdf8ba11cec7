// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/real_path.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool goes_all_the_way = false;
constinit bool has_no_newline = false;
constexpr kit::Option options[] = {{'f', goes_all_the_way, "where the path really leads"},
                                   {'n', has_no_newline, "no newline behind the last one"}};
constexpr kit::Usage usage{.name = "readlink",
                           .operands = "PATH...",
                           .sentence = "Writes the text of symbolic links.",
                           .options = options,
                           .least = 1};

constinit kit::RealPath real_path{};
constinit char text[abi::files::max_path];

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  for (const std::string_view path : paths) {
    const auto found = goes_all_the_way ? real_path.find(path) : kit::read_link({path}, text);
    if (found.ok())
      kit::out << *found << (has_no_newline && paths.size() == 1 ? "" : "\n");
    else
      kit::complain(path, found.error());
  }
  return kit::finish();
}
