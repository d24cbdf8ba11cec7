// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/destination.hpp>

namespace {

constinit bool is_forced = false;
constinit bool keeps_present = false;
constexpr kit::Option options[] = {{'f', is_forced, "does not ask, as it never does"},
                                   {'n', keeps_present, "what is there already stays"}};
constexpr kit::Usage usage{.name = "mv",
                           .operands = "SOURCE... DESTINATION",
                           .sentence = "Gives files and directories other names and places.",
                           .options = options,
                           .least = 2};

void move(std::string_view source, std::string_view path) {
  const auto before = kit::stat({source}, kit::Links::kept);
  const auto present = kit::stat({path}, kit::Links::kept);
  if (before.ok() && present.ok()) {
    if (keeps_present) return;
    // Of two names of one file the system would keep both.
    if (before->id == present->id) return kit::complain(path, "these are the same file");
  }
  const auto moved = kit::files.rename(source, path);
  if (!moved.ok()) kit::complain(source, moved.error());
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  kit::Destination destination{operands};
  for (const std::string_view source : operands.first(operands.size() - 1)) {
    const auto path = destination.path_for(source);
    path.ok() ? move(source, *path) : kit::complain(source, path.error());
  }
  return kit::finish();
}
