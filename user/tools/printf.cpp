// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/escape.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::i64;
using base::u64;

constexpr kit::Usage usage{.name = "printf",
                           .operands = "FORMAT [WORD...]",
                           .sentence =
                               "Writes words in a form: %s %b %c %d %i %u %x %X %o %%, and "
                               "\\n and the like.",
                           .least = 1,
                           .takes_anything = true};

// What stands between "%" and the letter.
struct Conversion {
  bool left = false;
  bool zeroes = false;
  bool sign = false;
  bool blank = false;
  bool alternative = false;
  u64 width = 0;
  u64 precision = ~u64{0};
  char letter = 0;
  [[nodiscard]] bool has_precision() const { return precision != ~u64{0}; }
};

constinit kit::Words words;

std::string_view next_word() {
  if (words.empty()) return {};
  const std::string_view word = words.front();
  words = words.subspan(1);
  return word;
}

// ---- Numbers -----------------------------------------------------------------------------------

struct Number {
  bool is_negative = false;
  u64 size = 0;
  bool is_too_large = false;  // `size` is the largest there is
};

constexpr u64 most_negative = u64{1} << 63;

void complain_of(std::string_view word, std::string_view sentence) {
  kit::out.flush();
  kit::complain(word, sentence);
}

// As C writes them: 0x for hexadecimal, 0 for octal; a quote in front of a character means its
// code.
Number parse(std::string_view word) {
  if (word.starts_with('"') || word.starts_with('\'')) {
    const auto byte = word.size() > 1 ? u64{static_cast<unsigned char>(word[1])} : 0;
    return {false, byte};
  }
  std::string_view text = word;
  while (!text.empty() && kit::is_space(text.front())) text.remove_prefix(1);
  Number number{.is_negative = text.starts_with('-')};
  if (number.is_negative || text.starts_with('+')) text.remove_prefix(1);
  unsigned base = 10;
  if (text.size() > 1 && text.front() == '0') {
    const bool is_hexadecimal = text[1] == 'x' || text[1] == 'X';
    base = is_hexadecimal ? 16 : 8;
    text.remove_prefix(is_hexadecimal ? 2 : 1);
  }
  const auto value = kit::take_number(text, base);
  // Digits that are no number are too many.
  number.is_too_large = !value && !text.empty() && kit::parse_number(text.substr(0, 1), base);
  // An empty word is 0 without a complaint, if it is not there at all.
  if (!number.is_too_large && (!value || !text.empty()) && word.data() != nullptr)
    complain_of(word, "this is no number");
  number.size = number.is_too_large ? ~u64{0} : value.value_or(0);
  return number;
}

class Digits {
 public:
  Digits(u64 value, unsigned base, bool upper) {
    const char* const symbols = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (; value != 0; value /= base) text_[--start_] = symbols[value % base];
  }
  void fill(u64 least) {
    while (start_ != 0 && room - start_ < least) text_[--start_] = '0';
  }
  [[nodiscard]] std::string_view view() const { return {text_ + start_, room - start_}; }

 private:
  static constexpr u64 room = 512;
  char text_[room];
  u64 start_ = room;
};

void put_padded(const Conversion& how, std::string_view prefix, std::string_view text) {
  const u64 length = prefix.size() + text.size();
  const u64 fill = how.width > length ? how.width - length : 0;
  const bool zeroes = how.zeroes && !how.left;
  if (!how.left && !zeroes) kit::out.right("", fill);
  kit::out << prefix;
  for (u64 i = 0; i < fill && zeroes; ++i) kit::out << '0';
  kit::out << text;
  if (how.left) kit::out.right("", fill);
}

// What does not fit becomes the nearest number that does.
void limit(Number& number, bool is_signed, std::string_view word) {
  const u64 most = !is_signed ? ~u64{0} : number.is_negative ? most_negative : most_negative - 1;
  if (!number.is_too_large && number.size <= most) return;
  complain_of(word, "this number is too large");
  number.size = most;
  number.is_negative = number.is_negative && is_signed;
}

