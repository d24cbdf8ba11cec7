// SPDX-License-Identifier: MIT
// The line discipline: what each key does, and random keys against a model that is as plain as it
// can be.
#include <gtest/gtest.h>
#include <random>
#include <servers/console/line.hpp>
#include <servers/console/size_report.hpp>
#include <string>
#include <vector>

namespace {

using console::Line;
using console::OutputRing;
using console::SizeReport;
using console::Typed;
using console::u64;
using console::u8;
namespace mode = console::mode;

std::string take_all(OutputRing& output) {
  std::string text;
  while (output.size() != 0) {
    const auto front = output.front();
    text.append(front.begin(), front.end());
    output.drop(front.size());
  }
  return text;
}

struct Keyboard {
  Line line;
  OutputRing echo;

  Typed type(std::string_view keys) {
    Typed all;
    for (const char key : keys) {
      EXPECT_TRUE(line.can_type(echo));
      const Typed typed = line.type(static_cast<u8>(key), echo);
      all.is_ready |= typed.is_ready;
      all.interrupts |= typed.interrupts;
    }
    return all;
  }
  std::string read(u64 most = 100) {
    std::vector<u8> bytes(most);
    const u64 count = line.read(bytes);
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  std::string seen() { return take_all(echo); }
};

TEST(Line, IsReadWhenItHasEnded) {
  Keyboard keyboard;
  EXPECT_FALSE(keyboard.type("one").is_ready);
  EXPECT_FALSE(keyboard.line.is_readable());
  EXPECT_TRUE(keyboard.type("\rtwo\n").is_ready);
  EXPECT_EQ(keyboard.seen(), "one\r\ntwo\r\n");
  EXPECT_EQ(keyboard.read(), "one\n");
  EXPECT_EQ(keyboard.read(2), "tw");
  EXPECT_EQ(keyboard.read(), "o\n");
  EXPECT_FALSE(keyboard.line.is_readable());
}

TEST(Line, ErasesWholeCharactersFromLineAndScreen) {
  Keyboard keyboard;
  keyboard.type("a\u00e9\x7f");
  EXPECT_EQ(keyboard.seen(), "a\u00e9\b \b");
  keyboard.type("\u4e16\x7f");  // two columns
  EXPECT_EQ(keyboard.seen(), "\u4e16\b \b\b \b");
  keyboard.type("\x01\x7f");  // shown as two
  EXPECT_EQ(keyboard.seen(), "^A\b \b\b \b");
  keyboard.type("e\u0301\x7f");  // an accent of no column goes alone
  EXPECT_EQ(keyboard.seen(), "e\u0301");
  keyboard.type("\xff\x80\x7f\n");  // no character at all: byte by byte
  EXPECT_EQ(keyboard.read(), "ae\xff\n");
}

TEST(Line, ErasesWordsAndAll) {
  Keyboard keyboard;
  keyboard.type("one  two \x17");
  EXPECT_EQ(keyboard.seen(), "one  two \b \b\b \b\b \b\b \b");
  keyboard.type("x\x15y\n");
  EXPECT_EQ(keyboard.read(), "y\n");
}

TEST(Line, NeverErasesWhatHasEnded) {
  Keyboard keyboard;
  keyboard.type("one\n\x7f\x17\x15two\n");
  EXPECT_EQ(keyboard.read(), "one\n");
  EXPECT_EQ(keyboard.read(), "two\n");
}

TEST(Line, EndOfFileIsTheEndOfALineOrOfAll) {
  Keyboard keyboard;
  keyboard.type("abc\x04");
  EXPECT_EQ(keyboard.read(3), "abc");
  EXPECT_FALSE(keyboard.line.is_readable()) << "the end of a line that just fits is not one of all";
  EXPECT_TRUE(keyboard.type("\x04").is_ready);
  EXPECT_TRUE(keyboard.line.is_readable());
  EXPECT_EQ(keyboard.read(), "");
  EXPECT_FALSE(keyboard.line.is_readable());
}

TEST(Line, AnInterruptForgetsWhatWasTyped) {
  Keyboard keyboard;
  keyboard.type("one\ntwo");
  EXPECT_TRUE(keyboard.type("\x03").interrupts);
  EXPECT_FALSE(keyboard.line.is_readable());
  keyboard.type("\x1a\n");
  EXPECT_EQ(keyboard.read(), "\n") << "Ctrl-Z is reserved";
  keyboard.line.set_mode(mode::cooked & ~mode::signals, keyboard.echo);
  EXPECT_FALSE(keyboard.type("\x03\n").interrupts);
  EXPECT_EQ(keyboard.read(), "\x03\n");
}

TEST(Line, RawInputComesAsItIs) {
  Keyboard keyboard;
  keyboard.line.set_mode(mode::raw, keyboard.echo);
  EXPECT_TRUE(keyboard.type("\r\x03\x04\x7f").is_ready);
  EXPECT_EQ(keyboard.read(), "\r\x03\x04\x7f");
  EXPECT_EQ(keyboard.seen(), "");
}

TEST(Line, TypeAheadIsKeptInBothDirections) {
  Keyboard keyboard;
  keyboard.type("half\x04 line");
  EXPECT_TRUE(keyboard.line.set_mode(mode::raw, keyboard.echo).is_ready == false);
  EXPECT_EQ(keyboard.read(), "half\x04 line");
  keyboard.type(
      "onx\x7f"
      "e\rtwo");
  EXPECT_TRUE(keyboard.line.set_mode(mode::cooked, keyboard.echo).is_ready);
  EXPECT_EQ(keyboard.read(), "one\n");
  EXPECT_FALSE(keyboard.line.is_readable());
  keyboard.type("\n");
  EXPECT_EQ(keyboard.read(), "two\n");
}

TEST(Line, IsThrottledAndNeverLosesABlockedByte) {
  Keyboard keyboard;
  keyboard.type(std::string(100, 'a') + "\n");
  u64 typed = 0;
  for (; keyboard.line.can_type(keyboard.echo); ++typed) {
    keyboard.type("b");
    keyboard.seen();
  }
  EXPECT_EQ(typed, Line::capacity - 1 - 101);
  keyboard.read(200);
  EXPECT_TRUE(keyboard.line.can_type(keyboard.echo));
}

TEST(Line, ALineAsLongAsTheRingCanStillBeEnded) {
  Keyboard keyboard;
  for (u64 i = 0; i < Line::capacity + 10; ++i) {
    keyboard.type("x");
    if (keyboard.echo.room() < 100) keyboard.seen();
  }
  EXPECT_TRUE(keyboard.seen().ends_with("\a\a"));
  keyboard.type("\n");
  EXPECT_EQ(keyboard.read(2 * Line::capacity), std::string(Line::capacity - 1, 'x') + "\n");
}

TEST(Line, WaitsForTheEchoToGoOut) {
  Keyboard keyboard;
  while (keyboard.echo.room() > 7) keyboard.echo.put("x");
  EXPECT_FALSE(keyboard.line.can_type(keyboard.echo));
  keyboard.line.set_mode(mode::canonical, keyboard.echo);
  EXPECT_TRUE(keyboard.line.can_type(keyboard.echo));
}

// The same with strings, in canonical mode and raw, without throttling.
struct Model {
  std::vector<std::string> ended;  // the empty one is an end of file
  std::string edited;

