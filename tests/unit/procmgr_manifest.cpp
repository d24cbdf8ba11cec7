// SPDX-License-Identifier: MIT
// The boot manifest: a good one, and many that are broken in one place.
#include <gtest/gtest.h>
#include <servers/procmgr/start/manifest.hpp>
#include <string>
#include <vector>

namespace {

using namespace procmgr;

constexpr std::string_view good = R"(# what starts at boot
server console
  image = console.elf
  arguments = --speed "very fast"   # a comment
  environment = LANG=C "PS1=# "
  priority = 200
  restart = 3 times
  on_exit = poweroff
  pages = 512
  objects = 64
  handles = 32
  processes = 1
  serves = yes
  grant 16 = device arm,pl011
  grant files = endpoint vfs badge 1
	grant modules = modules
  grant spawner = spawner priority 100

server vfs
  image = vfs.elf
  serves = yes
  grant 20 = platform
  grant 21 = inspector
  grant 22 = crashes
  grant 255 = irq_control)";

std::vector<std::string> all(ManifestWords words) {
  std::vector<std::string> list;
  for (auto word = words.next(); word.is_there; word = words.next()) list.emplace_back(word.text);
  return list;
}

TEST(Manifest, EachKeyIsRead) {
  ASSERT_EQ(check_manifest(good).error().sentence, "");
  EXPECT_EQ(*check_manifest(good), 2U);
  ManifestReader reader(good);
  ManifestEntry entry;
  ASSERT_TRUE(*reader.next(entry));
  EXPECT_EQ(entry.name, "console");
  EXPECT_EQ(entry.image, "console.elf");
  EXPECT_EQ(all(entry.arguments), (std::vector<std::string>{"--speed", "very fast"}));
  EXPECT_EQ(all(entry.environment), (std::vector<std::string>{"LANG=C", "PS1=# "}));
  EXPECT_EQ(entry.priority, 200U);
  EXPECT_EQ(entry.restarts, 3U);
  EXPECT_EQ(entry.on_exit, OnExit::poweroff);
  EXPECT_EQ(entry.limits.pages, 512U);
  EXPECT_EQ(entry.limits.objects, 64U);
  EXPECT_EQ(entry.limits.handles, 32U);
  EXPECT_EQ(entry.limits.processes, 1U);
  EXPECT_TRUE(entry.serves);
  EXPECT_EQ(entry.line, 2U);
}

TEST(Manifest, DevicesMemoryForThemAndTheLogAreGranted) {
  constexpr std::string_view text =
      "server a\n image = a\n grant 16 = device virtio,mmio 31\n grant 18 = dma 64\n"
      " grant 19 = log\n";
  ManifestReader reader(text);
  ManifestEntry entry;
  ASSERT_TRUE(*reader.next(entry));
  ASSERT_EQ(entry.grants.count, 3U);
  const Grant* grants = entry.grants.begin();
  EXPECT_EQ(grants[0].number, 31U);
  EXPECT_EQ(grants[1].kind, GrantKind::dma);
  EXPECT_EQ(grants[1].number, 64U);
  EXPECT_TRUE(entry.has(GrantKind::log));
  EXPECT_FALSE(entry.has(GrantKind::endpoint));
  for (const std::string wrong : {"dma", "dma 0", "dma 4097", "dma 1\n grant 17 = dma 1",
                                  "device virtio,mmio x", "device virtio,mmio 1 2", "log 1"})
    EXPECT_FALSE(check_manifest("server a\n image = a\n grant 16 = " + wrong).ok()) << wrong;
}

