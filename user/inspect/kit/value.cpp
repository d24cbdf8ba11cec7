// SPDX-License-Identifier: MIT
#include <user/inspect/kit/value.hpp>
#include <user/tools/kit/show.hpp>

namespace inspect {

namespace {

void write_two_digits(base::TextWriter& out, u64 number) { out << number / 10 << number % 10; }

// "12.3 ms": three digits are enough.
void write_scaled(base::TextWriter& out, u64 value, u64 unit, std::string_view name) {
  const u64 whole = value / unit;
  const u64 hundredths = value % unit * 100 / unit;
  out << whole;
  if (whole < 10) {
    out << '.';
    write_two_digits(out, hundredths);
  } else if (whole < 100) {
    out << '.' << hundredths / 10;
  }
  out << ' ' << name;
}

}  // namespace

void write_time(base::TextWriter& out, u64 nanoseconds) {
  constexpr u64 micro = 1'000;
  constexpr u64 milli = 1'000'000;
  constexpr u64 second = 1'000'000'000;
  if (nanoseconds < milli) {
    out << nanoseconds / micro << " us";
  } else if (nanoseconds < second) {
    write_scaled(out, nanoseconds, milli, "ms");
  } else if (nanoseconds < 60 * second) {
    write_scaled(out, nanoseconds, second, "s");
  } else {
    const u64 seconds = nanoseconds / second;
    if (seconds >= 3600) out << seconds / 3600 << ':';
    write_two_digits(out, seconds / 60 % 60);
    out << ':';
    write_two_digits(out, seconds % 60);
  }
}

void write_for_people(base::TextWriter& out, Form form, const Value& value) {
  if (!value.is_there) return;
  switch (form) {
    case Form::text: return;
    case Form::count: out << value.number; return;
    case Form::bytes: kit::write_human(out, value.number); return;
    case Form::time: write_time(out, value.number); return;
    case Form::address: out << base::Hex{value.number}; return;
    case Form::flag: out << (value.number != 0 ? "yes" : "no"); return;
    case Form::limit:
      if (value.number == ~u64{0})
        out << '-';
      else
        out << value.number;
      return;
  }
}

void write_escaped(base::TextWriter& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out << '\\' << c;
  } else if (c == '\n') {
    out << "\\n";
  } else if (c == '\t') {
    out << "\\t";
  } else if (byte < ' ' || byte == 0x7f) {
    constexpr std::string_view digits = "0123456789abcdef";
    out << "\\u00" << digits[byte >> 4] << digits[byte & 15];
  } else {
    out << c;
  }
}

}  // namespace inspect
