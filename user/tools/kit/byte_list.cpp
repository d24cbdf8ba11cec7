// SPDX-License-Identifier: MIT
#include <user/tools/kit/byte_list.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/escape.hpp>

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

}  // namespace

ListFault ByteList::add_range(u8 first, u8 last) {
  if (last < first) return ListFault::range;
  for (unsigned byte = first; byte <= last; ++byte) {
    if (count == most) return ListFault::too_long;
    bytes[count++] = static_cast<u8>(byte);
  }
  return ListFault::none;
}

ListFault ByteList::add(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.starts_with("[:") ? text.find(":]", 2) : text.npos;
    if (end != text.npos) {
      ByteSet set;
      if (!set.add_class(text.substr(2, end - 2))) return ListFault::name;
      for (unsigned byte = 0; byte < 256; ++byte)
        if (set.has(static_cast<u8>(byte)) &&
            add_range(static_cast<u8>(byte), static_cast<u8>(byte)) != ListFault::none)
          return ListFault::too_long;
      text.remove_prefix(end + 2);
      continue;
    }
    const u8 first = take_byte(text);
    u8 last = first;
    // A "-" at the end is a byte like others.
    if (text.size() > 1 && text.front() == '-') {
      text.remove_prefix(1);
      last = take_byte(text);
    }
    if (const auto fault = add_range(first, last); fault != ListFault::none) return fault;
  }
  return ListFault::none;
}

}  // namespace kit
