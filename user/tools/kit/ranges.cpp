// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/ranges.hpp>

namespace kit {

namespace {

// "3", "3-", "-3", "3-5"
std::optional<Range> parse_range(std::string_view text) {
  const auto first = take_number(text);
  if (text.empty())
    return first && *first != 0 ? std::optional{Range{*first, *first}} : std::nullopt;
  if (!text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto last = take_number(text);
  if (!text.empty() || (!first && !last)) return std::nullopt;
  const Range range{first.value_or(1), last.value_or(~u64{0})};
  return range.first == 0 || range.last < range.first ? std::nullopt : std::optional{range};
}

}  // namespace

u64 count_ranges(std::string_view list) {
  return static_cast<u64>(std::count(list.begin(), list.end(), ',')) + 1;
}

std::span<const Range> parse_ranges(std::string_view list, std::span<Range> room) {
  u64 count = 0;
  for (bool is_last = false; !is_last; ++count) {
    const auto end = list.find(',');
    is_last = end == list.npos;
    const auto range = parse_range(list.substr(0, end));
    if (!range || count == room.size()) return {};
    room[count] = *range;
    if (!is_last) list.remove_prefix(end + 1);
  }
  return room.first(count);
}

bool contains(std::span<const Range> ranges, u64 number) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return number >= range.first && number <= range.last;
  });
}

}  // namespace kit
