// SPDX-License-Identifier: MIT
#include <user/tools/kit/bracket.hpp>

namespace kit {

namespace {

// "[:alpha:]", "[=a=]", "[.-.]": what stands between "[x" and "x]". Empty: it is none of these.
std::string_view take_named(std::string_view& text, char kind) {
  if (text.size() < 2 || text[0] != '[' || text[1] != kind) return {};
  const char end[] = {kind, ']'};
  const auto at = text.find(std::string_view{end, 2}, 2);
  if (at == text.npos || at == 2) return {};
  const std::string_view name = text.substr(2, at - 2);
  text.remove_prefix(at + 2);
  return name;
}

struct End {
  u8 byte = 0;
  BracketFault fault = BracketFault::none;
};

// One end of a range: a byte, or one by its name.
End take_end(std::string_view& text) {
  for (const char kind : {'.', '='}) {
    const std::string_view name = take_named(text, kind);
    if (name.empty()) continue;
    if (name.size() != 1) return {.fault = BracketFault::name};
    return {static_cast<u8>(name.front())};
  }
  const auto byte = static_cast<u8>(text.front());
  text.remove_prefix(1);
  return {byte};
}

BracketFault take_range(std::string_view& text, ByteSet& set) {
  const End first = take_end(text);
  if (first.fault != BracketFault::none) return first.fault;
  // A "-" at the end is a byte like others.
  if (text.size() < 2 || text[0] != '-' || text[1] == ']') {
    set.add(first.byte);
    return BracketFault::none;
  }
  text.remove_prefix(1);
  const End last = take_end(text);
  if (last.fault != BracketFault::none) return last.fault;
  if (last.byte < first.byte) return BracketFault::range;
  set.add_range(first.byte, last.byte);
  return BracketFault::none;
}

}  // namespace

BracketFault take_bracket(std::string_view& text, std::string_view complements, ByteSet& set) {
  const bool is_complement = !text.empty() && complements.find(text.front()) != complements.npos;
  if (is_complement) text.remove_prefix(1);
  for (bool is_first = true; !text.empty() && (is_first || text.front() != ']'); is_first = false) {
    const std::string_view name = take_named(text, ':');
    if (!name.empty()) {
      if (!set.add_class(name)) return BracketFault::name;
      continue;
    }
    if (const auto fault = take_range(text, set); fault != BracketFault::none) return fault;
  }
  if (text.empty()) return BracketFault::open;
  text.remove_prefix(1);
  if (is_complement) set.complement();
  return BracketFault::none;
}

}  // namespace kit
