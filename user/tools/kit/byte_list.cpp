// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <user/tools/kit/byte_list.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/escape.hpp>
#include <user/tools/kit/number.hpp>

namespace kit {

namespace {

// A byte, or what an escape means. Behind a backslash any other byte is itself.
u8 take_byte(std::string_view& text) {
  const char c = text.front();
  text.remove_prefix(1);
  if (c != '\\' || text.empty()) return static_cast<u8>(c);
  if (const auto meant = take_escape(text)) return static_cast<u8>(*meant);
  const char next = text.front();
  text.remove_prefix(1);
  return static_cast<u8>(next);
}

// "[x*n]": n in octal if it begins with a zero; without it or with 0, the byte fills a list up.
struct Repetition {
  u8 byte = 0;
  u64 times = 0;
};

std::optional<Repetition> take_repetition(std::string_view& text) {
  if (!text.starts_with('[') || text.size() < 4) return std::nullopt;
  std::string_view rest = text.substr(1);
  Repetition result{.byte = take_byte(rest)};
  if (!rest.starts_with('*')) return std::nullopt;
  rest.remove_prefix(1);
  const auto end = rest.find(']');
  if (end == rest.npos) return std::nullopt;
  const std::string_view digits = rest.substr(0, end);
  const auto times = parse_number(digits, digits.starts_with('0') ? 8 : 10);
  if (!times && !digits.empty()) return std::nullopt;
  result.times = times.value_or(0);
  text = rest.substr(end + 1);
  return result;
}

}  // namespace

ListFault ByteList::add_range(u8 first, u8 last) {
  if (last < first) return ListFault::range;
  for (unsigned byte = first; byte <= last; ++byte) {
    if (count == most) return ListFault::too_long;
    bytes[count++] = static_cast<u8>(byte);
  }
  return ListFault::none;
}

ListFault ByteList::add_times(u8 byte, u64 times) {
  if (times == 0) {
    if (has_filler) return ListFault::several_fillers;
    has_filler = true;
    filler_ = byte;
    filler_at_ = count;
    return ListFault::none;
  }
  if (times > most - count) return ListFault::too_long;
  std::fill_n(bytes + count, times, byte);
  count += times;
  return ListFault::none;
}

ListFault ByteList::add_class(std::string_view name) {
  ByteSet set;
  if (!set.add_class(name)) return ListFault::name;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const u8 one = static_cast<u8>(byte);
    if (set.has(one) && add_range(one, one) != ListFault::none) return ListFault::too_long;
  }
  return ListFault::none;
}

void ByteList::fill_to(u64 length) {
  if (!has_filler || length <= count || length > most) return;
  std::copy_backward(bytes + filler_at_, bytes + count, bytes + length);
  std::fill_n(bytes + filler_at_, length - count, filler_);
  count = length;
}

ListFault ByteList::add(std::string_view text) {
  ListFault fault = ListFault::none;
  while (!text.empty() && fault == ListFault::none) {
    const auto end = text.starts_with("[:") ? text.find(":]", 2) : text.npos;
    if (end != text.npos) {
      fault = add_class(text.substr(2, end - 2));
      text.remove_prefix(end + 2);
    } else if (const auto repetition = take_repetition(text)) {
      fault = add_times(repetition->byte, repetition->times);
    } else {
      fault = add_bytes(text);
    }
  }
  return fault;
}

// One, or a range.
ListFault ByteList::add_bytes(std::string_view& text) {
  const u8 first = take_byte(text);
  u8 last = first;
  // A "-" at the end is a byte like others.
  if (text.size() > 1 && text.front() == '-') {
    text.remove_prefix(1);
    last = take_byte(text);
  }
  return add_range(first, last);
}

}  // namespace kit
