// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool shows_all = false;
constexpr kit::Option options[] = {{'a', shows_all, "all of them, and not only the first"}};
constexpr kit::Usage usage{.name = "which",
                           .operands = "COMMAND...",
                           .sentence = "Says where the files of commands are.",
                           .options = options};

constinit std::string_view room[kit::most_variables];

bool show(std::string_view name, ipc::Strings variables) {
  bool is_found = false;
  kit::CommandPaths paths{name, variables};
  for (auto path = paths.next(); !path.empty(); path = paths.next()) {
    if (!kit::is_command(path)) continue;
    kit::out << path << '\n';
    is_found = true;
    if (!shows_all) break;
  }
  return is_found;
}

}  // namespace

int main(int argc, char** argv, char** environment) {
  const auto names = kit::start(usage, argc, argv);
  const auto variables = kit::strings_of(environment, room);
  bool has_all = true;
  for (const std::string_view name : names) has_all = show(name, variables) && has_all;
  return kit::finish(has_all ? 0 : 1);
}