TEST(Manifest, EachGrantIsRead) {
  ManifestReader reader(good);
  ManifestEntry entry;
  ASSERT_TRUE(*reader.next(entry));
  ASSERT_EQ(entry.grants.count, 4U);
  const Grant* grants = entry.grants.begin();
  EXPECT_EQ(grants[0].kind, GrantKind::device);
  EXPECT_EQ(grants[0].name, "arm,pl011");
  EXPECT_EQ(grants[0].slot, 16U);
  EXPECT_EQ(grants[1].kind, GrantKind::endpoint);
  EXPECT_EQ(grants[1].name, "vfs");
  EXPECT_EQ(grants[1].number, 1U);
  EXPECT_EQ(grants[1].slot, 1U);
  EXPECT_EQ(grants[2].kind, GrantKind::modules);
  EXPECT_EQ(grants[3].kind, GrantKind::spawner);
  EXPECT_EQ(grants[3].number, 100U);
  EXPECT_EQ(grants[3].slot, 6U);
  ASSERT_TRUE(*reader.next(entry));
  ASSERT_EQ(entry.grants.count, 4U);
  EXPECT_EQ(entry.grants.begin()[2].kind, GrantKind::crashes);
  EXPECT_EQ(entry.grants.begin()[3].kind, GrantKind::irq_control);
  EXPECT_EQ(entry.grants.begin()[3].slot, 255U);
  ASSERT_TRUE(reader.next(entry).ok());
}

TEST(Manifest, WhatIsNotSaidHasASimpleValue) {
  ManifestReader reader("server a\nimage = a.elf\n");
  ManifestEntry entry;
  ASSERT_TRUE(*reader.next(entry));
  EXPECT_EQ(entry.priority, 128U);
  EXPECT_EQ(entry.restarts, 0U);
  EXPECT_EQ(entry.on_exit, OnExit::ignore);
  EXPECT_EQ(entry.limits.pages, 0U);
  EXPECT_FALSE(entry.serves);
  EXPECT_TRUE(all(entry.arguments).empty());
  EXPECT_FALSE(*reader.next(entry));
  EXPECT_FALSE(*reader.next(entry));
}

TEST(Manifest, NothingButCommentsStartsNothing) {
  EXPECT_EQ(*check_manifest(""), 0U);
  EXPECT_EQ(*check_manifest("\n  # nothing\n\n"), 0U);
}

struct Broken {
  const char* text;
  u64 line;
  const char* sentence;
};

// Each is put behind these two lines.
constexpr const char* begin = "server a\nimage = a.elf\n";

