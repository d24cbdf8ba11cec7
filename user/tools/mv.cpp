// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/destination.hpp>

namespace {

constinit bool is_forced = false;
constexpr kit::Option options[] = {{'f', is_forced, "does not ask, as it never does"}};
constexpr kit::Usage usage{.name = "mv",
                           .operands = "SOURCE... DESTINATION",
                           .sentence = "Gives files and directories other names and places.",
                           .options = options,
                           .least = 2};

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  kit::Destination destination{operands};
  for (const std::string_view source : operands.first(operands.size() - 1)) {
    const auto path = destination.path_for(source);
    kit::Outcome<void> moved = path.error();
    if (path.ok()) moved = kit::files.rename(source, *path);
    if (!moved.ok()) kit::complain(source, moved.error());
  }
  return kit::finish();
}
