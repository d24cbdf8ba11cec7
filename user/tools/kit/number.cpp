// SPDX-License-Identifier: MIT
#include <user/tools/kit/number.hpp>

namespace kit {

namespace {

constexpr u64 second = 1'000'000'000;

std::optional<unsigned> digit_value(char c, unsigned base) {
  unsigned value = base;
  if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'z') value = static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'Z') value = static_cast<unsigned>(c - 'A') + 10;
  return value < base ? std::optional{value} : std::nullopt;
}

std::optional<u64> product(u64 a, u64 b) {
  u64 result = 0;
  return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional{result};
}

std::optional<u64> sum(u64 a, u64 b) {
  u64 result = 0;
  return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional{result};
}

// What a unit multiplies by; 0: there is no such unit.
u64 unit_size(std::string_view unit) {
  if (unit.empty()) return 1;
  if (unit == "b") return 512;
  if (unit == "k") unit = "K";
  if (unit == "kB") unit = "KB";
  constexpr std::string_view letters = "KMGTPE";
  const auto power = letters.find(unit.front());
  if (power == letters.npos) return 0;
  unit.remove_prefix(1);
  if (!unit.empty() && unit != "B" && unit != "iB") return 0;
  u64 size = 1;
  for (u64 i = 0; i <= power; ++i) size *= unit == "B" ? 1000 : 1024;
  return size;
}

// Nanoseconds in one of them; 0: there is no such unit.
u64 unit_time(std::string_view unit) {
  if (unit.empty() || unit == "s") return second;
  if (unit == "m") return 60 * second;
  if (unit == "h") return 3'600 * second;
  if (unit == "d") return 86'400 * second;
  return 0;
}

}  // namespace

std::optional<u64> take_number(std::string_view& text, unsigned base) {
  std::string_view rest = text;
  u64 value = 0;
  while (!rest.empty()) {
    const auto digit = digit_value(rest.front(), base);
    if (!digit) break;
    if (__builtin_mul_overflow(value, u64{base}, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, u64{*digit}, &value)) return std::nullopt;
    rest.remove_prefix(1);
  }
  if (rest.size() == text.size()) return std::nullopt;
  text = rest;
  return value;
}

std::optional<u64> parse_number(std::string_view text, unsigned base) {
  const auto value = take_number(text, base);
  return text.empty() ? value : std::nullopt;
}

std::optional<u64> parse_size(std::string_view text) {
  const auto value = take_number(text);
  const u64 unit = unit_size(text);
  if (!value || unit == 0) return std::nullopt;
  return product(*value, unit);
}

std::optional<u64> parse_nanoseconds(std::string_view text) {
  // ".5" is a half: one of the two sides of the point is enough.
  const bool has_whole = !text.starts_with('.');
  const auto whole = has_whole ? take_number(text) : std::optional<u64>{0};
  if (!whole) return std::nullopt;
  // The fraction in units of 1/second; digits beyond are rounded down.
  u64 fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    u64 digits = 0;
    for (u64 place = second / 10; !text.empty() && digit_value(text.front(), 10); ++digits) {
      fraction += place * *digit_value(text.front(), 10);
      place /= 10;
      text.remove_prefix(1);
    }
    if (digits == 0 && !has_whole) return std::nullopt;
  }
  const u64 unit = unit_time(text);
  if (unit == 0) return std::nullopt;
  const auto all = product(*whole, unit);
  return all ? sum(*all, fraction * (unit / second)) : std::nullopt;
}

}  // namespace kit
