// SPDX-License-Identifier: MIT
// What words become.
#include <gtest/gtest.h>
#include <tests/unit/shell/pages.hpp>
#include <tests/unit/shell/world.hpp>
#include <user/shell/language/expander.hpp>
#include <user/shell/language/parser.hpp>

namespace {

using namespace shell;
using shell_test::World;
using Words = std::vector<std::string>;

// The words of the first command of the line.
Expanded<Words> try_words(Arena& arena, World& world, std::string_view text) {
  Parser parser{arena, text};
  const auto line = parser.next_line();
  EXPECT_TRUE(line.ok()) << text;
  if (!line.ok()) return Words{};
  Expander expander{arena, world};
  for (const Word& word : line->first->pipelines.first->commands.first->words)
    TRY(expander.add(word));
  const auto words = TRY(expander.words());
  return Words{words.begin(), words.end()};
}

Words words(World& world, std::string_view text) {
  Arena arena;
  const auto expanded = try_words(arena, world, text);
  EXPECT_TRUE(expanded.ok()) << text;
  return *expanded;
}

// What is wrong, as "name: text".
std::string refused(World& world, std::string_view text) {
  Arena arena;
  const auto expanded = try_words(arena, world, text);
  return std::string{expanded.error().name} + ": " + std::string{expanded.error().text};
}

Failure failure(World& world, std::string_view text) {
  Arena arena;
  return try_words(arena, world, text).error().what;
}

std::string assigned(World& world, std::string_view text) {
  Arena arena;
  Parser parser{arena, text};
  const auto line = parser.next_line();
  Expander expander{arena, world};
  const auto value =
      expander.text(*line->first->pipelines.first->commands.first->assignments.first->value);
  EXPECT_TRUE(value.ok());
  return std::string{*value};
}

TEST(ShellExpander, TakesQuotesAway) {
  World world;
  EXPECT_EQ(words(world, "a 'b c' \"d  e\" f\\ g '' \"\""),
            (Words{"a", "b c", "d  e", "f g", "", ""}));
  EXPECT_EQ(words(world, "'a\\b' \"c\\d\" e\\\\f"), (Words{"a\\b", "c\\d", "e\\f"}));
}

TEST(ShellExpander, PutsValuesIn) {
  World world;
  world.variables = {{"a", "one"}, {"b", "two words"}, {"empty", ""}};
  EXPECT_EQ(words(world, "$a-$b"), (Words{"one-two", "words"}));
  EXPECT_EQ(words(world, "\"$b\" x${a}y"), (Words{"two words", "xoney"}));
  EXPECT_EQ(words(world, "$empty $none \"$empty\" \"$none\""), (Words{"", ""}));
  EXPECT_EQ(words(world, "x$empty"), (Words{"x"}));
  world.variables["c"] = " p  q ";
  EXPECT_EQ(words(world, "x$c-y"), (Words{"x", "p", "q", "-y"}));
  EXPECT_EQ(words(world, "$c$c"), (Words{"p", "q", "p", "q"}));
}

TEST(ShellExpander, CutsAtSeparatorsAsSaid) {
  World world;
  world.variables = {{"IFS", ":"}, {"path", "a::b c:"}, {"mixed", " a : b "}};
  EXPECT_EQ(words(world, "$path"), (Words{"a", "", "b c"}));
  world.variables["IFS"] = " :";
  EXPECT_EQ(words(world, "$mixed"), (Words{"a", "b"}));
  world.variables["IFS"] = "";
  EXPECT_EQ(words(world, "$path"), (Words{"a::b c:"}));
}

TEST(ShellExpander, KnowsParameters) {
  World world;
  world.arguments = {"one", "two words", ""};
  EXPECT_EQ(words(world, "$1 \"$2\" $# $4 $0"), (Words{"one", "two words", "3", "shell"}));
  EXPECT_EQ(words(world, "\"$@\""), (Words{"one", "two words", ""}));
  EXPECT_EQ(words(world, "x\"$@\"y"), (Words{"xone", "two words", "y"}));
  EXPECT_EQ(words(world, "$@"), (Words{"one", "two", "words"}));
  EXPECT_EQ(words(world, "\"$*\""), (Words{"one two words "}));
  EXPECT_EQ(assigned(world, "a=$@"), "one two words ");
  world.arguments.clear();
  EXPECT_EQ(words(world, "\"$@\" $@ $*"), Words{});
  EXPECT_EQ(words(world, "\"$*\""), (Words{""}));
  EXPECT_EQ(words(world, "${1:-none} ${@:-nothing}"), (Words{"none", "nothing"}));
}

TEST(ShellExpander, UsesWordsInsteadOfValues) {
  World world;
  world.variables = {{"a", "A"}, {"empty", ""}};
  EXPECT_EQ(words(world, "${a:-x} ${b:-x} ${empty:-x} ${empty-x}"), (Words{"A", "x", "x"}));
  EXPECT_EQ(words(world, "${b:-p q} \"${b:-p q}\""), (Words{"p", "q", "p q"}));
  EXPECT_EQ(words(world, "${a:+x} ${b:+x} ${empty+x}"), (Words{"x", "x"}));
  EXPECT_EQ(words(world, "${c:=v$a} $c"), (Words{"vA", "vA"}));
  EXPECT_EQ(words(world, "${#a} ${#b}"), (Words{"1", "0"}));
  EXPECT_EQ(failure(world, "${b:?is not there}"), Failure::demanded);
  EXPECT_EQ(refused(world, "${b:?is not there}"), "b: is not there");
  EXPECT_EQ(failure(world, "${1=x}"), Failure::bad_parameter);
  world.has_room = false;
  EXPECT_EQ(failure(world, "${d=x}"), Failure::no_room);
}

TEST(ShellExpander, DemandsValuesOnRequest) {
  World world;
  world.demands = true;
  world.variables["a"] = "";
  for (const char* text : {"$b", "${b}", "\"x$b\"", "${#b}", "${b%x}", "$1", "$((1))$b"})
    EXPECT_EQ(failure(world, text), Failure::unset) << text;
  for (const char* text : {"$a", "${#a}", "$@", "$*", "$#", "${b-}", "${b+x}", "${b:=x}", "$0"})
    EXPECT_LE(words(world, text).size(), 1U) << text;
}

TEST(ShellExpander, CutsPatternsOff) {
  World world;
  world.variables = {{"p", "/usr/local/file.tar.gz"}};
  EXPECT_EQ(words(world, "${p##*/} ${p#*/} ${p%.*} ${p%%.*} ${p%x}"),
            (Words{"file.tar.gz", "usr/local/file.tar.gz", "/usr/local/file.tar", "/usr/local/file",
                   "/usr/local/file.tar.gz"}));
  world.variables["s"] = "a*b";
  EXPECT_EQ(words(world, "\"${s%'*b'}\" \"${s#a\\*}\""), (Words{"a", "b"}));
}

TEST(ShellExpander, PutsOutputIn) {
  World world;
  world.outputs = {{"list", "a b\nc\n\n"}, {"nothing", ""}};
  EXPECT_EQ(words(world, "$(list) \"$(list)\""), (Words{"a", "b", "c", "a b\nc"}));
  EXPECT_EQ(words(world, "$(nothing) \"$(nothing)\""), (Words{""}));
  EXPECT_EQ(assigned(world, "a=$(list)"), "a b\nc");
  EXPECT_EQ(failure(world, "$(other)"), Failure::not_run);
}

TEST(ShellExpander, Calculates) {
  World world;
  world.variables = {{"a", "7"}};
  EXPECT_EQ(words(world, "$((a * 2 + 1)) $(($a%4)) \"$((a=3))\" $a"), (Words{"15", "3", "3", "3"}));
  EXPECT_EQ(failure(world, "$((1/0))"), Failure::bad_arithmetic);
}

TEST(ShellExpander, FindsFiles) {
  World world;
  world.paths = {"a.cpp",          "b.cpp", ".hidden", "dir/",    "dir/c.cpp", "dir/deep/",
                 "dir/deep/d.cpp", "x y",   "/bin/",   "/bin/ls", "*"};
  EXPECT_EQ(words(world, "*.cpp"), (Words{"a.cpp", "b.cpp"}));
  EXPECT_EQ(words(world, "?.cpp [!a].cpp .h*"), (Words{"a.cpp", "b.cpp", "b.cpp", ".hidden"}));
  EXPECT_EQ(words(world, "*/*.cpp dir/*/*"), (Words{"dir/c.cpp", "dir/deep/d.cpp"}));
  EXPECT_EQ(words(world, "/b*/l? /*"), (Words{"/bin/ls", "/bin"}));
  EXPECT_EQ(words(world, "'*'.cpp \"*\" \\*"), (Words{"*.cpp", "*", "*"}));
  EXPECT_EQ(words(world, "no*thing [x"), (Words{"no*thing", "[x"}));
  EXPECT_EQ(words(world, "x*"), (Words{"x y"}));
  world.variables = {{"p", "*.cpp"}};
  EXPECT_EQ(words(world, "$p \"$p\""), (Words{"a.cpp", "b.cpp", "*.cpp"}));
  EXPECT_EQ(assigned(world, "a=*.cpp"), "*.cpp");
}

TEST(ShellExpander, GoesHome) {
  World world;
  EXPECT_EQ(words(world, "~ ~/a"), (Words{"~", "~/a"}));
  world.variables = {{"HOME", "/home of mine"}};
  EXPECT_EQ(words(world, "~ ~/a '~' a~ ~b"),
            (Words{"/home of mine", "/home of mine/a", "~", "a~", "~b"}));
  EXPECT_EQ(assigned(world, "a=~/b"), "/home of mine/b");
}

TEST(ShellExpander, KeepsBackslashesOfValues) {
  World world;
  world.variables = {{"a", "x\\y\\*"}};
  EXPECT_EQ(words(world, "$a \"$a\""), (Words{"x\\y\\*", "x\\y\\*"}));
  EXPECT_EQ(assigned(world, "b=$a"), "x\\y\\*");
}

TEST(ShellExpander, SaysThatThereIsNoMemory) {
  World world;
  world.variables = {{"a", std::string(100'000, 'x')}};
  const shell_test::FewPages few{40};
  EXPECT_EQ(failure(world, "$a $a $a $a"), Failure::no_memory);
}

}  // namespace
