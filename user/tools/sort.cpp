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
constinit kit::Values key_texts;
constinit std::string_view separator;
constinit std::string_view target;
constinit bool has_separator = false;
constinit bool has_target = false;
constexpr kit::Option options[] = {
    {'n', by_number, "by the numbers that lines begin with"},
    {'r', is_reverse, "the largest first"},
    {'u', is_unique, "of equal ones only the first"},
    {'f', ignores_case, "small letters as if they were capital ones"},
    {'b', ignores_blanks, "without the blanks in front"},
    {'s', is_stable, "equal ones stay in the order in which they came"},
    {'k', key_texts, "F[,L]", "by fields F to L, or to the end; n, r, f, b behind it as above"},
    kit::Option{'t', separator, "BYTE", "what stands between fields; blanks without it"}.once(
        has_separator),
    kit::Option{'o', target, "FILE", "writes there"}.once(has_target)};
constexpr kit::Usage usage{.name = "sort",
                           .operands = "[FILE...]",
                           .sentence = "Writes the lines of files in order.",
                           .options = options};

struct Line {
  std::string_view text;
  std::string_view key;  // the first one; others are looked for when they are needed
  Line* next = nullptr;
};

constinit bool reverses_all = false;  // -r itself, which counts for equal keys too

// ---- Keys --------------------------------------------------------------------------------------

struct Order {
  bool by_number = false;
  bool is_reverse = false;
  bool ignores_case = false;
  bool ignores_blanks = false;
};

struct Key {
  u64 first_field = 0;  // 0: all of the line
  u64 last_field = ~u64{0};
  Order order;
};

constinit Key key_room[kit::Values::most];
constinit std::span<const Key> keys;  // at least one

// Reads "F[,L]" with letters behind each number; those count instead of the options.
class KeyReader {
 public:
  explicit KeyReader(std::string_view text) : all_(text), text_(text) {}

  Key run(const Order& usual) {
    Key key{.first_field = take_field()};
    if (!text_.empty()) {
      text_.remove_prefix(1);
      key.last_field = take_field();
      if (!text_.empty()) kit::misused(all_, "a key has at most two fields");
    }
    key.order = has_own_order_ ? order_ : usual;
    return key;
  }

 private:
  u64 take_field() {
    const auto number = kit::take_number(text_);
    if (!number || *number == 0) kit::misused(all_, "fields are counted from 1");
    if (text_.starts_with('.')) kit::misused(all_, "keys within fields are not there");
    for (; !text_.empty() && text_.front() != ','; text_.remove_prefix(1)) take_letter();
    return *number;
  }

  void take_letter() {
    has_own_order_ = true;
    switch (text_.front()) {
      case 'n': order_.by_number = true; break;
      case 'r': order_.is_reverse = true; break;
      case 'f': order_.ignores_case = true; break;
      case 'b': order_.ignores_blanks = true; break;
      default: kit::misused(all_, "only n, r, f and b can stand behind a key");
    }
  }

  std::string_view all_;
  std::string_view text_;
  Order order_;
  bool has_own_order_ = false;
};

// Without any, all of the line is the key.
void read_keys() {
  const Order usual{by_number, is_reverse, ignores_case, ignores_blanks};
  const auto texts = key_texts.view();
  key_room[0].order = usual;
  for (u64 i = 0; i < texts.size(); ++i) key_room[i] = KeyReader{texts[i]}.run(usual);
  keys = {key_room, std::max<u64>(texts.size(), 1)};
}

// Where the field that begins at `at` ends. Blanks in front of it belong to it.
u64 end_of_field(std::string_view line, u64 at) {
  if (!separator.empty()) return std::min<u64>(line.find(separator.front(), at), line.size());
  while (at < line.size() && kit::is_blank(line[at])) ++at;
  while (at < line.size() && !kit::is_blank(line[at])) ++at;
  return at;
}

std::string_view key_of(std::string_view line, const Key& key) {
  std::string_view found = line;
  if (key.first_field != 0) {
    const u64 between = separator.empty() ? 0 : 1;
    u64 start = 0;
    u64 number = 1;
    for (; number < key.first_field && start < line.size(); ++number)
      start = std::min<u64>(end_of_field(line, start) + between, line.size());
    u64 end = start;
    for (; number <= key.last_field && end < line.size(); ++number)
      end = end_of_field(line, number == key.first_field ? start : end + between);
    found = line.substr(start, end - start);
  }
  if (key.order.ignores_blanks || key.order.by_number)
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

int compare(const Order& order, std::string_view a, std::string_view b) {
  int result = 0;
  if (order.by_number)
    result = compare_numbers(a, b);
  else
    result = order.ignores_case ? compare_folded(a, b) : a.compare(b);
  if (!order.is_reverse) return result;
  return result < 0 ? 1 : result > 0 ? -1 : 0;
}

// The first key that differs says which line comes first.
int compare_keys(const Line& a, const Line& b) {
  int result = compare(keys[0].order, a.key, b.key);
  for (u64 i = 1; result == 0 && i < keys.size(); ++i)
    result = compare(keys[i].order, key_of(a.text, keys[i]), key_of(b.text, keys[i]));
  return result;
}

// Lines with equal keys are in the order of all their bytes, so that the result does not hang on
// how they came.
bool is_less(const Line& a, const Line& b) {
  const int order = compare_keys(a, b);
  if (order != 0) return order < 0;
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
  if (separator == "\\0") separator = std::string_view{"", 1};
  if (separator.size() > 1) kit::misused(separator, "this is more than one byte");
  if (has_separator && separator.empty()) kit::misused("-t", "a byte is needed");
  reverses_all = is_reverse;
  read_keys();
  ipc::Arena arena;
  kit::Sorter<Line, decltype(is_less)> sorter{is_less};
  for (const std::string_view file : files)
    kit::each_line(file, [&](const ipc::LineReader::Line& line) {
      const auto node = arena.allocate<Line>(1);
      const auto text = arena.copy(line.text);
      if (node.empty() || text.data() == nullptr) kit::give_up("", kit::no_memory);
      node[0] = {.text = text, .key = key_of(text, keys[0])};
      sorter.add(node[0]);
      return true;
    });
  const Line* const lines = sorter.finish();
  target.empty() ? write(lines) : write_to_file(lines);
  return kit::finish();
}
