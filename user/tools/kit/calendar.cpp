// SPDX-License-Identifier: MIT
#include <algorithm>
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

void put(base::TextWriter& out, u64 value, unsigned width, char fill = '0') {
  u64 least = 1;
  for (unsigned i = 1; i < width; ++i) least *= 10;
  for (; value < least && least > 1; least /= 10) out << fill;
  out << value;
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

void put_one(base::TextWriter& out, const Date& date, u64 nanoseconds, char letter) {
  switch (letter) {
    case 'Y': return put(out, date.year, 1);
    case 'C': return put(out, date.year / 100, 2);
    case 'y': return put(out, date.year % 100, 2);
    case 'm': return put(out, date.month, 2);
    case 'd': return put(out, date.day, 2);
    case 'e': return put(out, date.day, 2, ' ');
    case 'j': return put(out, date.day_of_year + 1, 3);
    case 'H': return put(out, date.hour, 2);
    case 'k': return put(out, date.hour, 2, ' ');
    case 'I': return put(out, twelve(date.hour), 2);
    case 'l': return put(out, twelve(date.hour), 2, ' ');
    case 'M': return put(out, date.minute, 2);
    case 'S': return put(out, date.second, 2);
    case 'N': return put(out, nanoseconds % second, 9);
    case 's': return put(out, nanoseconds / second, 1);
    case 'u': return put(out, date.weekday == 0 ? 7 : date.weekday, 1);
    case 'w': return put(out, date.weekday, 1);
    case 'a': return static_cast<void>(out << days[date.weekday].substr(0, 3));
    case 'A': return static_cast<void>(out << days[date.weekday]);
    case 'b':
    case 'h': return static_cast<void>(out << months[date.month - 1].substr(0, 3));
    case 'B': return static_cast<void>(out << months[date.month - 1]);
    case 'p': return static_cast<void>(out << (date.hour < 12 ? "AM" : "PM"));
    case 'Z': return static_cast<void>(out << "UTC");
    case 'z': return static_cast<void>(out << "+0000");
    case 'n': return static_cast<void>(out << '\n');
    case 't': return static_cast<void>(out << '\t');
    case '%': return static_cast<void>(out << '%');
    default: out << '%' << letter;
  }
}

// No expansion contains another one.
void put_simple(base::TextWriter& out, const Date& date, u64 nanoseconds, std::string_view format) {
  for (u64 i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size())
      put_one(out, date, nanoseconds, format[++i]);
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
  for (u64 i = 0; i < format.size(); ++i) {
    const bool is_conversion = format[i] == '%' && i + 1 < format.size();
    const std::string_view longer = is_conversion ? expansion(format[i + 1]) : std::string_view{};
    put_simple(out, date, nanoseconds,
               longer.empty() ? format.substr(i, is_conversion ? 2 : 1) : longer);
    if (is_conversion) ++i;
  }
}

}  // namespace kit
