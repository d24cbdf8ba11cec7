// SPDX-License-Identifier: MIT
// What the parser makes of command lines, shown as text.
#include <gtest/gtest.h>
#include <string>
#include <tests/unit/shell/pages.hpp>
#include <user/shell/language/parser.hpp>

namespace {

using namespace shell;
using std::string;
using std::string_view;

string show(const Sequence& sequence);

string show(const Word& word) {
  string text;
  for (const Piece& piece : word.pieces) {
    if (piece.is_quoted) text += '\'';
    switch (piece.kind) {
      case PieceKind::text: text += piece.text; break;
      case PieceKind::parameter: text += "$" + string{piece.text}; break;
      case PieceKind::command: text += "$(" + string{piece.text} + ")"; break;
      case PieceKind::arithmetic: text += "$((" + show(*piece.argument) + "))"; break;
    }
    if (piece.op != Operator::none) {
      text += piece.empty_is_unset ? ":" : "";
      text += std::to_string(static_cast<int>(piece.op));
      if (piece.argument != nullptr) text += "{" + show(*piece.argument) + "}";
    }
    if (piece.is_quoted) text += '\'';
  }
  return text;
}

string show(const List<Word>& words) {
  string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + show(word);
  return text;
}

string show(const Command& command) {
  string text;
  for (const Assignment& one : command.assignments)
    text += string{one.name} + ":=" + show(*one.value) + " ";
  switch (command.kind) {
    case CommandKind::simple: text += show(command.words); break;
    case CommandKind::group: text += "{" + show(command.branches.first->body) + "}"; break;
    case CommandKind::subshell: text += "(" + show(command.branches.first->body) + ")"; break;
    case CommandKind::condition:
      for (const Branch& branch : command.branches)
        text += "[if " + show(branch.test) + " then " + show(branch.body) + "]";
      break;
    case CommandKind::loop:
      text += command.is_until ? "[until " : "[while ";
      text +=
          show(command.branches.first->test) + " do " + show(command.branches.first->body) + "]";
      break;
    case CommandKind::each:
      text += "[for " + string{command.name} + (command.has_words ? " in " : "") +
              show(command.words) + " do " + show(command.branches.first->body) + "]";
      break;
    case CommandKind::choice:
      text += "[case " + show(command.words);
      for (const Branch& branch : command.branches)
        text += " (" + show(branch.patterns) + ") " + show(branch.body);
      text += "]";
      break;
    case CommandKind::function:
      text += "[function " + string{command.name} + " <" + string{command.body_source} + ">]";
      break;
  }
  for (const Redirection& one : command.redirections)
    text += " " + std::to_string(one.number) + "rwadbht"[static_cast<int>(one.kind)] +
            show(*one.target);
  return text;
}

string show(const Sequence& sequence) {
  string text;
  for (const AndOr& item : sequence) {
    if (!text.empty()) text += "; ";
    for (const Pipeline& pipeline : item.pipelines) {
      if (pipeline.connector == Connector::on_success) text += " && ";
      if (pipeline.connector == Connector::on_failure) text += " || ";
      if (pipeline.is_timed) text += "time ";
      if (pipeline.is_negated) text += "! ";
      bool is_first = true;
      for (const Command& command : pipeline.commands) {
        text += (is_first ? "" : " | ") + show(command);
        is_first = false;
      }
    }
    if (item.in_background) text += " &";
  }
  return text;
}

// All lines of the text.
string parsed(string_view text) {
  Arena arena;
  Parser parser{arena, text};
  string shown;
  while (!parser.is_at_end()) {
    const auto line = parser.next_line();
    if (!line.ok()) return "error " + std::to_string(line.error().at);
    if (!shown.empty() && !line->empty()) shown += "\n";
    shown += show(*line);
  }
  return shown;
}

SyntaxError error_of(string_view text) {
  Arena arena;
  Parser parser{arena, text};
  while (!parser.is_at_end()) {
    const auto line = parser.next_line();
    if (!line.ok()) return line.error();
  }
  return {};
}

string explained(string_view text) {
  base::Text<> line;
  explain(line, error_of(text), text);
  return string{line.view()};
}

TEST(ShellParser, ReadsWordsAndLines) {
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed("  # nothing\n\n"), "");
  EXPECT_EQ(parsed("echo a  b#c # d"), "echo a b#c");
  EXPECT_EQ(parsed("a; b ;c\nd"), "a; b; c\nd");
  EXPECT_EQ(parsed("a \\\n b"), "a b");
  EXPECT_EQ(parsed("a\\\nb"), "ab");
}

