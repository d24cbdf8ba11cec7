// SPDX-License-Identifier: MIT
// Seconds since 1970 as a date, in UTC, and text of it.
#pragma once

#include <base/text.hpp>
#include <base/units.hpp>

namespace kit {

using base::u64;

struct Date {
  u64 year = 1970;
  unsigned month = 1;  // from 1
  unsigned day = 1;    // from 1
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  unsigned weekday = 4;      // from Sunday, 0
  unsigned day_of_year = 0;  // from 0
};

// Every number of seconds up to the year 9999 has a date; later ones have that of its end.
Date date_of(u64 seconds);

// A moment in the words of `format`, as strftime(3) in the C locale has them: %Y %m %d %H %M %S %F
// %T %R %D %a %A %b %B %e %j %y %C %I %l %k %p %u %w %s %N %Z %z %c %x %X %r %h %n %t %P %q
// %%; behind the % may stand - (a number is not filled up), _ (with blanks), 0 (with zeroes) and ^
// (capital letters). Others stay as they are.
void write_date(base::TextWriter& out, u64 nanoseconds, std::string_view format);

}  // namespace kit
