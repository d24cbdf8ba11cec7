// SPDX-License-Identifier: MIT
// The expressions are those of kit/pattern.hpp: no back-references, and no time that explodes.
#include <algorithm>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/pattern.hpp>
#include <user/tools/kit/source.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constinit bool is_extended = false;
constinit bool is_literal = false;
constinit bool ignores_case = false;
constinit bool is_inverted = false;
constinit bool shows_numbers = false;
constinit bool only_counts = false;
constinit bool only_names = false;
constinit bool is_quiet = false;
constinit bool is_recursive = false;
constinit bool without_names = false;
constinit bool with_names = false;
constinit bool hides_errors = false;
constinit bool only_matches = false;
constinit bool whole_lines = false;
constinit bool whole_words = false;
constinit kit::Values expressions;
constexpr kit::Option options[] = {
    {'E', is_extended, "extended expressions"},
    {'F', is_literal, "no expressions: each byte is itself"},
    {'i', ignores_case, "small letters as if they were capital ones"},
    {'v', is_inverted, "lines that do not match"},
    {'n', shows_numbers, "with their numbers"},
    {'c', only_counts, "only how many"},
    {'l', only_names, "only names of files in which there are any"},
    {'q', is_quiet, "nothing but the status"},
    {'r', is_recursive, "all files in directories"},
    {'h', without_names, "no names in front of lines"},
    {'H', with_names, "names in front of lines, even of one file"},
    {'s', hides_errors, "no complaints about files"},
    {'o', only_matches, "only what matches, each in a line"},
    {'w', whole_words, "matches are whole words"},
    {'x', whole_lines, "matches are whole lines"},
    {'e', expressions, "PATTERN", "this pattern too, which may begin with a -"}};
constexpr kit::Usage usage{.name = "grep",
                           .operands = "PATTERN [FILE...]",
                           .sentence =
                               "Writes lines that match a pattern. Status: 0 if there are "
                               "any, 1 if not, 2 after an error.",
                           .options = options};

constexpr int status_none = 1;
constexpr int status_error = 2;

constinit kit::Pattern pattern;
constinit bool has_match = false;

// Several patterns stand in lines of their own.
void compile(std::string_view text) {
  const kit::Syntax syntax{.extended = is_extended,
                           .ignores_case = ignores_case,
                           .is_literal = is_literal,
                           .is_whole = whole_lines,
                           .is_word = whole_words};
  for (bool is_last = false; !is_last;) {
    const auto end = text.find('\n');
    is_last = end == text.npos;
    const auto fault = pattern.add(text.substr(0, end), syntax);
    if (fault != kit::PatternFault::none) kit::misused(text.substr(0, end), sentence(fault));
    if (!is_last) text.remove_prefix(end + 1);
  }
}

// A line, or a part of it.
void write_line(std::string_view name, u64 number, std::string_view text) {
  if (with_names) kit::out << kit::shown_name(name) << ':';
  if (shows_numbers) kit::out << number << ':';
  kit::out << text << '\n';
}

// Matches of nothing are passed over.
void write_matches(std::string_view name, u64 number, std::string_view text) {
  for (u64 from = 0; from <= text.size();) {
    const auto match = pattern.find(text, from);
    if (!match) return;
    if (match->end != match->start)
      write_line(name, number, text.substr(match->start, match->end - match->start));
    from = std::max(match->end, match->start + 1);
  }
}

void write_found(std::string_view name, u64 number, std::string_view text) {
  if (!only_matches) return write_line(name, number, text);
  if (!is_inverted) write_matches(name, number, text);
}

void search(std::string_view name, kit::Source& source) {
  ipc::Arena arena;
  ipc::LineReader lines{source.stream(), arena};
  u64 number = 0;
  u64 count = 0;
  const bool is_brief = is_quiet || only_names;
  for (;;) {
    const auto line = lines.next();
    if (!line.ok()) return kit::complain_of_source(name, line.error());
    if (!*line) break;
    ++number;
    if (pattern.matches(line->text) == is_inverted) continue;
    ++count;
    if (is_brief) break;
    if (!only_counts) write_found(name, number, line->text);
  }
  has_match = has_match || count != 0;
  if (is_quiet) return;
  if (only_names) {
    if (count != 0) kit::out << kit::shown_name(name) << '\n';
  } else if (only_counts) {
    if (with_names) kit::out << kit::shown_name(name) << ':';
    kit::out << count << '\n';
  }
}

constinit bool has_error = false;

void search_file(std::string_view path) {
  auto source = kit::Source::open(path);
  if (source.ok()) return search(path, *source);
  has_error = true;
  if (!hides_errors) kit::complain_of_source(path, source.error());
}

void search_in(kit::Place place, std::string_view path) {
  auto file = kit::open(place);
  if (!file.ok()) return kit::complain(path, file.error());
  kit::Source source{ipc::Stream{std::move(*file)}};
  search(path, source);
}

// Links on the way are not followed.
void search_tree(std::string_view path) {
  kit::Walk walk{path, kit::Links::followed};
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::failed) kit::complain(step.path, step.problem);
    if (step.event != kit::Event::other || step.kind != kit::Kind::file) continue;
    search_in(step.place, step.path);
    if (is_quiet && has_match) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  kit::set_failure_status(status_error);
  auto operands = kit::start(usage, argc, argv);
  if (expressions.count == 0) {
    if (operands.empty()) kit::misused("", "a pattern is needed");
    expressions.texts[expressions.count++] = operands.front();
    operands = operands.subspan(1);
  }
  for (const std::string_view expression : expressions.view()) compile(expression);
  static char here[] = ".";
  static char* const only_here[] = {here};
  if (operands.empty() && is_recursive) operands = only_here;
  with_names = !without_names && (with_names || is_recursive || operands.size() > 1);
  for (const std::string_view file : kit::or_input(operands)) {
    if (is_recursive && file != "-")
      search_tree(file);
    else
      search_file(file);
    // Whoever asks only whether there is one has the answer, whatever else went wrong.
    if (is_quiet && has_match) return 0;
  }
  const int status = kit::finish(has_match ? 0 : status_none);
  return has_error ? status_error : status;
}