TEST(ShellParser, KnowsWhatIsQuoted) {
  EXPECT_EQ(parsed("'a b'"), "'a b'");
  EXPECT_EQ(parsed("\"a b\""), "'a b'");
  EXPECT_EQ(parsed("a'b'c"), "a'b'c");
  EXPECT_EQ(parsed("a\\ b"), "a' 'b");
  EXPECT_EQ(parsed("\"a\\nb\\\"c\""), "'a''\\n''b''\"''c'");
  EXPECT_EQ(parsed("''"), "''");
  EXPECT_EQ(parsed("\"'\""), "'''");
  EXPECT_EQ(parsed("'if'"), "'if'");
}

TEST(ShellParser, ReadsWhatADollarBegins) {
  EXPECT_EQ(parsed("$a $1 ${a}b $? $$ \"$a\""), "$a $1 $ab $? $$ '$a'");
  EXPECT_EQ(parsed("$ $% a$"), "$ $% a$");
  EXPECT_EQ(parsed("${a:-b c}"), "$a:1{b c}");
  EXPECT_EQ(parsed("${a-$b}"), "$a1{$b}");
  EXPECT_EQ(parsed("${#a} ${#} ${10}"), "$a5 $# $10");
  EXPECT_EQ(parsed("${a##*/} ${a%.*}"), "$a7{*/} $a8{.*}");
  EXPECT_EQ(parsed("\"${a:-'b}\""), "'$a:1{''b'}'");
  EXPECT_EQ(parsed("$(a | b) c"), "$(a | b) c");
  EXPECT_EQ(parsed("$(a ')' \"$(b)\") c"), "$(a ')' \"$(b)\") c");
  EXPECT_EQ(parsed("$(case x in x) y;; esac)"), "$(case x in x) y;; esac)");
  EXPECT_EQ(parsed("`a | b` c`d`\"`e`\""), "$(a | b) c$(d)'$(e)'");
  EXPECT_EQ(parsed("`a \\`b\\` \\$c \\d \\\\e \\\"`"), "$(a `b` $c \\d \\e \\\")");
  EXPECT_EQ(parsed("\"`a \\\"b\\\"`\""), "'$(a \"b\")'");
  EXPECT_EQ(parsed("$((1 + (2)))"), "$(('1 + ''(''2'')'))");
}

TEST(ShellParser, ReadsPipelinesAndLists) {
  EXPECT_EQ(parsed("a | b |\n c"), "a | b | c");
  EXPECT_EQ(parsed("a && b ||\n c"), "a && b || c");
  EXPECT_EQ(parsed("! a | b"), "! a | b");
  EXPECT_EQ(parsed("time a"), "time a");
  EXPECT_EQ(parsed("a & b &"), "a &; b &");
  EXPECT_EQ(parsed("a&&b&"), "a && b &");
}

TEST(ShellParser, ReadsAssignments) {
  EXPECT_EQ(parsed("a=b"), "a:=b ");
  EXPECT_EQ(parsed("a=1 b='c d' e f=g"), "a:=1 b:='c d' e f=g");
  EXPECT_EQ(parsed("'a'=b 1a=b"), "'a'=b 1a=b");
  EXPECT_EQ(parsed("a="), "a:= ");
}

TEST(ShellParser, ReadsRedirections) {
  EXPECT_EQ(parsed("a >b 2>c <d >>e"), "a 1wb 2wc 0rd 1ae");
  EXPECT_EQ(parsed("a 2>&1 >&- <&3"), "a 2d1 1d- 0d3");
  EXPECT_EQ(parsed("a &>b"), "a 1bb");
  EXPECT_EQ(parsed(">a"), " 1wa");
  EXPECT_EQ(parsed("a 2 >b"), "a 2 1wb");
  EXPECT_EQ(parsed("a 2>b c"), "a c 2wb");
  EXPECT_EQ(parsed("{ a; } >b | c"), "{a} 1wb | c");
}

TEST(ShellParser, ReadsHereDocuments) {
  EXPECT_EQ(parsed("a <<E b\n1\n2\nE\nc"), "a b 0h'1\n2\n'\nc");
  EXPECT_EQ(parsed("a <<E\nE"), "a 0h''");
  EXPECT_EQ(parsed("a 3<<E | b\n 1\nE\n"), "a 3h' 1\n' | b");
  EXPECT_EQ(parsed("a <<E <<F; b\n1\nE\n2\nF\nc"), "a 0h'1\n' 0h'2\n'; b\nc");
  EXPECT_EQ(parsed("a <<-E\n\t\t1\n\t 2\n\tE\nb"), "a 0h'1\n 2\n'\nb");
  // Only the end alone on its line is one.
  EXPECT_EQ(parsed("a <<E\nE \n E\nEE\nE\n"), "a 0h'E \n E\nEE\n'");
  EXPECT_EQ(parsed("if a <<E; then b\n1\nE\nfi"), "[if a 0h'1\n' then b]");
  EXPECT_EQ(parsed("a <<<'b c' d"), "a d 0t'b c'");
}

