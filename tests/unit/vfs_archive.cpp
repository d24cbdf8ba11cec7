// SPDX-License-Identifier: MIT
// The boot archive as a tree.
#include <cstdio>
#include <gtest/gtest.h>
#include <servers/vfs/archive/overlay.hpp>
#include <tests/unit/vfs_world.hpp>

namespace {

using namespace vfs_test;

struct Writer {
  std::string bytes;

  void align() { bytes.resize((bytes.size() + 3) / 4 * 4); }
  void add(const std::string& name, unsigned mode, const std::string& data, unsigned links = 1) {
    char header[111];
    std::snprintf(header, sizeof header,
                  "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 0U, mode, 0U, 0U,
                  links, 5U, static_cast<unsigned>(data.size()), 0U, 0U, 0U, 0U,
                  static_cast<unsigned>(name.size() + 1), 0U);
    bytes += header;
    bytes += name + '\0';
    align();
    bytes += data;
    align();
  }
};

struct VfsArchive : testing::Test {
  World world;
  Writer archive;
  std::vector<std::string> warnings;

  OverlayReport load() {
    archive.add("TRAILER!!!", 0, "");
    return load_as_it_is();
  }
  OverlayReport load_as_it_is() {
    const OverlayWarning warning{this, [](void* at, std::string_view name, std::string_view why) {
                                   static_cast<VfsArchive*>(at)->warnings.push_back(
                                       std::string{name} + ": " + std::string{why});
                                 }};
    return overlay_archive(
        world.tree, world.view,
        {reinterpret_cast<const u8*>(archive.bytes.data()), archive.bytes.size()}, warning);
  }
};

TEST_F(VfsArchive, ItsEntriesAreFilesFoldersAndLinks) {
  archive.add(".", 040700, "");
  archive.add("bin/tool", 0100755, "program");
  archive.add("./etc", 040711, "");
  archive.add("/etc//empty", 0100600, "");
  archive.add("etc/link", 0120777, "../bin/tool");
  const OverlayReport report = load();
  EXPECT_EQ(report.kept, 5U);
  EXPECT_EQ(report.lost, 0U);
  EXPECT_EQ(world.tree.root()->mode, 0700U);
  Node& tool = **world.find("/etc/link");
  EXPECT_EQ(text(tool), "program");
  EXPECT_EQ(tool.mode, 0755U);
  EXPECT_EQ(tool.modified, 5'000'000'000U);
  EXPECT_EQ(tool.contents.place, Contents::Place::archive);
  EXPECT_EQ((*world.find("/etc"))->mode, 0711U);
  EXPECT_EQ(attributes_of(**world.find("/etc/empty")).size, 0U);
}

TEST_F(VfsArchive, ALaterFileTakesThePlaceOfAnEarlierOne) {
  archive.add("f", 0100644, "old");
  archive.add("x/../f", 0100644, "new");
  archive.add("../../f2", 0100644, "stays below the root");
  EXPECT_EQ(load().kept, 3U);
  EXPECT_EQ(text(**world.find("/f")), "new");
  EXPECT_TRUE(world.find("/f2").ok());
}

TEST_F(VfsArchive, WhatCannotBeKeptIsNamedAndCounted) {
  archive.add("good", 0100644, "x");
  archive.add(std::string(255, 'n'), 0100644, "x");
  archive.add(std::string(256, 'm'), 0100644, "x");
  archive.add(std::string(500, 'd') + "/" + std::string(600, 'e'), 0100644, "x");
  archive.add("good/below", 0100644, "x");
  archive.add("device", 020644, "");
  archive.add("other-name", 0100644, "", 2);
  archive.add("last", 0100644, "x");
  const OverlayReport report = load();
  EXPECT_EQ(report.kept, 3U);
  EXPECT_EQ(report.lost, 5U);
  ASSERT_EQ(warnings.size(), 5U);
  EXPECT_TRUE(warnings[0].ends_with("a name is longer than 255 bytes"));
  EXPECT_TRUE(warnings[1].ends_with("the path is longer than 1,024 bytes"));
  EXPECT_EQ(warnings[2], "good/below: it is no directory");
  EXPECT_TRUE(world.find("/last").ok());
}

TEST_F(VfsArchive, ALongPathOfLongNamesIsKept) {
  const std::string path = std::string(255, 'a') + "/" + std::string(255, 'b') + "/" +
                           std::string(255, 'c') + "/" + std::string(255, 'd');
  archive.add(path, 0100644, "deep");
  EXPECT_EQ(load().kept, 1U);
  EXPECT_EQ(text(**world.find("/" + path)), "deep");
}

TEST_F(VfsArchive, DamageEndsItWithAWarning) {
  archive.add("first", 0100644, "x");
  const u64 whole = archive.bytes.size();
  archive.add("second", 0100644, "some more text");
  for (u64 length = whole; length < archive.bytes.size(); ++length) {
    World fresh;
    Writer cut{archive.bytes.substr(0, length)};
    u64 told = 0;
    const auto report = overlay_archive(
        fresh.tree, fresh.view, {reinterpret_cast<const u8*>(cut.bytes.data()), length},
        {&told, [](void* at, std::string_view, std::string_view) { ++*static_cast<u64*>(at); }});
    // Without the bytes that only fill it up, the second one is whole.
    EXPECT_EQ(report.kept, length + 4 > archive.bytes.size() ? report.kept : 1U);
    EXPECT_EQ(report.lost, 1U);
    EXPECT_EQ(told, 1U);
  }
}

TEST_F(VfsArchive, TenThousandFiles) {
  for (int i = 0; i < 10'000; ++i)
    archive.add("many/" + std::to_string(i % 100) + "/file" + std::to_string(i), 0100644,
                std::to_string(i));
  EXPECT_EQ(load().kept, 10'000U);
  EXPECT_EQ(text(**world.find("/many/77/file9977")), "9977");
}

}  // namespace