  void type(u8 key) {
    if (key == '\r') key = '\n';
    switch (key) {
      case 3: ended.clear(), edited.clear(); return;
      case 0x1a: return;
      case '\n':
      case 4:
        if (key == '\n') edited += '\n';
        ended.push_back(edited);
        edited.clear();
        return;
      case 8:
      case 0x7f: erase(); return;
      case 0x15: edited.clear(); return;
      case 0x17:
        while (!edited.empty() && is_blank(edited.back())) edited.pop_back();
        while (!edited.empty() && !is_blank(edited.back())) edited.pop_back();
        return;
      default: edited += static_cast<char>(key);
    }
  }
  static bool is_blank(char c) { return c == ' ' || c == '\t'; }
  // Whole characters, as the random keys have none that are broken.
  void erase() {
    while (!edited.empty() && (edited.back() & 0xc0) == 0x80) edited.pop_back();
    if (!edited.empty()) edited.pop_back();
  }
};

TEST(Line, RandomKeysDoWhatTheModelSays) {
  const std::string keys[] = {"a",          "b",    " ",    "\t",   "\u00e9", "\u4e16",
                              "\U0001f600", "\n",   "\r",   "\x04", "\b",     "\x7f",
                              "\x7f",       "\x15", "\x17", "\x03", "\x1a",   "\x01"};
  std::mt19937 random(1);
  Keyboard keyboard;
  Model model;
  for (int i = 0; i < 200'000; ++i) {
    const std::string& key = keys[random() % std::size(keys)];
    for (const char byte : key) model.type(static_cast<u8>(byte));
    keyboard.type(key);
    if (random() % 4 == 0) keyboard.seen();
    ASSERT_EQ(keyboard.line.is_readable(), !model.ended.empty());
    while (!model.ended.empty() && (random() % 8 == 0 || model.ended.size() > 20)) {
      ASSERT_EQ(keyboard.read(4096), model.ended.front());
      model.ended.erase(model.ended.begin());
    }
    if (model.edited.size() > 1000) model.type(0x15), keyboard.type("\x15");
    keyboard.seen();
  }
}

// Modes that change at random, and bytes that nobody would type: nothing is read that was not
// typed, and the counters agree.
TEST(Line, SurvivesAnything) {
  std::mt19937 random(2);
  Keyboard keyboard;
  for (int i = 0; i < 500'000; ++i) {
    if (random() % 100 == 0) keyboard.line.set_mode(random() % 32, keyboard.echo);
    if (keyboard.line.can_type(keyboard.echo))
      keyboard.line.type(static_cast<u8>(random()), keyboard.echo);
    if (random() % 200 == 0) keyboard.read(random() % 5000);
    if (random() % 300 == 0) keyboard.seen();
    ASSERT_LE(keyboard.line.readable(), Line::capacity);
    ASSERT_LE(keyboard.echo.size(), 16 * 1024U);
  }
}

TEST(SizeReport, IsFoundAmongWhatIsTyped) {
  SizeReport report;
  EXPECT_EQ(report.feed('x'), SizeReport::Step::none);
  for (const char c : std::string{"\033[24;8"})
    EXPECT_EQ(report.feed(static_cast<u8>(c)), SizeReport::Step::held);
  EXPECT_EQ(report.feed('0'), SizeReport::Step::held);
  EXPECT_EQ(report.feed('R'), SizeReport::Step::answer);
  EXPECT_EQ(report.rows(), 24U);
  EXPECT_EQ(report.columns(), 80U);
}

TEST(SizeReport, GivesBackWhatIsNone) {
  for (const std::string text : {"\033x", "\033[A", "\033[;5R", "\033[5R", "\033[5;R",
                                 "\033[1;2;3R", "\033[99999;1R", "\033[1;0000000000000001R"}) {
    SizeReport report;
    u64 i = 0;
    while (i < text.size() && report.feed(static_cast<u8>(text[i])) == SizeReport::Step::held) ++i;
    ASSERT_LT(i, text.size()) << text;
    EXPECT_EQ(std::string(report.held().begin(), report.held().end()), text.substr(0, i));
  }
}

}  // namespace