TEST(ShellParser, ExpandsHereDocumentsUnlessTheirEndIsQuoted) {
  EXPECT_EQ(parsed("a <<E\n$x \"$(b c)\" '$((1))'\nE\n"),
            "a 0h'$x'' \"''$(b c)''\" '''$(('1'))'''\n'");
  EXPECT_EQ(parsed("a <<E\n\\$x \\\\ \\\" \\a ) }\nE\n"),
            "a 0h'$''x ''\\'' ''\\\"'' ''\\a'' ) }\n'");
  for (const char* end : {"'E'", "\"E\"", "\\E"})
    EXPECT_EQ(parsed(string{"a <<"} + end + "\n$x `\nE\n"), "a 0h'$x `\n'") << end;
  EXPECT_EQ(parsed("a <<'E F'\n1\nE F\n"), "a 0h'1\n'");
}

TEST(ShellParser, ReadsCompoundCommands) {
  EXPECT_EQ(parsed("if a; then b; fi"), "[if a then b]");
  EXPECT_EQ(parsed("if a\nthen b\nelif c; then d; else e; fi"),
            "[if a then b][if c then d][if  then e]");
  EXPECT_EQ(parsed("while a; do b; c; done"), "[while a do b; c]");
  EXPECT_EQ(parsed("until a\ndo\nb\ndone"), "[until a do b]");
  EXPECT_EQ(parsed("for x in a 'b c'; do d; done"), "[for x in a 'b c' do d]");
  EXPECT_EQ(parsed("for x; do d; done"), "[for x do d]");
  EXPECT_EQ(parsed("for x\ndo d; done"), "[for x do d]");
  EXPECT_EQ(parsed("{ a; b; }"), "{a; b}");
  EXPECT_EQ(parsed("(a; b)"), "(a; b)");
  EXPECT_EQ(parsed("case $a in b|c) d;; (*) e; esac"), "[case $a (b c) d (*) e]");
  EXPECT_EQ(parsed("case a in esac"), "[case a]");
  EXPECT_EQ(parsed("f() { a; }"), "[function f <{ a; }>]");
  EXPECT_EQ(parsed("f() { a; } >b <c; d"), "[function f <{ a; } >b <c>]; d");
  EXPECT_EQ(parsed("f ()\n(a)\nb"), "[function f <(a)>]\nb");
  EXPECT_EQ(parsed("echo if then fi"), "echo if then fi");
}

TEST(ShellParser, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(explained("a 'b"), "line 1, column 3: the quote ' is not closed");
  EXPECT_EQ(explained("a \"b"), "line 1, column 3: the quote \" is not closed");
  EXPECT_EQ(explained("a $(b"), "line 1, column 6: $( is not closed");
  EXPECT_EQ(explained("a\n)"), "line 2, column 1: ')' is not expected here");
  EXPECT_EQ(explained("fi"), "line 1, column 1: 'fi' is not expected here");
  EXPECT_EQ(explained("a | ; b"), "line 1, column 5: ';' is not expected here");
  EXPECT_EQ(explained("a |"), "line 1, column 4: the command is not complete");
  EXPECT_EQ(explained("if a; then b"),
            "line 1, column 13: the command is not complete; "
            "'fi' is missing");
  EXPECT_EQ(explained("if a; b; done"),
            "line 1, column 10: 'done' is not expected here; 'then' is");
  EXPECT_EQ(explained("if; then"), "line 1, column 3: ';' is not expected here");
  EXPECT_EQ(explained("if a; then fi"), "line 1, column 12: a command is missing");
  EXPECT_EQ(explained("a >"), "line 1, column 4: the command is not complete");
  EXPECT_EQ(explained("a > | b"), "line 1, column 5: a file's name is missing");
  EXPECT_EQ(explained("a 12>b"), "line 1, column 3: streams have the numbers 0 to 9");
  EXPECT_EQ(explained("a `b"), "line 1, column 3: the ` is not closed");
  EXPECT_EQ(explained("${}"),
            "line 1, column 3: ${ } does not name a variable and what to do "
            "with it");
  EXPECT_EQ(explained("a\nb <<E\nc"),
            "line 2, column 3: the line that ends the text of << is missing");
  EXPECT_EQ(explained("a <<E\n$(b\nE\n"),
            "line 1, column 3: something in the text of << is not closed");
  EXPECT_EQ(explained("a <<$E\n"),
            "line 1, column 3: a text ends << END, and nothing that has a $");
  EXPECT_EQ(explained("for 1 in a"), "line 1, column 5: this is no name of a variable or function");
}

