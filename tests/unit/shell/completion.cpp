// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <tests/unit/shell/world.hpp>
#include <user/shell/editor/completion.hpp>

namespace {

using namespace shell;

struct Names final : Catalogue {
  void commands(Growing<std::string_view>& names) override {
    for (const char* name : {"cat", "cd", "clear", "echo", "cat"}) names.push(name);
  }
  void variables(Growing<std::string_view>& names) override {
    for (const char* name : {"HOME", "HOST", "PATH"}) names.push(name);
  }
};

// What is inserted, then the candidates.
std::string completed(std::string_view line) {
  shell_test::World world;
  world.paths = {"file one", "file two", "folder/", "folder/inner.txt", "folder/other.txt",
                 "it's",     ".hidden",  "/bin/",   "/bin/cat"};
  world.variables = {{"HOME", "/"}};
  Names names;
  Arena arena;
  const Completion found = complete(arena, world, names, line);
  std::string text{found.insertion};
  for (const std::string_view one : found.candidates) text += "|" + std::string{one};
  return text;
}

TEST(ShellCompletion, KnowsCommands) {
  EXPECT_EQ(completed("ec"), "ho |echo");
  EXPECT_EQ(completed("c"), "|cat|cd|clear");
  EXPECT_EQ(completed("ca"), "t |cat");
  for (const char* line :
       {"ls | ec", "a; ec", "a && ec", "if ec", "x=1 ec", "$(ec", "\"$(ec", "! ec", "(ec", "a\nec"})
    EXPECT_EQ(completed(line), "ho |echo") << line;
  EXPECT_EQ(completed("/bin/c"), "at |cat");
  EXPECT_EQ(completed("zzz"), "");
}

TEST(ShellCompletion, KnowsFiles) {
  EXPECT_EQ(completed("ls fo"), "lder/|folder/");
  EXPECT_EQ(completed("ls fi"), "le\\ |file one|file two");
  EXPECT_EQ(completed("ls file\\ o"), "ne |file one");
  EXPECT_EQ(completed("ls 'file o"), "ne' |file one");
  EXPECT_EQ(completed("ls \"file o"), "ne\" |file one");
  EXPECT_EQ(completed("ls it"), "\\'s |it's");
  EXPECT_EQ(completed("ls folder/i"), "nner.txt |inner.txt");
  EXPECT_EQ(completed("ls folder/"), "|inner.txt|other.txt");
  EXPECT_EQ(completed("cat <fo"), "lder/|folder/");
  EXPECT_EQ(completed("a > fo"), "lder/|folder/");
  EXPECT_EQ(completed("ls ~/bi"), "n/|bin/");
  EXPECT_EQ(completed("ls .h"), "idden |.hidden");
  EXPECT_EQ(completed("ls "), "|file one|file two|folder/|it's");
}

TEST(ShellCompletion, KnowsVariables) {
  EXPECT_EQ(completed("echo $P"), "ATH |PATH");
  EXPECT_EQ(completed("echo $H"), "O|HOME|HOST");
  EXPECT_EQ(completed("echo ${P"), "ATH}|PATH");
  EXPECT_EQ(completed("echo \"$P"), "ATH |PATH");
}

TEST(ShellCompletion, MakesColumns) {
  Arena arena;
  TextBuilder text{arena};
  const std::string_view names[] = {"a", "bb", "ccc", "d", "e"};
  put_columns(text, names, 12);
  EXPECT_EQ(text.view(), "a    d\nbb   e\nccc\n");
}

}  // namespace