constexpr Broken broken_lines[] = {
    {"colour = red", 3, "there is no key of this name"},
    {"Priority = 1", 3, "there is no key of this name"},
    {"\n# x\nimage = b.elf", 5, "the server has this key already"},
    {"priority = 1\npriority = 1", 4, "the server has this key already"},
    {"priority 1", 3, "after a key stands `=`"},
    {"priority", 3, "something is missing at the end of the line"},
    {"priority =", 3, "something is missing at the end of the line"},
    {"priority = # 7", 3, "something is missing at the end of the line"},
    {"priority = high", 3, "a decimal number is expected"},
    {"priority = -1", 3, "a decimal number is expected"},
    {"priority = 0x10", 3, "a decimal number is expected"},
    {"priority = \"\"", 3, "a decimal number is expected"},
    {"priority = 256", 3, "the number is too large"},
    {"pages = 99999999999999999999999999999999999", 3, "the number is too large"},
    {"priority = 1 2", 3, "there is more in the line than belongs there"},
    {"arguments = \"a", 3, "a quote does not end"},
    {"arguments = \"a\nb\"", 3, "a quote does not end"},
    {"arguments = a\"b\"", 3, "a quote begins or ends within a word"},
    {"arguments = \"a\"b", 3, "a quote begins or ends within a word"},
    {"arguments = a b\"", 3, "a quote begins or ends within a word"},
    {"environment = LANG", 3, "a word of the environment has the form NAME=VALUE"},
    {"environment = A=1 =2", 3, "a word of the environment has the form NAME=VALUE"},
    {"environment = \"A=1", 3, "a quote does not end"},
    {"restart = often", 3, "a decimal number is expected"},
    {"restart = 3", 3, "something is missing at the end of the line"},
    {"restart = 3 days", 3, "after a number of restarts stands `times`"},
    {"restart = 1001 times", 3, "the number is too large"},
    {"on_exit = reboot", 3, "on_exit is `ignore` or `poweroff`"},
    {"serves = maybe", 3, "serves is `yes` or `no`"},
    {"grant", 3, "something is missing at the end of the line"},
    {"grant 0 = platform", 3, "a slot is a name of the bundle or a number from 1 to 255"},
    {"grant 256 = platform", 3, "a slot is a name of the bundle or a number from 1 to 255"},
    {"grant here = platform", 3, "a slot is a name of the bundle or a number from 1 to 255"},
    {"grant 16 platform", 3, "after a grant's slot stands `=`"},
    {"grant 16 = everything", 3, "there is no grant of this name"},
    {"grant 16 = device", 3, "something is missing at the end of the line"},
    {"grant 16 = device \"\"", 3, "a device has a name"},
    {"grant 255 = device x", 3, "a device needs two slots, and there is but one left"},
    {"grant 16 = platform now", 3, "there is more in the line than belongs there"},
    {"grant 16 = platform\ngrant 16 = modules", 4, "two grants are for the same slot"},
    {"grant 16 = device x\ngrant 17 = modules", 4, "two grants are for the same slot"},
    {"grant 17 = modules\ngrant 16 = device x", 4, "two grants are for the same slot"},
    {"grant 16 = spawner", 3, "something is missing at the end of the line"},
    {"grant 16 = spawner 7", 3, "after `spawner` stands `priority` and a number"},
    {"grant 16 = spawner priority 256", 3, "the number is too large"},
    {"grant 16 = endpoint b", 3, "something is missing at the end of the line"},
    {"grant 16 = endpoint b 1", 3, "after a grant's server stands `badge` and a number"},
    {"grant 16 = endpoint b badge 0", 3, "badges begin at 1"},
    {"grant 16 = endpoint b badge 256", 3, "the number is too large"},
    {"\ngrant 16 = endpoint b badge 1", 4, "there is no server of this name"},
    {"serves = yes\ngrant 16 = endpoint a badge 1", 4, "a server cannot send to itself"},
    {"grant 16 = endpoint b badge 1\nserver b\nimage = b", 3,
     "this server has no endpoint: serves"},
    {"server a\nimage = b.elf", 3, "there is a server of this name already"},
    {"server b", 3, "the server has no image"},
    {"server b\nserver c\nimage = c", 3, "the server has no image"},
    {"server", 3, "something is missing at the end of the line"},
    {"server b c", 3, "there is more in the line than belongs there"},
    {"server B", 3, "a server's name has small letters, digits, '-', '_' and '.' only"},
    {"server \"\"", 3, "a server's name has small letters, digits, '-', '_' and '.' only"},
    {"server abcdefghijklmnopqrstuvwxyz012345", 3, "a server's name has at most 31 characters"},
    {"serves = yes\r", 3, "a character is no text"},
    {"# \x07", 3, "a character is no text"},
};

TEST(Manifest, EachMistakeIsNamedWithItsLine) {
  for (const Broken& broken : broken_lines) {
    const auto result = check_manifest(std::string(begin) + broken.text);
    EXPECT_EQ(result.error().line, broken.line) << broken.text;
    EXPECT_EQ(result.error().sentence, broken.sentence) << broken.text;
  }
}

TEST(Manifest, AKeyBelongsToAServer) {
  const auto result = check_manifest("\nimage = a.elf\n");
  EXPECT_EQ(result.error().line, 2U);
  EXPECT_EQ(result.error().sentence, "before the first key stands `server` and its name");
}

TEST(Manifest, AnImageHasAName) {
  for (const std::string& name : {std::string("\"\""), std::string(65, 'x')})
    EXPECT_EQ(check_manifest("server a\nimage = " + name).error().sentence,
              "an image's name has 1 to 64 characters");
}

TEST(Manifest, LimitsAreKept) {
  std::string text;
  for (int i = 0; i < 32; ++i) text += "server s" + std::to_string(i) + "\nimage = x\n";
  EXPECT_EQ(*check_manifest(text), 32U);
  EXPECT_EQ(check_manifest(text + "server t\nimage = x").error().line, 65U);
  text = begin;
  for (int i = 1; i <= 16; ++i) text += "grant " + std::to_string(i) + " = platform\n";
  EXPECT_TRUE(check_manifest(text).ok());
  EXPECT_EQ(check_manifest(text + "grant 17 = platform").error().sentence,
            "a server has at most 16 grants");
  text = begin + std::string(max_manifest_bytes, '\n');
  EXPECT_EQ(check_manifest(text).error().sentence, "the manifest is longer than 8 KiB");
  EXPECT_TRUE(check_manifest(std::string_view(text).substr(0, max_manifest_bytes)).ok());
}

}  // namespace
