// SPDX-License-Identifier: MIT
// The line editor, at a terminal that is an array of characters.
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <tests/unit/shell/screen_model.hpp>
#include <user/shell/editor/editor.hpp>

namespace {

using namespace shell;
using shell_test::ScreenModel;

// Somebody at a terminal.
struct Person {
  History history;
  Editor editor{history};
  KeyDecoder decoder;
  ScreenModel screen;
  std::string prompt = "$ ";
  Editor::Event last = Editor::Event::none;

  explicit Person(u32 columns = 20) : screen(columns) { begin(); }

  void begin() {
    editor.begin(prompt);
    show();
  }
  void show() {
    static char room[Screen::max_output];
    base::TextWriter out{room};
    editor.show(screen.columns(), out);
    EXPECT_FALSE(out.truncated());
    screen.write(out.view());
  }
  Person& type(std::string_view bytes) {
    for (const char c : bytes) {
      const Press press = decoder.feed(c);
      if (press.key == Key::none) continue;
      last = editor.press(press);
      if (last == Editor::Event::line) {
        history.add(editor.text());
        leave();
      }
      show();
    }
    return *this;
  }
  void leave() {
    char room[256];
    base::TextWriter out{room};
    editor.leave(out);
    screen.write(out.view());
    editor.begin(prompt);
  }
  // The text, with the cursor as a bar.
  std::string text() {
    std::string shown{editor.text()};
    return shown.insert(editor.cursor(), "|");
  }
};

std::string typed(std::string_view bytes) { return Person{}.type(bytes).text(); }

TEST(ShellEditor, EditsALine) {
  EXPECT_EQ(typed("abc"), "abc|");
  EXPECT_EQ(typed("abc\x1b[D\x1b[DX"), "aX|bc");
  EXPECT_EQ(typed("abc\x01X\x05Y"), "XabcY|");
  EXPECT_EQ(typed("abc\x1b[HX\x1b[FY\x1b[1~Z\x1bOFW"), "ZXabcYW|");
  EXPECT_EQ(typed("abc\x7f\x08"), "a|");
  EXPECT_EQ(typed("abc\x02\x02\x04"), "a|c");
  EXPECT_EQ(typed("abc\x1b[D\x1b[3~"), "ab|");
  EXPECT_EQ(typed("abc\x02\x02\x06X"), "abX|c");
  EXPECT_EQ(typed("abc\x02\x14"), "acb|");
  EXPECT_EQ(typed("ab\x14"), "ba|");
}

TEST(ShellEditor, MovesAndKillsByWords) {
  EXPECT_EQ(typed("one two-three\x1b"
                  "bX"),
            "one two-X|three");
  EXPECT_EQ(typed("one two\x01\x1b"
                  "fX"),
            "oneX| two");
  EXPECT_EQ(typed("one two\x01\x1b[1;5CX\x1b[1;5DY"), "Y|oneX two");
  EXPECT_EQ(typed("one two-three\x17"), "one |");
  EXPECT_EQ(typed("one two-three\x1b\x7f"), "one two-|");
  EXPECT_EQ(typed("one two\x01\x1b"
                  "d"),
            "| two");
  EXPECT_EQ(typed("one two\x15"), "|");
  EXPECT_EQ(typed("one two\x1b"
                  "b\x0b"),
            "one |");
}

TEST(ShellEditor, GivesBackWhatWasKilled) {
  EXPECT_EQ(typed("one two\x17\x17\x19"), "one two|");
  EXPECT_EQ(typed("one two\x17X\x19"), "one Xtwo|");
  EXPECT_EQ(typed("one\x15\x19\x19"), "oneone|");
  EXPECT_EQ(typed("one two\x01\x1b"
                  "d\x0b\x19"),
            "one two|");
}

TEST(ShellEditor, KnowsCharactersOfSeveralBytes) {
  EXPECT_EQ(typed("a\xc3\xa9z\x02\x7f"), "a|z");
  EXPECT_EQ(typed("\xe4\xb8\xad\xe6\x96\x87\x02X"), "\xe4\xb8\xadX|\xe6\x96\x87");
  EXPECT_EQ(typed("e\xcc\x81x\x02\x7f"), "|x");
  EXPECT_EQ(typed("\xff\x80"
                  "a"),
            "a|");
  EXPECT_EQ(typed("\xf0\x9f\x98\x80\x02\x04"), "|");
}

TEST(ShellEditor, IgnoresKeysThatItDoesNotKnow) {
  EXPECT_EQ(typed("a\x1b[15~\x1b[200;3xb\x1bOPc\x1bzd"), "abcd|");
  EXPECT_EQ(typed("a\x1b[99999999999999999999Ab"), "ab|");
}

TEST(ShellEditor, LooksAtOlderLines) {
  Person person;
  person.type("one\rtwo\rthree\rdraft");
  EXPECT_EQ(person.type("\x1b[A").text(), "three|");
  EXPECT_EQ(person.type("\x10\x10").text(), "one|");
  EXPECT_EQ(person.type("\x10").last, Editor::Event::beep);
  EXPECT_EQ(person.type("\x0e\x0e\x0e").text(), "draft|");
  EXPECT_EQ(person.type("\x1b[B").last, Editor::Event::beep);
  person.type("\x15\x1b[A\x1b[A!\r");
  EXPECT_EQ(person.type("\x1b[A").text(), "two!|");
}

TEST(ShellEditor, SearchesOlderLines) {
  Person person{60};
  person.type("echo one\recho two\rls\r");
  EXPECT_EQ(person
                .type("\x12"
                      "ec")
                .text(),
            "|echo two");
  EXPECT_EQ(person.screen.row(person.screen.row()), "(search 'ec') echo two");
  EXPECT_EQ(person.type("\x12").text(), "|echo one");
  EXPECT_EQ(person.type("\x12").last, Editor::Event::beep);
  EXPECT_EQ(person.type("\x05!").text(), "echo one!|");
  EXPECT_EQ(person
                .type("\x15"
                      "draft\x12"
                      "two\x07")
                .text(),
            "draft|");
  EXPECT_EQ(person
                .type("\x12"
                      "nothing")
                .last,
            Editor::Event::beep);
  EXPECT_EQ(person
                .type("\x7f\x7f\x7f\x7f\x7f\x7f\x7f"
                      "wo\r")
                .last,
            Editor::Event::line);
  EXPECT_EQ(person.history[person.history.size() - 1], "echo two");
}

TEST(ShellEditor, SaysWhatIsAsked) {
  Person person;
  EXPECT_EQ(person.type("\x04").last, Editor::Event::end_of_input);
  EXPECT_EQ(person.type("a\x03").last, Editor::Event::interrupt);
  EXPECT_EQ(person.type("\t").last, Editor::Event::complete);
  EXPECT_EQ(person.type("\t").last, Editor::Event::list);
  EXPECT_EQ(person.type("x\t").last, Editor::Event::complete);
  EXPECT_EQ(person.type("\x0c").last, Editor::Event::clear);
}

TEST(ShellEditor, RefusesWhatIsTooLong) {
  Person person;
  EXPECT_TRUE(person.editor.insert(std::string(Buffer::capacity - 1, 'x')));
  person.type("x");
  EXPECT_EQ(person.last, Editor::Event::none);
  EXPECT_EQ(person.type("y").last, Editor::Event::beep);
  EXPECT_EQ(person.editor.text().size(), Buffer::capacity);
  // A part of a command is none.
  EXPECT_EQ(person.type("\r").last, Editor::Event::too_long);
  person.begin();
  EXPECT_EQ(person.type("x\r").last, Editor::Event::line);
}

TEST(ShellEditor, ShowsLinesThatWrap) {
  Person person{10};
  person.type("abcdefgh");
  EXPECT_EQ(person.screen.shown(), "$ abcdefgh\n");
  EXPECT_EQ(person.screen.row(), 1U);
  person.type("ij");
  EXPECT_EQ(person.screen.shown(), "$ abcdefgh\nij\n");
  person.type("\x01X");
  EXPECT_EQ(person.screen.shown(), "$ Xabcdefg\nhij\n");
  EXPECT_EQ(person.screen.column(), 3U);
  person.type("\x0b");
  EXPECT_EQ(person.screen.shown(), "$ X\n");
}

TEST(ShellEditor, ShowsOldLinesOfSeveralRows) {
  Person person{12};
  person.history.add("for x\ndo y\ndone");
  person.begin();
  person.type("\x10");
  EXPECT_EQ(person.screen.shown(), "$ for x\n> do y\n> done\n");
  person.type("\x01");
  EXPECT_EQ(person.screen.column(), 2U);
}

TEST(ShellEditor, KeepsUpWithTheWindow) {
  Person person{10};
  person.type("abcdefghijklmnop");
  person.screen.resize(14);
  person.type("q");
  EXPECT_EQ(person.screen.shown(), "$ abcdefghijkl\nmnopq\n");
}

// Whatever is typed, the screen shows what the text is, and the cursor where it is.
TEST(ShellEditor, ShowsWhatThereIsAfterAnyKeys) {
  constexpr std::string_view keys[] = {"a",
                                       "b ",
                                       "\xc3\xa9",
                                       "\xe4\xb8\xad",
                                       "\x7f",
                                       "\x02",
                                       "\x06",
                                       "\x01",
                                       "\x05",
                                       "\x0b",
                                       "\x15",
                                       "\x17",
                                       "\x19",
                                       "\x14",
                                       "\x10",
                                       "\x0e",
                                       "\r",
                                       "\x1b"
                                       "b",
                                       "\x1b"
                                       "f",
                                       "\x1b"
                                       "d",
                                       "\x12",
                                       "\x07",
                                       "wordofsomelength",
                                       "e\xcc\x81"};
  std::mt19937 random{1};
  for (u32 columns = 8; columns < 24; columns += 5) {
    Person person{columns};
    person.history.add("one\ntwo");
    person.begin();
    for (int i = 0; i < 1'500; ++i) {
      person.type(keys[random() % std::size(keys)]);
      ScreenModel fresh{columns};
      static char room[Screen::max_output];
      base::TextWriter out{room};
      // The same on an empty screen.
      const u64 rows = person.screen.row();
      person.editor.show_anew();
      person.editor.show(columns, out);
      fresh.write(out.view());
      ASSERT_TRUE(person.screen.ends_with(fresh)) << i << "\n"
                                                  << person.screen.shown() << "\n--\n"
                                                  << fresh.shown() << "\n"
                                                  << rows;
      person.screen = fresh;
    }
  }
}

}  // namespace
