// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using abi::files::Removes;

constinit bool is_recursive = false;
constinit bool takes_empty = false;
constinit bool is_forced = false;
constexpr kit::Option options[] = {{'r', is_recursive, "directories too, with all that is in them"},
                                   {'R', is_recursive, "the same"},
                                   {'d', takes_empty, "empty directories too"},
                                   {'f', is_forced, "what is not there is fine"}};
constexpr kit::Usage usage{.name = "rm",
                           .operands = "PATH...",
                           .sentence = "Removes files, and with -r whole trees.",
                           .options = options};

// A link is removed and not followed, so nothing outside the tree is touched.
void remove_tree(std::string_view path) {
  kit::Walk walk{path};
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::directory) continue;
    if (step.event == kit::Event::failed) {
      const bool is_fine = is_forced && kit::is(step.problem, abi::Error::not_found);
      if (!is_fine) kit::complain(step.path, step.problem);
      continue;
    }
    const auto what = step.event == kit::Event::leave ? Removes::directories : Removes::files;
    const auto removed = kit::remove(step.place, what);
    if (!removed.ok()) kit::complain(step.path, removed.error());
  }
}

void remove_file(std::string_view path) {
  const auto removed = kit::remove({path}, takes_empty ? Removes::anything : Removes::files);
  if (removed.ok() || (is_forced && kit::is(removed.error(), abi::Error::not_found))) return;
  kit::complain(path, removed.error());
}

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  if (paths.empty() && !is_forced) kit::misused("", "more words are needed");
  for (const std::string_view path : paths) {
    const std::string_view name = kit::base_name(path);
    // The way back would be cut off.
    if (name == "." || name == ".." || name == "/")
      kit::complain(path, "this is not removed by this name");
    else if (is_recursive)
      remove_tree(path);
    else
      remove_file(path);
  }
  return kit::finish();
}
