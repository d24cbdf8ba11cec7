// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/calendar.hpp>

namespace kit {

namespace {

constexpr u64 second = 1'000'000'000;
constexpr u64 day_seconds = 86'400;
constexpr u64 last_second = 253'402'300'799;  // of the year 9999

constexpr std::string_view days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                     "Thursday", "Friday", "Saturday"};
constexpr std::string_view months[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};

constexpr bool is_leap(u64 year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr unsigned month_days(u64 year, unsigned month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// What stands between "%" and the letter: how numbers are filled up, and capital letters.
struct Form {
  char fill = 0;  // "-": not at all; 0: as usual
  bool is_upper = false;
};

void put_number(base::TextWriter& out, Form form, u64 value, unsigned width, char fill = '0') {
  if (form.fill != 0) fill = form.fill;
  if (fill == '-') width = 1;
  u64 least = 1;
  for (unsigned i = 1; i < width; ++i) least *= 10;
  for (; value < least && least > 1; least /= 10) out << fill;
  out << value;
}

void put_text(base::TextWriter& out, Form form, std::string_view text) {
  for (const char c : text) out << (form.is_upper ? to_upper(c) : c);
}

unsigned twelve(unsigned hour) { return hour % 12 == 0 ? 12 : hour % 12; }

// What is made of other conversions.
std::string_view expansion(char letter) {
  switch (letter) {
    case 'F': return "%Y-%m-%d";
    case 'T':
    case 'X': return "%H:%M:%S";
    case 'R': return "%H:%M";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'r': return "%I:%M:%S %p";
    default: return {};
  }
}

// False: there is no such letter.
bool put_one(base::TextWriter& out, const Date& date, u64 nanoseconds, Form form, char letter) {
  const auto number = [&](u64 value, unsigned width, char fill = '0') {
    put_number(out, form, value, width, fill);
    return true;
  };
  const auto text = [&](std::string_view value) {
    put_text(out, form, value);
    return true;
  };
  switch (letter) {
    case 'Y': return number(date.year, 1);
    case 'C': return number(date.year / 100, 2);
    case 'y': return number(date.year % 100, 2);
    case 'm': return number(date.month, 2);
    case 'd': return number(date.day, 2);
    case 'e': return number(date.day, 2, ' ');
    case 'j': return number(date.day_of_year + 1, 3);
    case 'H': return number(date.hour, 2);
    case 'k': return number(date.hour, 2, ' ');
    case 'I': return number(twelve(date.hour), 2);
    case 'l': return number(twelve(date.hour), 2, ' ');
    case 'M': return number(date.minute, 2);
    case 'S': return number(date.second, 2);
    case 'N': return number(nanoseconds % second, 9);
    case 's': return number(nanoseconds / second, 1);
    case 'u': return number(date.weekday == 0 ? 7 : date.weekday, 1);
    case 'w': return number(date.weekday, 1);
    case 'a': return text(days[date.weekday].substr(0, 3));
    case 'A': return text(days[date.weekday]);
    case 'b':
    case 'h': return text(months[date.month - 1].substr(0, 3));
    case 'B': return text(months[date.month - 1]);
    case 'p': return text(date.hour < 12 ? "AM" : "PM");
    case 'P': return text(date.hour < 12 ? "am" : "pm");
    case 'q': return number((date.month + 2) / 3, 1);
    case 'Z': return text("UTC");
    case 'z': return text("+0000");
    case 'n': return text("\n");
    case 't': return text("\t");
    case '%': return text("%");
    default: return false;
  }
}

// Takes "-", "_", "0", "^" and the letter off the start of the format. 0: no letter follows.
char take_conversion(std::string_view& format, Form& form) {
  for (; !format.empty(); format.remove_prefix(1)) {
    switch (format.front()) {
      case '-':
      case '0': form.fill = format.front(); break;
      case '_': form.fill = ' '; break;
      case '^': form.is_upper = true; break;
      default: {
        const char letter = format.front();
        format.remove_prefix(1);
        return letter;
      }
    }
  }
  return 0;
}

// Of an expansion each part has the form of its own. No expansion contains another one.
void put_expansion(base::TextWriter& out, const Date& date, u64 nanoseconds, Form form,
                   std::string_view format) {
  for (u64 i = 0; i < format.size(); ++i) {
    if (format[i] == '%')
      put_one(out, date, nanoseconds, {.is_upper = form.is_upper}, format[++i]);
    else
      out << format[i];
  }
}

}  // namespace

Date date_of(u64 seconds) {
  seconds = std::min(seconds, last_second);
  Date date;
  u64 left = seconds / day_seconds;
  date.weekday = static_cast<unsigned>((left + 4) % 7);
  const u64 rest = seconds % day_seconds;
  date.hour = static_cast<unsigned>(rest / 3'600);
  date.minute = static_cast<unsigned>(rest / 60 % 60);
  date.second = static_cast<unsigned>(rest % 60);
  for (u64 length = 365; left >= length; length = is_leap(date.year) ? 366 : 365) {
    left -= length;
    ++date.year;
  }
  date.day_of_year = static_cast<unsigned>(left);
  for (; left >= month_days(date.year, date.month); ++date.month)
    left -= month_days(date.year, date.month);
  date.day = static_cast<unsigned>(left) + 1;
  return date;
}

void write_date(base::TextWriter& out, u64 nanoseconds, std::string_view format) {
  const Date date = date_of(nanoseconds / second);
  while (!format.empty()) {
    const std::string_view rest = format;
    format.remove_prefix(1);
    if (rest.front() != '%') {
      out << rest.front();
      continue;
    }
    Form form;
    const char letter = take_conversion(format, form);
    if (const auto longer = expansion(letter); !longer.empty())
      put_expansion(out, date, nanoseconds, form, longer);
    else if (!put_one(out, date, nanoseconds, form, letter))
      out << rest.substr(0, rest.size() - format.size());
  }
}

}  // namespace kit
