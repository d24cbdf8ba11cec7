// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/sorted_list.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit bool by_number = false;
constinit bool is_reverse = false;
constinit bool is_unique = false;
constinit bool ignores_case = false;
constinit bool ignores_blanks = false;
constinit bool is_stable = false;
constinit std::string_view key;
constinit std::string_view separator;
constinit std::string_view target;
constexpr kit::Option options[] = {
    {'n', by_number, "by the numbers that lines begin with"},
    {'r', is_reverse, "the largest first"},
    {'u', is_unique, "of equal ones only the first"},
    {'f', ignores_case, "small letters as if they were capital ones"},
    {'b', ignores_blanks, "without the blanks in front"},
    {'s', is_stable, "equal ones stay in the order in which they came"},
    {'k', key, "F[,L]", "by fields F to L, or to the end; n, r, f, b behind it as above"},
    {'t', separator, "BYTE", "what stands between fields; blanks without it"},
    {'o', target, "FILE", "writes there"}};
constexpr kit::Usage usage{.name = "sort",
                           .operands = "[FILE...]",
                           .sentence = "Writes the lines of files in order.",
                           .options = options};

struct Line {
  std::string_view text;
  std::string_view key;
  Line* next = nullptr;
};

constinit bool reverses_all = false;  // -r itself, which counts for equal keys too

// ---- Keys --------------------------------------------------------------------------------------

constinit u64 first_field = 0;  // 0: all of the line
constinit u64 last_field = ~u64{0};

constinit bool has_own_order = false;

u64 take_field(std::string_view& text) {
  const auto number = kit::take_number(text);
  if (!number || *number == 0) kit::misused(key, "fields are counted from 1");
  if (text.starts_with('.')) kit::misused(key, "keys within fields are not there");
  // What stands behind a key counts instead of the options.
  if (!text.empty() && text.front() != ',' && !has_own_order)
    by_number = is_reverse = ignores_case = ignores_blanks = false, has_own_order = true;
  for (; !text.empty() && text.front() != ','; text.remove_prefix(1)) {
    switch (text.front()) {
      case 'n': by_number = true; break;
      case 'r': is_reverse = true; break;
      case 'f': ignores_case = true; break;
      case 'b': ignores_blanks = true; break;
      default: kit::misused(key, "only n, r, f and b can stand behind a key");
    }
  }
  return *number;
}

void read_key() {
  if (key.empty()) return;
  std::string_view text = key;
  first_field = take_field(text);
  if (text.empty()) return;
  text.remove_prefix(1);
  last_field = take_field(text);
}

// Where the field that begins at `at` ends. Blanks in front of it belong to it.
u64 end_of_field(std::string_view line, u64 at) {
  if (!separator.empty()) return std::min<u64>(line.find(separator.front(), at), line.size());
  while (at < line.size() && kit::is_blank(line[at])) ++at;
  while (at < line.size() && !kit::is_blank(line[at])) ++at;
  return at;
}

std::string_view key_of(std::string_view line) {
  std::string_view found = line;
  if (first_field != 0) {
    const u64 between = separator.empty() ? 0 : 1;
    u64 start = 0;
    u64 number = 1;
    for (; number < first_field && start < line.size(); ++number)
      start = std::min<u64>(end_of_field(line, start) + between, line.size());
    u64 end = start;
    for (; number <= last_field && end < line.size(); ++number)
      end = end_of_field(line, number == first_field ? start : end + between);
    found = line.substr(start, end - start);
  }
  if (ignores_blanks || by_number)
    while (!found.empty() && kit::is_blank(found.front())) found.remove_prefix(1);
  return found;
}

// ---- Order -------------------------------------------------------------------------------------

// Numbers of any length, with a sign and a fraction, are compared as they are written.
struct Number {
  bool is_negative = false;
  std::string_view whole;     // without zeroes in front
  std::string_view fraction;  // without zeroes behind
};

std::string_view take_digits(std::string_view& text) {
  u64 length = 0;
  while (length < text.size() && kit::is_digit(text[length])) ++length;
  const auto digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

Number number_of(std::string_view text) {
  Number number;
  const bool has_sign = text.starts_with('-');
  if (has_sign) text.remove_prefix(1);
  number.whole = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
  }
  while (number.whole.starts_with('0')) number.whole.remove_prefix(1);
  while (number.fraction.ends_with('0')) number.fraction.remove_suffix(1);
  // There is one zero only.
  number.is_negative = has_sign && !(number.whole.empty() && number.fraction.empty());
  return number;
}

int compare_sizes(const Number& a, const Number& b) {
  if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
  if (const int order = a.whole.compare(b.whole); order != 0) return order;
  return a.fraction.compare(b.fraction);
}

int compare_numbers(std::string_view first, std::string_view second) {
  const Number a = number_of(first);
  const Number b = number_of(second);
  if (a.is_negative != b.is_negative) return a.is_negative ? -1 : 1;
  return a.is_negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

int compare_folded(std::string_view a, std::string_view b) {
  for (u64 i = 0; i < a.size() && i < b.size(); ++i) {
    const auto x = static_cast<unsigned char>(kit::to_upper(a[i]));
    const auto y = static_cast<unsigned char>(kit::to_upper(b[i]));
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

int compare_keys(const Line& a, const Line& b) {
  if (by_number) return compare_numbers(a.key, b.key);
  return ignores_case ? compare_folded(a.key, b.key) : a.key.compare(b.key);
}

// Lines with equal keys are in the order of all their bytes, so that the result does not hang on
// how they came.
bool is_less(const Line& a, const Line& b) {
  const int order = compare_keys(a, b);
  if (order != 0) return is_reverse ? order > 0 : order < 0;
  if (is_stable || is_unique) return false;
  const int rest = a.text.compare(b.text);
  return reverses_all ? rest > 0 : rest < 0;
}

// ---- All of it ---------------------------------------------------------------------------------

void write(const Line* lines) {
  const Line* last = nullptr;
  for (const Line* line = lines; line != nullptr; line = line->next) {
    if (is_unique && last != nullptr && compare_keys(*last, *line) == 0) continue;
    kit::out << line->text << '\n';
    last = line;
  }
}

// What the output is to be may be one of the files, so it is opened when they have been read.
void write_to_file(const Line* lines) {
  auto file = kit::open({target},
                        kit::open_flag::write | kit::open_flag::create | kit::open_flag::truncate);
  if (!file.ok()) kit::give_up(target, file.error());
  ipc::output() = ipc::Stream{std::move(*file)};
  write(lines);
}

}  // namespace

int main(int argc, char** argv) {
  kit::set_failure_status(kit::status_usage);
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  if (separator.size() > 1) kit::misused(separator, "this is more than one byte");
  reverses_all = is_reverse;
  read_key();
  ipc::Arena arena;
  kit::Sorter<Line, decltype(is_less)> sorter{is_less};
  for (const std::string_view file : files)
    kit::each_line(file, [&](const ipc::LineReader::Line& line) {
      const auto node = arena.allocate<Line>(1);
      const auto text = arena.copy(line.text);
      if (node.empty() || text.data() == nullptr) kit::give_up("", kit::no_memory);
      node[0] = {.text = text, .key = key_of(text)};
      sorter.add(node[0]);
      return true;
    });
  const Line* const lines = sorter.finish();
  target.empty() ? write(lines) : write_to_file(lines);
  return kit::finish();
}
