// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/text/name_pattern.hpp>
#include <user/shell/language/glob.hpp>

namespace shell {
namespace {

using Paths = Growing<std::string_view>;

// One part of a path: "/name", where the slashes may be missing or many.
struct Part {
  std::string_view slashes;
  std::string_view name;
};

Part take_part(std::string_view& pattern) {
  const u64 start = std::min(pattern.find_first_not_of('/'), pattern.size());
  const u64 end = std::min(pattern.find('/', start), pattern.size());
  const Part part{pattern.substr(0, start), pattern.substr(start, end - start)};
  pattern.remove_prefix(end);
  return part;
}

class Walk {
 public:
  Walk(Arena& arena, Surroundings& surroundings) : arena_(arena), surroundings_(surroundings) {}

  // From the paths so far to those that are one part longer.
  void step(const Part& part, bool is_last, const Paths& from, Paths& to) {
    for (const std::string_view path : from.items()) {
      if (ipc::has_wildcards(part.name))
        list(path, part, is_last, to);
      else
        add(path, part, to);
    }
  }

 private:
  void list(std::string_view path, const Part& part, bool is_last, Paths& to) {
    const std::string_view directory = joined(path, part.slashes, {});
    // A name that begins with a dot is meant only if the dot is there.
    const bool wants_dot = part.name.starts_with('.') || part.name.starts_with("\\.");
    for (const FileName& file : surroundings_.names_in(directory.empty() ? "." : directory)) {
      if (!is_last && !file.is_directory) continue;
      if (file.name.starts_with('.') && !wants_dot) continue;
      if (ipc::matches_name(part.name, file.name)) to.push(joined(path, part.slashes, file.name));
    }
  }

  // What is not a pattern must be there as it is written.
  void add(std::string_view path, const Part& part, Paths& to) {
    const auto name = arena_.allocate<char>(part.name.size() + 1);
    if (name.empty()) return;
    std::copy(part.name.begin(), part.name.end(), name.begin());
    const u64 length = ipc::remove_escapes(name.first(part.name.size()));
    const std::string_view longer = joined(path, part.slashes, {name.data(), length});
    if (surroundings_.exists(longer)) to.push(longer);
  }

  std::string_view joined(std::string_view path, std::string_view slashes, std::string_view name) {
    TextBuilder text{arena_};
    text << path << slashes << name;
    return text.view();
  }

  Arena& arena_;
  Surroundings& surroundings_;
};

}  // namespace

void glob(Arena& arena, Surroundings& surroundings, std::string_view pattern,
          Growing<std::string_view>& found) {
  Walk walk{arena, surroundings};
  Paths paths{arena};
  paths.push(std::string_view{});
  while (!pattern.empty() && !paths.empty()) {
    Paths longer{arena};
    const Part part = take_part(pattern);
    walk.step(part, pattern.empty(), paths, longer);
    paths = longer;
  }
  std::sort(paths.items().begin(), paths.items().end());
  found.push(std::span<const std::string_view>{paths.items()});
}

}  // namespace shell
