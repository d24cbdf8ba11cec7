// SPDX-License-Identifier: MIT
// Where paths lead.
#include <gtest/gtest.h>
#include <servers/vfs/tree/path.hpp>
#include <tests/unit/vfs_world.hpp>

namespace {

using namespace vfs_test;

std::string normal(std::string_view path) {
  std::string to(path.size() + 1, '\0');
  return std::string{normalise(path, to)};
}

TEST(VfsPath, SpellingsOfOnePathAreOne) {
  for (const auto* path : {"/a/b", "a/b", "//a///b", "/a/b/", "/a/./b", "./a/b/.", "/../a/b",
                           "/a/c/../b", "/a/b/c/..", "../../a/b", "/x/../a/b//", "a/x/y/../../b",
                           "/./a/././b/./", "/..//../a/../a/b", "a/b/c/d/../.."})
    EXPECT_EQ(normal(path), "/a/b") << path;
  for (const auto* path :
       {"", "/", "//", ".", "./", "..", "/..", "/../..", "a/..", "/a/../..", "./."})
    EXPECT_EQ(normal(path), "/") << path;
  for (const auto* path : {"...", "/...", ".../", "/a/../..."}) EXPECT_EQ(normal(path), "/...");
  EXPECT_EQ(normal("/..a/.b/c..d"), "/..a/.b/c..d");
}

struct VfsWalk : testing::Test {
  World world;
  Node* a = *world.folder("/a");
  Node* b = *world.folder("/a/b");
  Node* f = *world.file("/a/b/f");
};

TEST_F(VfsWalk, AllSpellingsOfAPathLeadToTheSame) {
  for (const auto* path : {"/a/b", "a/b", "//a///b", "/a/b/", "/a/./b", "./a/b/.", "/../a/b",
                           "/a/b/../b", "../../a/b", "/a/../a/b//", "/a/b/./"})
    EXPECT_EQ(*world.find(path), b) << path;
  for (const auto* path : {"/", "//", ".", "./", "..", "/..", "/../..", "a/..", "/a/b/../.."})
    EXPECT_EQ(*world.find(path), world.tree.root()) << path;
}

TEST_F(VfsWalk, WhatIsWrongWithAPathIsSaid) {
  EXPECT_EQ(world.fault(""), Fault::no_such_name);
  EXPECT_EQ(world.fault("/x"), Fault::no_such_name);
  EXPECT_EQ(world.fault("/x/y"), Fault::no_such_name);
  EXPECT_EQ(world.fault("/a/b/f/"), Fault::not_a_directory);
  EXPECT_EQ(world.fault("/a/b/f/."), Fault::not_a_directory);
  EXPECT_EQ(world.fault("/a/b/f/.."), Fault::not_a_directory);
  EXPECT_EQ(world.fault("/a/b/f/x"), Fault::not_a_directory);
  EXPECT_EQ(world.fault("/" + std::string(256, 'n')), Fault::name_too_long);
  EXPECT_EQ(world.fault("/" + std::string(255, 'n')), Fault::no_such_name);
}

TEST_F(VfsWalk, LinksAreFollowedFromWhereTheyStand) {
  ASSERT_TRUE(world.link("/a/relative", "b/f").ok());
  ASSERT_TRUE(world.link("/a/absolute", "/a/b").ok());
  ASSERT_TRUE(world.link("/a/b/up", "../relative").ok());
  ASSERT_TRUE(world.link("/dangling", "nothing").ok());
  EXPECT_EQ(*world.find("/a/relative"), f);
  EXPECT_EQ(*world.find("/a/absolute/f"), f);
  EXPECT_EQ(*world.find("/a/absolute/"), b);
  EXPECT_EQ(*world.find("/a/absolute/.."), a);
  EXPECT_EQ(*world.find("/a/b/up"), f);
  EXPECT_EQ(world.fault("/dangling"), Fault::no_such_name);
  EXPECT_EQ((*look_up(world.view, "/dangling", false))->kind, Kind::symbolic_link);
  EXPECT_EQ(world.fault("/a/relative/"), Fault::not_a_directory);
  // A slash behind it means what it stands for, even for those who do not follow.
  EXPECT_EQ(*look_up(world.view, "/a/absolute/", false), b);
}

TEST_F(VfsWalk, CirclesOfLinksEnd) {
  ASSERT_TRUE(world.link("/x", "y").ok());
  ASSERT_TRUE(world.link("/y", "x").ok());
  ASSERT_TRUE(world.link("/self", "self/self").ok());
  EXPECT_EQ(world.fault("/x"), Fault::too_many_links);
  EXPECT_EQ(world.fault("/self"), Fault::too_many_links);
  std::string previous = "a";
  for (int i = 0; i < 41; ++i) {
    const std::string name = "l" + std::to_string(i);
    ASSERT_TRUE(world.link(name, previous + "/.").ok());
    previous = name;
  }
  EXPECT_EQ(*world.find("l39/b"), b);
  EXPECT_EQ(world.fault("l40/b"), Fault::too_many_links);
}

TEST_F(VfsWalk, NothingAboveTheRootOfAViewIsReached) {
  View inner = world.view;
  inner.root = a;
  inner.base = b;
  ASSERT_TRUE(world.link("/a/out", "/../../a").ok());
  EXPECT_EQ(*look_up(inner, "../../../..", true), a);
  EXPECT_EQ(*look_up(inner, "/b/f", true), f);
  EXPECT_EQ(look_up(inner, "/out", true).error().fault, Fault::no_such_name);
  // Not even if the place where one stands is moved out of it.
  ASSERT_TRUE(world.folder("/elsewhere").ok());
  ASSERT_TRUE(world.folder("/elsewhere/deep").ok());
  ASSERT_TRUE(world.tree.rename(world.view, "/a/b", world.view, "/elsewhere/deep/b").ok());
  EXPECT_EQ(look_up(inner, "..", true).error().fault, Fault::session_forbids);
  EXPECT_EQ(*look_up(inner, "/", true), a);
}

TEST_F(VfsWalk, ADirectoryKnowsItsPath) {
  char room[64];
  EXPECT_EQ(*path_of(*world.tree.root(), *b, room), "/a/b");
  EXPECT_EQ(*path_of(*world.tree.root(), *world.tree.root(), room), "/");
  EXPECT_EQ(*path_of(*a, *b, room), "/b");
  EXPECT_EQ(path_of(*b, *a, room).error().fault, Fault::no_such_name);
  EXPECT_EQ(path_of(*world.tree.root(), *b, std::span{room}.first(3)).error().fault,
            Fault::path_too_long);
}

TEST_F(VfsWalk, ModesForbid) {
  a->mode = 0600;
  EXPECT_EQ(world.fault("/a/b"), Fault::mode_forbids);
  world.view.ignores_modes = true;
  EXPECT_EQ(*world.find("/a/b"), b);
}

}  // namespace