void put_number(Conversion how, std::string_view word) {
  Number number = parse(word);
  const bool is_signed = how.letter == 'd' || how.letter == 'i';
  limit(number, is_signed, word);
  const unsigned base = how.letter == 'o' ? 8 : kit::to_lower(how.letter) == 'x' ? 16 : 10;
  // Without a sign a negative number is its complement, as in C.
  const u64 value = is_signed || !number.is_negative ? number.size : u64{0} - number.size;
  Digits digits{value, base, how.letter == 'X'};
  digits.fill(how.has_precision() ? how.precision : 1);
  if (how.alternative && base == 8 && !digits.view().starts_with('0'))
    digits.fill(digits.view().size() + 1);
  std::string_view prefix;
  if (is_signed)
    prefix = number.is_negative && value != 0 ? "-" : how.sign ? "+" : how.blank ? " " : "";
  if (how.alternative && base == 16 && value != 0) prefix = how.letter == 'X' ? "0X" : "0x";
  if (how.has_precision()) how.zeroes = false;
  put_padded(how, prefix, digits.view());
}

// ---- Texts -------------------------------------------------------------------------------------

// What follows a backslash. True: "\c", all output ends here.
bool put_escape(std::string_view& text, bool zero_first) {
  if (text.starts_with('c')) return true;
  const auto byte =
      kit::take_escape(text, {.zero_first = zero_first, .hexadecimal = true, .escape = true});
  if (byte) {
    kit::out << *byte;
  } else if (text.starts_with('"')) {
    kit::out << '"';
    text.remove_prefix(1);
  } else {
    kit::out << '\\';
  }
  return false;
}

[[noreturn]] void end() { ipc::exit(static_cast<abi::u32>(kit::finish())); }

// %b: its width would have to be known before the end.
void put_escaped(std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\')
      kit::out << c;
    else if (put_escape(text, true))
      end();
  }
}

void put_text(Conversion how, std::string_view text) {
  how.zeroes = false;
  put_padded(how, {}, text.substr(0, how.precision));
}

// An empty word begins with its end, a zero byte.
void put_byte(const Conversion& how, std::string_view word) {
  put_text(how, word.empty() ? std::string_view{"", 1} : word.substr(0, 1));
}

// ---- The format --------------------------------------------------------------------------------

bool take_flag(char c, Conversion& how) {
  switch (c) {
    case '-': return how.left = true;
    case '0': return how.zeroes = true;
    case '+': return how.sign = true;
    case ' ': return how.blank = true;
    case '#': return how.alternative = true;
    default: return false;
  }
}

// A number in the format, or "*" for one of the words.
u64 take_count(std::string_view& format, Conversion& how) {
  if (!format.starts_with('*')) return kit::take_number(format).value_or(0);
  format.remove_prefix(1);
  const Number number = parse(next_word());
  how.left = how.left || number.is_negative;
  return number.size;
}

Conversion take_conversion(std::string_view& format) {
  Conversion how;
  while (!format.empty() && take_flag(format.front(), how)) format.remove_prefix(1);
  how.width = take_count(format, how);
  if (format.starts_with('.')) {
    format.remove_prefix(1);
    how.precision = take_count(format, how);
  }
  how.width = std::min<u64>(how.width, 1 << 20);
  if (format.empty()) kit::give_up("%", "the format ends in the middle of a conversion");
  how.letter = format.front();
  format.remove_prefix(1);
  return how;
}

void put(const Conversion& how) {
  switch (how.letter) {
    case 's': return put_text(how, next_word());
    case 'b': return put_escaped(next_word());
    case 'c': return put_byte(how, next_word());
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': return put_number(how, next_word());
    default: kit::give_up({&how.letter, 1}, "there is no such conversion");
  }
}

// False: no conversion took a word, so the format is not used again.
bool write_once(std::string_view format) {
  bool has_conversion = false;
  while (!format.empty()) {
    const char c = format.front();
    format.remove_prefix(1);
    if (c == '\\') {
      if (put_escape(format, false)) end();
    } else if (c != '%') {
      kit::out << c;
    } else if (format.starts_with('%')) {
      kit::out << '%';
      format.remove_prefix(1);
    } else {
      put(take_conversion(format));
      has_conversion = true;
    }
  }
  return has_conversion;
}

}  // namespace

int main(int argc, char** argv) {
  words = kit::start(usage, argc, argv);
  if (std::string_view{words.front()} == "--" && words.size() > 1) words = words.subspan(1);
  const std::string_view format = next_word();
  while (write_once(format) && !words.empty()) {
  }
  return kit::finish();
}
