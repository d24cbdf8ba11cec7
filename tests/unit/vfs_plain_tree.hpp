// SPDX-License-Identifier: MIT
// A plain model of the tree: maps of names, and the rules of POSIX for owners.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <tests/unit/vfs_world.hpp>
#include <vector>

namespace vfs_test {

struct Thing {
  Kind kind = Kind::file;
  u32 mode = 0755;
  u64 links = 0;
  std::string bytes;  // of a file, or a link's text
  std::map<std::string, std::shared_ptr<Thing>> names;

  [[nodiscard]] bool allows(u32 bits) const { return (mode & bits) == bits; }
};
using ThingPtr = std::shared_ptr<Thing>;

inline std::deque<std::string> split(const std::string& path) {
  std::deque<std::string> names;
  for (u64 at = path.starts_with('/') ? 1 : 0; at < path.size();) {
    const u64 end = std::min(path.find('/', at), path.size());
    names.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// Paths are absolute, without slashes that mean nothing: spellings have tests of their own.
class PlainTree {
 public:
  PlainTree() : root(std::make_shared<Thing>(Thing{.kind = Kind::directory, .links = 1})) {}

  ThingPtr root;
  ThingPtr seen = root;  // what "/" means now: a session's root

  // Where a path leads. Without a name it is a directory that stands for itself.
  struct Spot {
    Fault fault = Fault::none;
    ThingPtr folder;
    std::string name;
    ThingPtr thing;
  };

  [[nodiscard]] Spot walk(const std::string& path, bool follow) const {
    std::deque<std::string> rest = split(path);
    std::vector<ThingPtr> way{seen};
    Spot spot{.thing = seen};
    for (u64 links = 0; !rest.empty();) {
      const std::string name = rest.front();
      rest.pop_front();
      if (name == "..") {
        if (way.size() > 1) way.pop_back();
        spot = {.thing = way.back()};
        continue;
      }
      if (!way.back()->allows(0100)) return {.fault = Fault::mode_forbids};
      const auto at = way.back()->names.find(name);
      spot = {.folder = way.back(),
              .name = name,
              .thing = at == way.back()->names.end() ? nullptr : at->second};
      if (spot.thing == nullptr) return rest.empty() ? spot : Spot{.fault = Fault::no_such_name};
      if (spot.thing->kind == Kind::symbolic_link && (follow || !rest.empty())) {
        if (links++ == abi::files::max_links_followed) return {.fault = Fault::too_many_links};
        const auto text = split(spot.thing->bytes);
        rest.insert(rest.begin(), text.begin(), text.end());
        if (spot.thing->bytes.starts_with('/')) way = {seen};
        spot = {.thing = way.back()};
        continue;
      }
      if (spot.thing->kind == Kind::directory) {
        way.push_back(spot.thing);
      } else if (!rest.empty()) {
        return {.fault = Fault::not_a_directory};
      }
    }
    return spot;
  }

  // What is there, links followed.
  [[nodiscard]] Spot find(const std::string& path) const {
    Spot spot = walk(path, true);
    if (spot.fault == Fault::none && spot.thing == nullptr) spot.fault = Fault::no_such_name;
    return spot;
  }

  Fault make(const std::string& path, Kind kind, const std::string& text = "") {
    const Spot at = walk(path, false);
    if (const Fault fault = check_new(at); fault != Fault::none) return fault;
    give(at, std::make_shared<Thing>(Thing{.kind = kind, .bytes = text}));
    return Fault::none;
  }
  Fault remove(const std::string& path) {
    const Spot at = walk(path, false);
    if (at.fault != Fault::none) return at.fault;
    if (at.thing == nullptr) return Fault::no_such_name;
    if (at.folder == nullptr) return Fault::in_use;
    if (!at.folder->allows(0300)) return Fault::mode_forbids;
    if (!at.thing->names.empty()) return Fault::not_empty;
    take(at);
    return Fault::none;
  }
  Fault link(const std::string& from, const std::string& to) {
    const Spot source = find(from);
    if (source.fault != Fault::none) return source.fault;
    if (source.thing->kind == Kind::directory) return Fault::is_a_directory;
    const Spot target = walk(to, false);
    if (const Fault fault = check_new(target); fault != Fault::none) return fault;
    give(target, source.thing);
    return Fault::none;
  }
  Fault rename(const std::string& from, const std::string& to) {
    const Spot source = walk(from, false);
    if (source.fault != Fault::none) return source.fault;
    if (source.thing == nullptr) return Fault::no_such_name;
    const Spot target = walk(to, false);
    if (target.fault != Fault::none) return target.fault;
    if (source.folder == nullptr || target.folder == nullptr) return Fault::in_use;
    if (!source.folder->allows(0300) || !target.folder->allows(0300)) return Fault::mode_forbids;
    if (target.thing == source.thing) return Fault::none;
    const bool is_folder = source.thing->kind == Kind::directory;
    if (is_folder && holds(source.thing, target.folder)) return Fault::into_itself;
    if (target.thing != nullptr) {
      if (is_folder != (target.thing->kind == Kind::directory))
        return is_folder ? Fault::not_a_directory : Fault::is_a_directory;
      if (!target.thing->names.empty()) return Fault::not_empty;
      take(target);
    }
    take(source);
    give(target, source.thing);
    return Fault::none;
  }

 private:
  static Fault check_new(const Spot& at) {
    if (at.fault != Fault::none) return at.fault;
    if (at.thing != nullptr) return Fault::name_exists;
    return at.folder->allows(0300) ? Fault::none : Fault::mode_forbids;
  }
  static void give(const Spot& at, const ThingPtr& thing) {
    at.folder->names[at.name] = thing;
    ++thing->links;
  }
  static void take(const Spot& at) {
    at.folder->names.erase(at.name);
    --at.thing->links;
  }
  static bool holds(const ThingPtr& above, const ThingPtr& thing) {
    if (above == thing) return true;
    for (const auto& [name, below] : above->names)
      if (holds(below, thing)) return true;
    return false;
  }
};

}  // namespace vfs_test
