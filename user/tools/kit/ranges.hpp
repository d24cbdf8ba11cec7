// SPDX-License-Identifier: MIT
// "1,3-5,7-": which bytes or fields of a line are meant, counted from 1.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace kit {

using base::u64;

struct Range {
  u64 first = 1;
  u64 last = ~u64{0};
};

// How many ranges a list has at most: so much room parse_ranges needs.
u64 count_ranges(std::string_view list);

// Empty: the list is malformed.
std::span<const Range> parse_ranges(std::string_view list, std::span<Range> room);

bool contains(std::span<const Range> ranges, u64 number);

}  // namespace kit
