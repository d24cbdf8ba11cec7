// SPDX-License-Identifier: MIT
// Random operations on a tree, beside a plain model of one: maps of names, and the rules of POSIX.
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <tests/unit/vfs_world.hpp>

namespace {

using namespace vfs_test;

struct Thing {
  Kind kind = Kind::file;
  std::string bytes;
  std::map<std::string, std::shared_ptr<Thing>> names;
};
using ThingPtr = std::shared_ptr<Thing>;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> names;
  for (u64 at = 1; at <= path.size();) {
    const u64 end = std::min(path.find('/', at), path.size());
    names.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// Paths are "/a/b/c" with few names, so that operations meet. There are no links in them: a walk
// that follows links has tests of its own.
struct Model {
  ThingPtr root = std::make_shared<Thing>(Thing{.kind = Kind::directory});

  struct Spot {
    ThingPtr folder;
    std::string name;
    Fault fault = Fault::none;
    [[nodiscard]] ThingPtr thing() const {
      const auto at = folder->names.find(name);
      return at == folder->names.end() ? nullptr : at->second;
    }
  };
  [[nodiscard]] Spot spot(const std::string& path) const {
    Spot spot{root, "", Fault::none};
    const auto names = split(path);
    for (u64 i = 0; i + 1 < names.size(); ++i) {
      const auto at = spot.folder->names.find(names[i]);
      if (at == spot.folder->names.end()) return {nullptr, "", Fault::no_such_name};
      if (at->second->kind != Kind::directory) return {nullptr, "", Fault::not_a_directory};
      spot.folder = at->second;
    }
    spot.name = names.back();
    return spot;
  }

  Fault make(const std::string& path, Kind kind) {
    const Spot at = spot(path);
    if (at.fault != Fault::none) return at.fault;
    if (at.thing() != nullptr) return Fault::name_exists;
    at.folder->names[at.name] = std::make_shared<Thing>(Thing{.kind = kind});
    return Fault::none;
  }
  Fault remove(const std::string& path) {
    const Spot at = spot(path);
    if (at.fault != Fault::none) return at.fault;
    if (at.thing() == nullptr) return Fault::no_such_name;
    if (!at.thing()->names.empty()) return Fault::not_empty;
    at.folder->names.erase(at.name);
    return Fault::none;
  }
  Fault link(const std::string& from, const std::string& to) {
    const Spot source = spot(from);
    if (source.fault != Fault::none) return source.fault;
    if (source.thing() == nullptr) return Fault::no_such_name;
    if (source.thing()->kind == Kind::directory) return Fault::is_a_directory;
    const Spot target = spot(to);
    if (target.fault != Fault::none) return target.fault;
    if (target.thing() != nullptr) return Fault::name_exists;
    target.folder->names[target.name] = source.thing();
    return Fault::none;
  }
  static bool holds(const ThingPtr& above, const ThingPtr& thing) {
    if (above == thing) return true;
    for (const auto& [name, below] : above->names)
      if (holds(below, thing)) return true;
    return false;
  }
  Fault rename(const std::string& from, const std::string& to) {
    const Spot source = spot(from);
    if (source.fault != Fault::none) return source.fault;
    const ThingPtr thing = source.thing();
    if (thing == nullptr) return Fault::no_such_name;
    const Spot target = spot(to);
    if (target.fault != Fault::none) return target.fault;
    const ThingPtr old = target.thing();
    if (old == thing) return Fault::none;
    const bool is_folder = thing->kind == Kind::directory;
    if (is_folder && holds(thing, target.folder)) return Fault::into_itself;
    if (old != nullptr && is_folder != (old->kind == Kind::directory))
      return is_folder ? Fault::not_a_directory : Fault::is_a_directory;
    if (old != nullptr && !old->names.empty()) return Fault::not_empty;
    source.folder->names.erase(source.name);
    target.folder->names[target.name] = thing;
    return Fault::none;
  }
};

class Game {
 public:
  explicit Game(u64 seed) : random_(seed) {}

  void step() {
    const std::string path = any_path();
    switch (random_() % 8) {
      case 0:
      case 1:
        ASSERT_EQ(world.file(path).error().fault, model.make(path, Kind::file)) << path;
        break;
      case 2: ASSERT_EQ(world.folder(path).error().fault, model.make(path, Kind::directory)); break;
      case 3:
        ASSERT_EQ(world.tree.remove(world.view, path, Tree::Removes::anything).error().fault,
                  model.remove(path));
        break;
      case 4: rename(path, any_path()); break;
      case 5: link(path, any_path()); break;
      case 6: write(path); break;
      case 7: resize(path); break;
    }
  }

  // Every name leads to the same on both sides, and a reader of the directory sees each once.
  void compare() { compare(*model.root, *world.tree.root()); }

  // Takes everything away again.
  void clear() {
    std::vector<std::string> paths;
    collect(*model.root, "", paths);
    for (const auto& path : paths)
      ASSERT_TRUE(world.tree.remove(world.view, path, Tree::Removes::anything).ok()) << path;
  }

  World world;
  Model model;

 private:
  std::string any_path() {
    std::string path;
    for (u64 i = 0; i <= random_() % 4; ++i) path += "/" + std::string(1, "abcdef"[random_() % 6]);
    return path;
  }
  ThingPtr file_at(const std::string& path) {
    const auto spot = model.spot(path);
    const ThingPtr thing = spot.fault == Fault::none ? spot.thing() : nullptr;
    return thing != nullptr && thing->kind == Kind::file ? thing : nullptr;
  }
  void rename(const std::string& from, const std::string& to) {
    ASSERT_EQ(world.tree.rename(world.view, from, world.view, to).error().fault,
              model.rename(from, to))
        << from << " " << to;
  }
  void link(const std::string& from, const std::string& to) {
    const auto node = world.find(from);
    const Fault fault =
        node.ok() ? world.tree.add_name(world.view, **node, to).error().fault : node.error().fault;
    ASSERT_EQ(fault, model.link(from, to)) << from << " " << to;
  }
  void write(const std::string& path) {
    const ThingPtr thing = file_at(path);
    if (thing == nullptr) return;
    const u64 offset = random_() % 4500;
    std::string bytes(1 + random_() % 900, '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    const auto written =
        write_block((*world.find(path))->contents, offset,
                    {reinterpret_cast<const u8*>(bytes.data()), bytes.size()}, world.store);
    const u64 end = offset + bytes.size();
    ASSERT_EQ(written.error().error, end > 4096 ? Error::too_big : Error::none);
    if (end > 4096) return;
    thing->bytes.resize(std::max(thing->bytes.size(), end));
    thing->bytes.replace(offset, bytes.size(), bytes);
  }
  void resize(const std::string& path) {
    const ThingPtr thing = file_at(path);
    if (thing == nullptr) return;
    const u64 size = random_() % 3 == 0 ? 0 : random_() % 4300;
    const auto done = resize_block((*world.find(path))->contents, size, world.store);
    ASSERT_EQ(done.error().error, size > 4096 ? Error::too_big : Error::none);
    if (size <= 4096) thing->bytes.resize(size);
  }
  void compare(const Thing& thing, const Node& node) {
    ASSERT_EQ(thing.kind, node.kind);
    if (thing.kind == Kind::file) ASSERT_EQ(thing.bytes, text(node));
    u64 seen = 0;
    NameReader names{node.directory.names, 0};
    while (const Entry* at = names.next()) {
      const auto known = thing.names.find(std::string{at->name()});
      ASSERT_NE(known, thing.names.end()) << at->name();
      compare(*known->second, *at->node);
      ++seen;
    }
    ASSERT_EQ(seen, thing.names.size());
    ASSERT_EQ(node.directory.count, thing.names.size());
  }
  static void collect(const Thing& thing, const std::string& path,
                      std::vector<std::string>& paths) {
    for (const auto& [name, below] : thing.names) {
      collect(*below, path + "/" + name, paths);
      paths.push_back(path + "/" + name);
    }
  }

  std::mt19937_64 random_;
};

TEST(VfsModel, RandomOperationsDoWhatTheModelDoes) {
  for (u64 seed = 1; seed <= 20; ++seed) {
    Game game{seed};
    for (int i = 0; i < 3'000; ++i) {
      ASSERT_NO_FATAL_FAILURE(game.step()) << "seed " << seed << ", step " << i;
      if (i % 100 == 0) ASSERT_NO_FATAL_FAILURE(game.compare());
    }
    ASSERT_NO_FATAL_FAILURE(game.compare());
    game.clear();
    EXPECT_EQ(game.world.tree.nodes(), 1U);
    EXPECT_EQ(game.world.store.blocks(), 1U);
    EXPECT_EQ(game.world.pages.used(), 1U);
  }
}

TEST(VfsModel, AReaderSeesWhatStaysOnceWhateverComesAndGoes) {
  World world;
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(world.file("/stays" + std::to_string(i)).ok());
  std::mt19937_64 random{7};
  std::map<std::string, int> seen;
  u64 cursor = 0;
  const NameIndex& names = world.tree.root()->directory.names;
  while (const Entry* at = NameReader{names, cursor}.next()) {
    ++seen[std::string{at->name()}];
    cursor = at->key + 1;
    const std::string other = "/other" + std::to_string(random() % 50);
    if (!world.file(other).ok())
      ASSERT_TRUE(world.tree.remove(world.view, other, Tree::Removes::files).ok());
  }
  for (int i = 0; i < 200; ++i) EXPECT_EQ(seen["stays" + std::to_string(i)], 1);
}

TEST(VfsModel, SixteenThousandFilesInOneDirectory) {
  World world;
  for (int i = 0; i < 16'384; ++i)
    ASSERT_TRUE(world.file("/" + std::string(240, 'n') + std::to_string(i)).ok());
  EXPECT_EQ(attributes_of(*world.tree.root()).size, 16'384U);
  for (int i = 0; i < 16'384; ++i)
    ASSERT_TRUE(world.tree
                    .remove(world.view, "/" + std::string(240, 'n') + std::to_string(i),
                            Tree::Removes::files)
                    .ok());
  EXPECT_EQ(world.pages.used(), 1U);
}

}  // namespace