TEST(ShellParser, KnowsWhenAnotherLineCouldHelp) {
  for (const char* text : {"'",        "\"",        "$(",   "${a",        "$((1",
                           "a |",      "a &&",      "if a", "if a; then", "while a; do b",
                           "for x in", "{ a",       "(a",   "case a in",  "case a in b) c",
                           "a \\",     "f()",       "a >",  "a <<E",      "a <<E\nb\n",
                           "`a",       "$(a <<E\nb"})
    EXPECT_TRUE(is_incomplete(error_of(text).what)) << text;
  for (const char* text : {"a", ")", "fi", "a | | b", "if fi", "; a", "&& a", "a > ;", "${a!}"})
    EXPECT_FALSE(is_incomplete(error_of(text).what)) << text;
}

TEST(ShellParser, KnowsThatABackslashWantsALine) {
  const auto wants_line = [](string_view text) {
    Arena arena;
    Parser parser{arena, text};
    EXPECT_TRUE(parser.next_line().ok()) << text;
    return parser.wants_line();
  };
  for (const char* text : {"a \\\n", "a\\\n", "a b\\\n", "a | b \\\n", "\\\n"})
    EXPECT_TRUE(wants_line(text)) << text;
  for (const char* text : {"a\n", "a \\\nb\n", "a \\\\\n", "# a \\\n", "a '\\\n'\n"})
    EXPECT_FALSE(wants_line(text)) << text;
}

TEST(ShellParser, StopsAtItsDepth) {
  const auto nested = [](string_view open, string_view middle, string_view close, u32 times) {
    string text;
    for (u32 i = 0; i < times; ++i) text += open;
    text += middle;
    for (u32 i = 0; i < times; ++i) text += close;
    return text;
  };
  EXPECT_EQ(error_of(nested("(", "a", ")", max_depth)).what, Mistake::none);
  EXPECT_EQ(error_of(nested("(", "a", ")", max_depth + 1)).what, Mistake::too_deep);
  EXPECT_EQ(error_of(nested("$(", "a", ")", max_depth + 1)).what, Mistake::too_deep);
  EXPECT_EQ(error_of(nested("${a-", "b", "}", max_depth + 1)).what, Mistake::too_deep);
  EXPECT_EQ(error_of(nested("\"$(", "b", ")\"", max_depth)).what, Mistake::too_deep);
  EXPECT_EQ(error_of(nested("if ", "a", "; then b; fi", max_depth + 1)).what, Mistake::too_deep);
}

TEST(ShellParser, SaysThatThereIsNoMemory) {
  string text;
  for (int i = 0; i < 10'000; ++i) text += "a ";
  const shell_test::FewPages few{20};
  EXPECT_EQ(error_of(text).what, Mistake::no_memory);
}

TEST(ShellParser, KeepsTheTextOfWhatItRead) {
  Arena arena;
  Parser parser{arena, "a && ! b 1 | (c; d) >e & f"};
  const auto line = parser.next_line();
  ASSERT_TRUE(line.ok());
  const AndOr& first = *line->first;
  EXPECT_EQ(first.source, "a && ! b 1 | (c; d) >e");
  const Pipeline& second = *first.pipelines.last;
  EXPECT_EQ(second.source, "! b 1 | (c; d) >e");
  EXPECT_EQ(second.commands.first->source, "b 1");
  EXPECT_EQ(second.commands.last->source, "(c; d) >e");
  EXPECT_EQ(line->last->source, "f");
}

TEST(ShellParser, KeepsHereDocumentsWithTheCommandsThatReadThem) {
  Arena arena;
  Parser parser{arena,
                "a <<E | { b; } <<F && (c <<G) &\n1\nE\n2\nF\n3\nG\n"
                "d <<H; f() { e <<I; }\n4\nH\n5\nI\n"};
  const auto line = parser.next_line();
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->first->source, "a <<E | { b; } <<F && (c <<G)\n1\nE\n2\nF\n3\nG\n");
  const Pipeline& first = *line->first->pipelines.first;
  EXPECT_EQ(first.source, "a <<E | { b; } <<F\n1\nE\n2\nF\n");
  EXPECT_EQ(first.commands.first->source, "a <<E\n1\nE\n");
  EXPECT_EQ(first.commands.last->source, "{ b; } <<F\n2\nF\n");
  EXPECT_EQ(line->first->pipelines.last->commands.first->body_source, "c <<G\n3\nG\n");
  const auto next = parser.next_line();
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->first->source, "d <<H\n4\nH\n");
  EXPECT_EQ(next->last->source, "f() { e <<I; }\n5\nI\n");
  EXPECT_EQ(next->last->pipelines.first->commands.first->body_source, "{ e <<I; }\n5\nI\n");
  EXPECT_TRUE(parser.is_at_end());
}

}  // namespace
