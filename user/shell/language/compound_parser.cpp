// SPDX-License-Identifier: MIT
// Commands that contain others.
#include <user/shell/language/characters.hpp>
#include <user/shell/language/parser.hpp>

namespace shell {

// Reads the command that begins with `first`. False: it is a simple one, and nothing is read.
Parsed<bool> Parser::compound(Command& command, const Token& first) {
  const std::string_view word = bare_text(first);
  Parsed<void> (Parser::*read)(Command&) = nullptr;
  if (word == "if")
    read = &Parser::condition;
  else if (word == "while" || word == "until")
    read = &Parser::loop;
  else if (word == "for")
    read = &Parser::each;
  else if (word == "case")
    read = &Parser::choice;
  else if (first.kind == TokenKind::open)
    read = &Parser::subshell;
  else if (word != "{")
    return false;

  if (depth_ == max_depth) return SyntaxError{.what = Mistake::too_deep, .at = first.at};
  ++depth_;
  take();
  command.kind = CommandKind::group;
  command.is_until = word == "until";
  const auto done = read == nullptr ? body_of(command, "}") : (this->*read)(command);
  --depth_;
  TRY(done);
  return true;
}

// At least one command must stand before the word.
Parsed<Sequence> Parser::commands_before(std::string_view wanted) {
  const auto commands = TRY(sequence(Extent::all));
  if (commands.empty()) {
    const Token token = TRY(peek());
    if (token.kind == TokenKind::end) return unexpected(token, wanted);
    return SyntaxError{.what = Mistake::no_command, .at = token.at};
  }
  return commands;
}

Parsed<void> Parser::body_of(Command& command, std::string_view end) {
  auto* branch = TRY(make<Branch>());
  branch->body = TRY(commands_before(end));
  command.branches.append(branch);
  return expect(end);
}

Parsed<void> Parser::subshell(Command& command) {
  command.kind = CommandKind::subshell;
  const u64 start = last_end_;
  auto* branch = TRY(make<Branch>());
  branch->body = TRY(commands_before(")"));
  command.branches.append(branch);
  const u64 end = TRY(peek()).at;
  command.body_source = lexer_.text().substr(start, end - start);
  TRY(lexer_.complete_later(command.body_source));
  return expect(TokenKind::close, ")");
}

Parsed<void> Parser::condition(Command& command) {
  command.kind = CommandKind::condition;
  for (;;) {
    auto* branch = TRY(make<Branch>());
    command.branches.append(branch);
    branch->test = TRY(commands_before("then"));
    TRY(expect("then"));
    branch->body = TRY(commands_before("fi"));
    const std::string_view word = bare_text(TRY(peek()));
    if (word == "elif") {
      take();
      continue;
    }
    if (word != "else") return expect("fi");
    take();
    return body_of(command, "fi");
  }
}

Parsed<void> Parser::loop(Command& command) {
  command.kind = CommandKind::loop;
  auto* branch = TRY(make<Branch>());
  command.branches.append(branch);
  branch->test = TRY(commands_before("do"));
  TRY(expect("do"));
  branch->body = TRY(commands_before("done"));
  return expect("done");
}

Parsed<void> Parser::each(Command& command) {
  command.kind = CommandKind::each;
  const Token name = TRY(peek());
  if (!is_name(bare_text(name))) return SyntaxError{.what = Mistake::bad_name, .at = name.at};
  command.name = bare_text(name);
  take();
  TRY(skip_newlines());
  if (bare_text(TRY(peek())) == "in") {
    take();
    command.has_words = true;
    for (Token token = TRY(peek()); token.kind == TokenKind::word; token = TRY(peek())) {
      command.words.append(token.word);
      take();
    }
  }
  if (TRY(peek()).kind == TokenKind::semicolon) take();
  TRY(skip_newlines());
  TRY(expect("do"));
  return body_of(command, "done");
}

Parsed<void> Parser::choice(Command& command) {
  command.kind = CommandKind::choice;
  const Token subject = TRY(peek());
  if (subject.kind != TokenKind::word) return unexpected(subject);
  command.words.append(subject.word);
  take();
  TRY(skip_newlines());
  TRY(expect("in"));
  for (;;) {
    TRY(skip_newlines());
    if (bare_text(TRY(peek())) == "esac") break;
    auto* branch = TRY(make<Branch>());
    command.branches.append(branch);
    TRY(patterns(*branch));
    branch->body = TRY(sequence(Extent::all));
    // The last one need not be ended.
    if (TRY(peek()).kind != TokenKind::double_semicolon) break;
    take();
  }
  return expect("esac");
}

// (a|b) with or without the first parenthesis.
Parsed<void> Parser::patterns(Branch& branch) {
  if (TRY(peek()).kind == TokenKind::open) take();
  for (;;) {
    const Token token = TRY(peek());
    if (token.kind != TokenKind::word) return unexpected(token);
    branch.patterns.append(token.word);
    take();
    if (TRY(peek()).kind != TokenKind::pipe) return expect(TokenKind::close, ")");
    take();
  }
}

// name() body, from the first parenthesis on. The body is kept as text.
Parsed<void> Parser::function(Command& command) {
  command.kind = CommandKind::function;
  command.name = command.words.first->source;
  const u64 name_at = TRY(peek()).at;
  if (!is_name(command.name)) return SyntaxError{.what = Mistake::bad_name, .at = name_at};
  take();
  TRY(expect(TokenKind::close, ")"));
  TRY(skip_newlines());
  const Token first = TRY(peek());
  auto* body = TRY(make<Command>());
  if (!TRY(compound(*body, first))) return unexpected(first, "{");
  while (is_redirection(TRY(peek()).kind)) TRY(redirection(*body));
  return set_source(command.body_source, first.at);
}

}  // namespace shell
