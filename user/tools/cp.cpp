// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/destination.hpp>
#include <user/tools/kit/tree_copy.hpp>

namespace {

constinit bool is_recursive = false;
constinit bool keeps_times = false;
constinit bool is_archive = false;
constexpr kit::Option options[] = {{'r', is_recursive, "directories too, with all that is in them"},
                                   {'R', is_recursive, "the same"},
                                   {'p', keeps_times, "with the times of the originals"},
                                   {'a', is_archive, "as -r -p"}};
constexpr kit::Usage usage{.name = "cp",
                           .operands = "SOURCE... DESTINATION",
                           .sentence = "Copies files, and with -r whole trees.",
                           .options = options,
                           .least = 2};

void copy(std::string_view from, std::string_view to) {
  // Without -r a link is followed: what counts is what it leads to.
  const auto links = is_recursive ? kit::Links::kept : kit::Links::followed;
  const auto attributes = kit::stat({from}, links);
  if (!attributes.ok()) return kit::complain(from, attributes.error());
  if (is_recursive && attributes->kind != kit::Kind::file)
    return static_cast<void>(kit::copy_tree(from, to, keeps_times));
  const auto copied = kit::copy_file({from}, {to}, keeps_times);
  if (copied.ok()) return;
  const auto present = kit::stat({to});
  if (present.ok() && present->id == attributes->id)
    return kit::complain(to, "these are the same file");
  // One of the two is what the complaint is about.
  kit::complain(kit::open({from}).ok() ? to : from, copied.error());
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  is_recursive = is_recursive || is_archive;
  keeps_times = keeps_times || is_archive;
  kit::Destination destination{operands};
  for (const std::string_view source : operands.first(operands.size() - 1)) {
    const auto path = destination.path_for(source);
    if (path.ok())
      copy(source, *path);
    else
      kit::complain(source, path.error());
  }
  return kit::finish();
}
