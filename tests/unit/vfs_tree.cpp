// SPDX-License-Identifier: MIT
// What changes the tree, operation by operation.
#include <gtest/gtest.h>
#include <tests/unit/vfs_world.hpp>

namespace {

using namespace vfs_test;
using Removes = Tree::Removes;

struct VfsTree : testing::Test {
  World world;
  Tree& tree = world.tree;
  const View& view = world.view;

  Fault rename(std::string_view from, std::string_view to) {
    return tree.rename(view, from, view, to).error().fault;
  }
  Fault remove(std::string_view path, Removes what = Removes::anything) {
    return tree.remove(view, path, what).error().fault;
  }
};

TEST_F(VfsTree, NamesAreMadeAndRemoved) {
  ASSERT_TRUE(world.folder("/d").ok());
  ASSERT_TRUE(world.file("/d/f").ok());
  EXPECT_EQ(world.file("/d/f").error().fault, Fault::name_exists);
  EXPECT_EQ(world.folder("/d/f").error().fault, Fault::name_exists);
  EXPECT_EQ(world.file("/d/new/").error().fault, Fault::not_a_directory);
  EXPECT_TRUE(world.folder("/d/new/").ok());
  EXPECT_EQ(world.folder("/").error().fault, Fault::name_exists);
  EXPECT_EQ(remove("/d", Removes::files), Fault::is_a_directory);
  EXPECT_EQ(remove("/d"), Fault::not_empty);
  EXPECT_EQ(remove("/d/f", Removes::directories), Fault::not_a_directory);
  EXPECT_EQ(remove("/d/f"), Fault::none);
  EXPECT_EQ(remove("/d/f"), Fault::no_such_name);
  EXPECT_EQ(remove("/d/new"), Fault::none);
  EXPECT_EQ(remove("/d/."), Fault::in_use);
  EXPECT_EQ(remove("/"), Fault::in_use);
  EXPECT_EQ(remove("/d"), Fault::none);
  EXPECT_EQ(tree.nodes(), 1U);
  EXPECT_EQ(world.store.blocks(), 1U);
}

TEST_F(VfsTree, ARemovedFileLivesWhileItIsOpen) {
  Node* file = *world.file("/f");
  ASSERT_TRUE(
      write_block(file->contents, 0, {reinterpret_cast<const u8*>("text"), 4}, world.store).ok());
  tree.retain(*file);
  EXPECT_EQ(remove("/f"), Fault::none);
  EXPECT_EQ(text(*file), "text");
  EXPECT_EQ(attributes_of(*file).links, 0U);
  tree.release(*file);
  EXPECT_EQ(tree.nodes(), 1U);
}

TEST_F(VfsTree, ARemovedDirectoryTakesNothingIn) {
  Node* folder = *world.folder("/d");
  tree.retain(*folder);
  world.view.base = folder;
  EXPECT_EQ(remove("/d"), Fault::none);
  EXPECT_EQ(world.file("x").error().fault, Fault::no_such_name);
  EXPECT_EQ(world.fault(".."), Fault::no_such_name);
  EXPECT_EQ(*world.find("."), folder);
  world.view.base = world.view.root;
  tree.release(*folder);
  EXPECT_EQ(tree.nodes(), 1U);
}

TEST_F(VfsTree, AFileHasSeveralNames) {
  Node* file = *world.file("/f");
  ASSERT_TRUE(world.folder("/d").ok());
  EXPECT_TRUE(tree.add_name(view, *file, "/d/g").ok());
  EXPECT_EQ(attributes_of(*file).links, 2U);
  EXPECT_EQ(tree.add_name(view, *file, "/d").error().fault, Fault::name_exists);
  EXPECT_EQ(tree.add_name(view, **world.find("/d"), "/e").error().fault, Fault::is_a_directory);
  // Both are the same: there is nothing to do.
  EXPECT_EQ(rename("/f", "/d/g"), Fault::none);
  EXPECT_EQ(attributes_of(*file).links, 2U);
  EXPECT_EQ(remove("/f"), Fault::none);
  EXPECT_EQ(*world.find("/d/g"), file);
}

TEST_F(VfsTree, RenameMovesAndReplaces) {
  Node* f = *world.file("/f");
  ASSERT_TRUE(world.folder("/d").ok());
  EXPECT_EQ(rename("/f", "/d/g"), Fault::none);
  EXPECT_EQ(*world.find("/d/g"), f);
  EXPECT_EQ(world.fault("/f"), Fault::no_such_name);
  ASSERT_TRUE(world.file("/other").ok());
  EXPECT_EQ(rename("/other", "/d/g"), Fault::none);
  EXPECT_EQ(tree.nodes(), 3U);
  EXPECT_EQ(rename("/d", "/e"), Fault::none);
  EXPECT_EQ(*world.find("/e/.."), tree.root());
  EXPECT_TRUE(world.find("/e/g").ok());
}

TEST_F(VfsTree, RenameRefuses) {
  for (const auto* folder : {"/d", "/d/in", "/d/in/deep", "/full", "/full/x", "/empty"})
    ASSERT_TRUE(world.folder(folder).ok());
  ASSERT_TRUE(world.file("/f").ok());
  EXPECT_EQ(rename("/x", "/y"), Fault::no_such_name);
  EXPECT_EQ(rename("/", "/y"), Fault::in_use);
  EXPECT_EQ(rename("/d", "/"), Fault::in_use);
  EXPECT_EQ(rename("/d", "/d/in/deep/x"), Fault::into_itself);
  EXPECT_EQ(rename("/d", "/d/x"), Fault::into_itself);
  EXPECT_EQ(rename("/d", "/f"), Fault::not_a_directory);
  EXPECT_EQ(rename("/f", "/d"), Fault::is_a_directory);
  EXPECT_EQ(rename("/f", "/new/"), Fault::not_a_directory);
  EXPECT_EQ(rename("/d", "/full"), Fault::not_empty);
  EXPECT_EQ(rename("/d", "/d"), Fault::none);
  EXPECT_EQ(rename("/d", "/empty"), Fault::none);
  EXPECT_TRUE(world.find("/empty/in/deep").ok());
  char room[64];
  EXPECT_EQ(*path_of(*tree.root(), **world.find("/empty/in"), room), "/empty/in");
}

TEST_F(VfsTree, WhoMayNotChangeDoesNot) {
  Node* d = *world.folder("/d");
  ASSERT_TRUE(world.file("/d/f").ok());
  d->mode = 0555;
  EXPECT_EQ(world.file("/d/g").error().fault, Fault::mode_forbids);
  EXPECT_EQ(remove("/d/f"), Fault::mode_forbids);
  EXPECT_EQ(rename("/d/f", "/f"), Fault::mode_forbids);
  world.view.ignores_modes = true;
  EXPECT_EQ(remove("/d/f"), Fault::none);
  world.view.may_change = false;
  EXPECT_EQ(remove("/d"), Fault::session_forbids);
}

// At each of its allocations an operation fails once; then everything is as it was.
TEST_F(VfsTree, WithoutMemoryNothingHappens) {
  ASSERT_TRUE(world.folder("/d").ok());
  ASSERT_TRUE(world.file("/d/f").ok());
  const u64 nodes = tree.nodes();
  const u64 blocks = world.store.blocks();
  const auto name = "/d/" + std::string(255, 'n');
  world.pages.left = 0;
  // Fill what the pages at hand still have.
  std::vector<std::pair<void*, u64>> filling;
  for (const u64 bytes : {64U, 96U, 128U, 336U, 496U, 1008U})
    for (auto block = world.store.allocate(bytes); block.ok(); block = world.store.allocate(bytes))
      filling.emplace_back(*block, bytes);
  for (u64 pages = 0; pages < 2; ++pages) {
    world.pages.left = pages;
    EXPECT_EQ(world.file(name).error().error, Error::over_quota);
    EXPECT_EQ(world.folder(name).error().error, Error::over_quota);
    EXPECT_EQ(world.link(name, std::string(500, 't')).error().error, Error::over_quota);
    EXPECT_EQ(tree.nodes(), nodes);
    EXPECT_EQ(world.store.blocks(), blocks + filling.size());
  }
  world.pages.left = 0;
  EXPECT_EQ(tree.rename(view, "/d/f", view, name).error().error, Error::over_quota);
  EXPECT_TRUE(world.find("/d/f").ok());
  EXPECT_EQ(world.fault(name), Fault::no_such_name);
  for (const auto& [block, bytes] : filling) world.store.release(block, bytes);
}

TEST_F(VfsTree, AFileIsCalledByTheLastNameThatItWasGiven) {
  Node& file = **world.file("/a");
  world.tree.retain(file);
  char room[64];
  const auto path = [&] {
    const auto found = path_of(*world.tree.root(), file, room);
    return found.ok() ? std::string{*found} : "none";
  };
  EXPECT_EQ(path(), "/a");
  ASSERT_TRUE(world.folder("/d").ok() && world.tree.add_name(world.view, file, "/d/b").ok());
  EXPECT_EQ(path(), "/d/b");
  ASSERT_TRUE(world.tree.rename(world.view, "/d", world.view, "/e").ok());
  EXPECT_EQ(path(), "/e/b");
  ASSERT_TRUE(world.tree.rename(world.view, "/a", world.view, "/c").ok());
  EXPECT_EQ(path(), "/c");
  ASSERT_TRUE(world.file("/other").ok());
  ASSERT_TRUE(world.tree.rename(world.view, "/other", world.view, "/c").ok());
  // It has another one still, which it does not know.
  EXPECT_EQ(path(), "none");
  EXPECT_EQ(file.links, 1U);
  world.tree.release(file);
}

}  // namespace
