// SPDX-License-Identifier: MIT
// Random operations on a tree, beside a plain model of one: names, links, modes, roots of sessions,
// and files that are open while their names go.
#include <gtest/gtest.h>
#include <random>
#include <tests/unit/vfs_plain_tree.hpp>

namespace {

using namespace vfs_test;

class Game {
 public:
  explicit Game(u64 seed) : random_(seed) {}

  void step() {
    choose_root();
    const std::string path = any_path();
    switch (random_() % 12) {
      case 0:
      case 1: make(path, Kind::file); break;
      case 2: make(path, Kind::directory); break;
      case 3: make(path, Kind::symbolic_link); break;
      case 4:
        ASSERT_EQ(world.tree.remove(view_, path, Tree::Removes::anything).error().fault,
                  model.remove(path))
            << path;
        break;
      case 5: rename(path, any_path()); break;
      case 6: link(path, any_path()); break;
      case 7: write(any_file(path)); break;
      case 8: resize(any_file(path)); break;
      case 9: change_mode(path); break;
      case 10: open(path); break;
      case 11: close(); break;
    }
  }

  // Every name leads to the same on both sides, and a reader of the directory sees each once.
  void compare() {
    compare(*model.root, *world.tree.root());
    for (const auto& [thing, node] : open_) ASSERT_EQ(thing->bytes, text(*node));
  }

  // Takes everything away again.
  void clear() {
    while (!open_.empty()) close();
    view_ = world.view;
    view_.ignores_modes = true;
    std::vector<std::string> paths;
    collect(*model.root, "", paths);
    for (const auto& path : paths)
      ASSERT_TRUE(world.tree.remove(view_, path, Tree::Removes::anything).ok()) << path;
  }

  World world;
  PlainTree model;

 private:
  // A file on both sides.
  struct Pair {
    ThingPtr thing;
    Node* node = nullptr;
  };

  std::string any_path() {
    std::string path;
    for (u64 i = 0; i <= random_() % 4; ++i)
      path += random_() % 20 == 0 ? "/.." : "/" + std::string(1, "abcdef"[random_() % 6]);
    return path;
  }
  // Now and then a session with a root of its own does it.
  void choose_root() {
    model.seen = model.root;
    view_ = world.view;
    if (random_() % 3 != 0) return;
    const std::string path = any_path();
    const auto spot = model.find(path);
    if (spot.fault != Fault::none || spot.thing->kind != Kind::directory) return;
    const auto node = look_up(view_, path, true);
    ASSERT_TRUE(node.ok()) << path;
    model.seen = spot.thing;
    view_.root = view_.base = *node;
  }
  Pair find(const std::string& path) {
    const auto spot = model.find(path);
    const auto node = look_up(view_, path, true);
    EXPECT_EQ(node.error().fault, spot.fault) << path;
    return node.ok() && spot.fault == Fault::none ? Pair{spot.thing, *node} : Pair{};
  }
  // By a path, or one that is open, perhaps without a name.
  Pair any_file(const std::string& path) {
    if (!open_.empty() && random_() % 2 == 0) return open_[random_() % open_.size()];
    const Pair found = find(path);
    return found.node != nullptr && found.node->is(Kind::file) ? found : Pair{};
  }

  void make(const std::string& path, Kind kind) {
    const std::string text = kind == Kind::symbolic_link ? any_path().substr(random_() % 2) : "";
    Fault fault = Fault::none;
    if (kind == Kind::directory) {
      fault = world.tree.make_directory(view_, path, 0755).error().fault;
    } else if (kind == Kind::symbolic_link) {
      fault = world.tree.make_link(view_, path, text).error().fault;
    } else {
      const auto at = walk(view_, path, false);
      fault = at.ok() ? world.tree.create(view_, *at, kind, 0755).error().fault : at.error().fault;
    }
    ASSERT_EQ(fault, model.make(path, kind, text)) << path;
  }
  void rename(const std::string& from, const std::string& to) {
    ASSERT_EQ(world.tree.rename(view_, from, view_, to).error().fault, model.rename(from, to))
        << from << " " << to;
  }
  void link(const std::string& from, const std::string& to) {
    const auto node = look_up(view_, from, true);
    const Fault fault =
        node.ok() ? world.tree.add_name(view_, **node, to).error().fault : node.error().fault;
    ASSERT_EQ(fault, model.link(from, to)) << from << " " << to;
  }
  void write(const Pair& file) {
    if (file.node == nullptr) return;
    // Behind the end, within, or at it: what lies between is zero.
    const u64 offset = random_() % 3 == 0 ? file.thing->bytes.size() : random_() % 4500;
    std::string bytes(1 + random_() % 900, '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    const auto written =
        write_block(file.node->contents, offset,
                    {reinterpret_cast<const u8*>(bytes.data()), bytes.size()}, world.store);
    const u64 end = offset + bytes.size();
    ASSERT_EQ(written.error().error, end > 4096 ? Error::too_big : Error::none);
    if (end > 4096) return;
    file.thing->bytes.resize(std::max(file.thing->bytes.size(), end));
    file.thing->bytes.replace(offset, bytes.size(), bytes);
  }
  void resize(const Pair& file) {
    if (file.node == nullptr) return;
    const u64 size = random_() % 3 == 0 ? 0 : random_() % 4300;
    const auto done = resize_block(file.node->contents, size, world.store);
    ASSERT_EQ(done.error().error, size > 4096 ? Error::too_big : Error::none);
    if (size <= 4096) file.thing->bytes.resize(size);
  }
  void change_mode(const std::string& path) {
    const Pair found = find(path);
    if (found.node == nullptr || found.node->is(Kind::symbolic_link)) return;
    constexpr u32 modes[] = {0755, 0755, 0755, 0555, 0655, 0355};
    found.node->mode = found.thing->mode = modes[random_() % std::size(modes)];
  }
  void open(const std::string& path) {
    const Pair found = find(path);
    if (found.node == nullptr || !found.node->is(Kind::file) || open_.size() == 8) return;
    world.tree.retain(*found.node);
    open_.push_back(found);
  }
  void close() {
    if (open_.empty()) return;
    const u64 i = random_() % open_.size();
    world.tree.release(*open_[i].node);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void compare(const Thing& thing, const Node& node) {
    ASSERT_EQ(thing.kind, node.kind);
    ASSERT_EQ(thing.links, node.links);
    if (thing.kind != Kind::directory) ASSERT_EQ(thing.bytes, text(node));
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
  View view_;
  std::vector<Pair> open_;
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
