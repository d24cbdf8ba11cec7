// SPDX-License-Identifier: MIT
#include <user/tools/kit/pattern.hpp>

namespace kit {

using Op = Instruction::Op;

std::string_view sentence(PatternFault fault) {
  switch (fault) {
    case PatternFault::none: return "nothing is wrong";
    case PatternFault::too_long: return "the expression is too long, with its repetitions";
    case PatternFault::too_deep: return "too many groups lie in each other";
    case PatternFault::open_group: return "a group is not closed";
    case PatternFault::no_group: return "a group is closed that was not opened";
    case PatternFault::open_set: return "a [ is not closed";
    case PatternFault::bad_range: return "a range ends before its start";
    case PatternFault::bad_class: return "there is no class of this name";
    case PatternFault::bad_interval: return "what stands in the braces is no interval";
    case PatternFault::ends_in_backslash: return "it ends in a backslash";
    case PatternFault::back_reference: return "back-references are not there";
  }
  return "something is wrong";
}

bool Pattern::takes(const Instruction& instruction, u8 byte) const {
  switch (instruction.op) {
    case Op::byte: return instruction.byte == byte;
    case Op::any: return true;
    case Op::set: return sets_[instruction.offset].has(byte);
    case Op::split:
    case Op::jump:
    case Op::text_start:
    case Op::text_end:
    case Op::word_start:
    case Op::word_end:
    case Op::word_edge:
    case Op::no_word_edge:
    case Op::no_word_before:
    case Op::no_word_behind:
    case Op::match: break;
  }
  return false;
}

bool Pattern::goes_on(Op op, Context context) const {
  const bool before = context.before >= 0 && is_word(static_cast<char>(context.before));
  const bool behind = context.behind >= 0 && is_word(static_cast<char>(context.behind));
  switch (op) {
    case Op::text_start: return context.before < 0;
    case Op::text_end: return context.behind < 0;
    case Op::word_start: return !before && behind;
    case Op::word_end: return before && !behind;
    case Op::word_edge: return before != behind;
    case Op::no_word_edge: return before == behind;
    case Op::no_word_before: return !before;
    case Op::no_word_behind: return !behind;
    case Op::byte:
    case Op::any:
    case Op::set:
    case Op::split:
    case Op::jump:
    case Op::match: break;
  }
  return false;
}

// Adds the place, and all that are reached from it without a byte. True: a match is among them.
bool Pattern::enter(Places& places, u16 start, Context context) {
  // A place is put on the stack only when it is new, so there is room for all.
  u64 depth = 0;
  bool is_match = false;
  const auto push = [&](u64 place) {
    if (places.insert(static_cast<u16>(place))) pending_[depth++] = static_cast<u16>(place);
  };
  push(start);
  while (depth != 0) {
    const u64 place = pending_[--depth];
    const Instruction& instruction = code_[place];
    const u64 target = place + static_cast<u64>(base::i64{instruction.offset});
    switch (instruction.op) {
      case Op::match: is_match = true; break;
      case Op::split: push(place + 1); [[fallthrough]];
      case Op::jump: push(target); break;
      case Op::text_start:
      case Op::text_end:
      case Op::word_start:
      case Op::word_end:
      case Op::word_edge:
      case Op::no_word_edge:
      case Op::no_word_before:
      case Op::no_word_behind:
        if (goes_on(instruction.op, context)) push(place + 1);
        break;
      case Op::byte:
      case Op::any:
      case Op::set: break;
    }
  }
  return is_match;
}

// What a match can begin with. Where it can be empty, or hang on what stands around it, each place
// has to be looked at.
void Pattern::find_first_bytes() {
  Places& places = places_[0];
  places.clear();
  may_be_empty_ = enter(places, 0, {});
  first_bytes_ = {};
  for (const u16 place : places.view()) {
    const Instruction& instruction = code_[place];
    if (instruction.op >= Op::text_start) may_be_empty_ = true;
    for (unsigned byte = 0; byte < 256; ++byte)
      if (takes(instruction, static_cast<u8>(byte))) first_bytes_.add(static_cast<u8>(byte));
  }
}

bool Pattern::matches(std::string_view text) {
  if (count_ == 0) return false;
  const auto byte_at = [&](u64 i) { return i < text.size() ? static_cast<u8>(text[i]) : -1; };
  Places* now = &places_[0];
  Places* next = &places_[1];
  now->clear();
  for (u64 i = 0;; ++i) {
    if (now->empty() && !may_be_empty_)
      while (i < text.size() && !first_bytes_.has(text[i])) ++i;
    if (enter(*now, 0, {i == 0 ? -1 : byte_at(i - 1), byte_at(i)})) return true;
    if (i == text.size()) return false;
    next->clear();
    const auto byte = static_cast<u8>(text[i]);
    for (const u16 place : now->view())
      if (takes(code_[place], byte) &&
          enter(*next, static_cast<u16>(place + 1), {byte, byte_at(i + 1)}))
        return true;
    std::swap(now, next);
  }
}

// As `enter`; all places that are new belong to a match that began at `start`.
bool Pattern::enter_for(u64 list, u16 place, u64 start, Context context) {
  Places& places = places_[list];
  const u64 known = places.count();
  const bool is_match = enter(places, place, context);
  for (const u16 added : places.view().subspan(known)) starts_[list][added] = start;
  return is_match;
}

// The places stand in the order in which their matches began, so that of two matches at one place
// the earlier one stays: the later one could not become better.
std::optional<Pattern::Match> Pattern::find(std::string_view text, u64 from) {
  if (count_ == 0) return std::nullopt;
  const auto byte_at = [&](u64 i) { return i < text.size() ? static_cast<u8>(text[i]) : -1; };
  std::optional<Match> best;
  u64 now = 0;
  places_[now].clear();
  for (u64 i = from; i <= text.size(); ++i) {
    if (places_[now].empty() && !may_be_empty_)
      while (i < text.size() && !first_bytes_.has(text[i])) ++i;
    const Context here{i == 0 ? -1 : byte_at(i - 1), byte_at(i)};
    if (!best && enter_for(now, 0, i, here)) best = Match{i, i};
    if (i == text.size()) break;
    const u64 next = 1 - now;
    places_[next].clear();
    for (const u16 place : places_[now].view()) {
      const u64 start = starts_[now][place];
      if (best && start > best->start) break;
      if (!takes(code_[place], static_cast<u8>(text[i]))) continue;
      const Context behind{byte_at(i), byte_at(i + 1)};
      if (enter_for(next, static_cast<u16>(place + 1), start, behind)) best = Match{start, i + 1};
    }
    now = next;
    if (best && places_[now].empty()) break;
  }
  return best;
}

}  // namespace kit
