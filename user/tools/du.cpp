// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/growing.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constinit bool only_sums = false;
constinit bool shows_files = false;
constinit bool is_human = false;
constinit bool counts_bytes = false;
constexpr kit::Option options[] = {{'s', only_sums, "only the sum of each path"},
                                   {'a', shows_files, "each file too"},
                                   {'h', is_human, "for people: 1.5K"},
                                   {'b', counts_bytes, "lengths in bytes instead of memory"}};
constexpr kit::Usage usage{.name = "du",
                           .operands = "[PATH...]",
                           .sentence = "Sums up the memory that files take, in KiB.",
                           .options = options};

u64 size_of(kit::Place place, std::string_view path) {
  const auto attributes = kit::stat(place, kit::Links::kept);
  if (!attributes.ok()) return kit::complain(path, attributes.error()), 0;
  // The size of a directory is how many names it has.
  if (counts_bytes) return attributes->kind == kit::Kind::directory ? 0 : attributes->size;
  return attributes->pages * base::page_size;
}

void show(u64 bytes, std::string_view path) {
  base::Text<32> size;
  if (is_human)
    kit::write_human(size, bytes);
  else
    size << (counts_bytes ? bytes : bytes / base::kib);
  kit::out << size.view() << '\t' << path << '\n';
}

void measure(std::string_view path) {
  kit::Walk walk{path};
  kit::Growing<u64> sums;  // of the directories on the way
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::failed) {
      kit::complain(step.path, step.problem);
      if (step.kind != kit::Kind::directory) continue;
    }
    if (!sums.make_room(step.depth + 1)) kit::give_up(step.path, kit::no_memory);
    if (step.event == kit::Event::directory) {
      sums[step.depth + 1] = size_of(step.place, step.path);
      continue;
    }
    const bool is_directory = step.event != kit::Event::other;
    const u64 bytes = is_directory ? sums[step.depth + 1] : size_of(step.place, step.path);
    sums[step.depth] += bytes;
    if (step.depth == 0 || (!only_sums && (is_directory || shows_files))) show(bytes, step.path);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  if (paths.empty()) measure(".");
  for (const std::string_view path : paths) measure(path);
  return kit::finish();
}
