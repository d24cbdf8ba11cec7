// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

constinit bool is_recursive = false;
constexpr kit::Option options[] = {{'R', is_recursive, "all that is in directories as well"}};
constexpr kit::Usage usage{.name = "chmod",
                           .operands = "MODE PATH...",
                           .sentence = "Changes modes, which are numbers in octal.",
                           .options = options,
                           .least = 2};

void change_tree(std::string_view path, base::u64 mode) {
  kit::Walk walk{path};
  for (kit::Step step; walk.next(step);) {
    kit::Outcome<void> done;
    if (step.event == kit::Event::failed) done = step.problem;
    // Directories afterwards, as the mode may forbid to go into them. A link has no mode.
    const bool is_due = step.event == kit::Event::leave || step.event == kit::Event::other;
    if (is_due && step.kind != kit::Kind::symbolic_link) done = kit::set_mode(step.place, mode);
    if (!done.ok()) kit::complain(step.path, done.error());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  const auto mode = kit::parse_number(operands[0], 8);
  if (!mode || *mode > 07777) kit::misused(operands[0], "this is no mode in octal");
  for (const std::string_view path : operands.subspan(1)) {
    if (is_recursive) {
      change_tree(path, *mode);
      continue;
    }
    const auto done = kit::set_mode({path}, *mode);
    if (!done.ok()) kit::complain(path, done.error());
  }
  return kit::finish();
}
