// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/growing.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constinit bool shows_hidden = false;
constinit bool only_directories = false;
constinit u64 deepest = ~u64{0};
constexpr kit::Option options[] = {
    {'a', shows_hidden, "hidden ones too: names with a dot in front"},
    {'d', only_directories, "directories alone"},
    {'L', deepest, "N", "so many levels"}};
constexpr kit::Usage usage{.name = "tree",
                           .operands = "[PATH...]",
                           .sentence = "Draws trees of files.",
                           .options = options};

constexpr std::string_view bar = "│   ";
constexpr std::string_view gap = "    ";
constexpr std::string_view branch = "├── ";
constexpr std::string_view last = "└── ";

struct Count {
  u64 trees = 0;
  u64 directories = 0;
  u64 files = 0;
};

bool is_wanted(const kit::Name& name) {
  if (!shows_hidden && name.text.starts_with('.')) return false;
  return !only_directories || name.kind == kit::Kind::directory;
}

// A bar goes down wherever more is to come on a level above.
void show(const kit::Step& step, kit::Growing<bool>& has_more) {
  for (u64 level = 1; level < step.depth; ++level) kit::out << (has_more[level] ? bar : gap);
  kit::out << (step.is_last ? last : branch) << step.name;
  char text[abi::files::max_path];
  if (step.kind == kit::Kind::symbolic_link) {
    const auto target = kit::read_link(step.place, text);
    if (target.ok()) kit::out << " -> " << *target;
  }
  kit::out << '\n';
}

void draw(std::string_view path, Count& count) {
  kit::Walk walk{path, kit::Links::followed, is_wanted};
  kit::Growing<bool> has_more;
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::failed) kit::complain(step.path, step.problem);
    if (step.event == kit::Event::leave || step.event == kit::Event::failed) continue;
    if (!has_more.make_room(step.depth)) kit::give_up(step.path, kit::no_memory);
    has_more[step.depth] = !step.is_last;
    if (step.depth == 0)
      kit::out << path << '\n', ++count.trees;
    else
      show(step, has_more);
    (step.kind == kit::Kind::directory ? count.directories : count.files) += 1;
    if (step.depth >= deepest) walk.skip();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  Count count;
  if (paths.empty()) draw(".", count);
  for (const std::string_view path : paths) draw(path, count);
  if (count.trees == 0) return kit::finish();
  kit::out << '\n' << count.directories << (count.directories == 1 ? " directory" : " directories");
  if (!only_directories) kit::out << ", " << count.files << (count.files == 1 ? " file" : " files");
  kit::out << '\n';
  return kit::finish();
}
