// SPDX-License-Identifier: MIT
// From an expression to a program, from left to right and without recursion:
//
//   e*      L: split M; e; jump L; M:        e+   L: e; split L
//   e?      split M; e; M:                   e|f  split L; e; jump M; L: f; M:
//
// Where an instruction has to stand in front of what is there already, that is moved up by one.
#include <cstring>
#include <user/tools/kit/bracket.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/pattern.hpp>

namespace kit {

using Op = Instruction::Op;

class PatternCompiler {
 public:
  PatternCompiler(Pattern& pattern, std::string_view text, Syntax syntax)
      : pattern_(pattern), text_(text), syntax_(syntax), alternative_(pattern.count_) {}

  PatternFault run() {
    begin_whole();
    while (!text_.empty() && fault_ == PatternFault::none) take_element();
    if (depth_ != 0) fail(PatternFault::open_group);
    end_alternatives();
    end_whole();
    emit({Op::match});
    return fault_;
  }

 private:
  static constexpr u64 unlimited = ~u64{0};
  static constexpr u64 most_repetitions = 32'767;
  static constexpr u64 most_groups = 256;
  static constexpr u64 nothing = ~u64{0};

  // A group that is open: where it began, and what was known of the alternatives around it.
  struct Group {
    u64 start;
    u64 outer_alternative;
    u64 outer_jump;
  };

  // What holds for all alternatives stands in front of their first split and behind their end.
  void begin_whole() {
    if (syntax_.is_whole)
      emit({Op::text_start});
    else if (syntax_.is_word)
      emit({Op::no_word_before});
    alternative_ = pattern_.count_;
  }
  void end_whole() {
    if (syntax_.is_whole)
      emit({Op::text_end});
    else if (syntax_.is_word)
      emit({Op::no_word_behind});
  }

  void fail(PatternFault fault) {
    if (fault_ == PatternFault::none) fault_ = fault;
  }

  // ---- What is written --------------------------------------------------------------------------

  void take_element() {
    const char c = text_.front();
    text_.remove_prefix(1);
    if (syntax_.is_literal) return put_byte(c);
    if (c == '\\') return take_escaped();
    if (c == '[') return take_set();
    if (c == '.') return put_atom({Op::any});
    if (c == '^' && (syntax_.extended || is_start_)) return put_start();
    if (c == '$' && (syntax_.extended || ends_here())) return put_anchor(Op::text_end);
    if (c == '*') return take_star();
    if (syntax_.extended && take_operator(c)) return;
    put_byte(c);
  }

  // Whether a "$" of a basic expression is at an end.
  [[nodiscard]] bool ends_here() const {
    return text_.empty() || text_.starts_with("\\)") || text_.starts_with("\\|");
  }

  void take_star() {
    if (!is_start_) return repeat(0, unlimited);
    // There is nothing to repeat. Basic: it means itself; extended: it means nothing.
    if (!syntax_.extended) put_byte('*');
  }

  bool take_operator(char c) {
    switch (c) {
      case '(': return open_group(), true;
      // Without a group to close it means itself.
      case ')': return depth_ != 0 && (close_group(), true);
      case '|': return put_alternative(), true;
      case '+': return repeat_if_any(1, unlimited), true;
      case '?': return repeat_if_any(0, 1), true;
      case '{': return take_interval("}");
      default: return false;
    }
  }

  void repeat_if_any(u64 least, u64 most) {
    if (!is_start_) repeat(least, most);
  }

  void take_escaped() {
    if (text_.empty()) return fail(PatternFault::ends_in_backslash);
    const char c = text_.front();
    text_.remove_prefix(1);
    if (is_between(c, '1', '9')) return fail(PatternFault::back_reference);
    if (!syntax_.extended && take_basic_operator(c)) return;
    switch (c) {
      case '<': return put_anchor(Op::word_start);
      case '>': return put_anchor(Op::word_end);
      case 'b': return put_anchor(Op::word_edge);
      case 'B': return put_anchor(Op::no_word_edge);
      case 'w':
      case 'W': return put_word_set(c == 'W', is_word);
      case 's':
      case 'S': return put_word_set(c == 'S', is_space);
      default: put_byte(c);
    }
  }

  bool take_basic_operator(char c) {
    switch (c) {
      case '(': return open_group(), true;
      case ')': return close_group(), true;
      case '|': return put_alternative(), true;
      case '+': return is_start_ ? (put_byte('+'), true) : (repeat(1, unlimited), true);
      case '?': return is_start_ ? (put_byte('?'), true) : (repeat(0, 1), true);
      case '{':
        if (!take_interval("\\}")) fail(PatternFault::bad_interval);
        return true;
      default: return false;
    }
  }

  // "2", "2,", ",3", "2,3" and the end. False: it is none of these, and nothing was taken.
  bool take_interval(std::string_view end) {
    std::string_view rest = text_;
    const auto least = take_number(rest);
    auto most = least;
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
      most = take_number(rest);
      if (!most) most = unlimited;
    } else if (!least) {
      return false;
    }
    if (!rest.starts_with(end) || is_start_) return false;
    text_ = rest.substr(end.size());
    const u64 from = least.value_or(0);
    if (from > most_repetitions || (*most != unlimited && *most > most_repetitions) || from > *most)
      fail(PatternFault::bad_interval);
    else
      repeat(from, *most);
    return true;
  }

  void take_set() {
    ByteSet set;
    switch (take_bracket(text_, "^", set)) {
      case BracketFault::none: return put_set(set);
      case BracketFault::open: return fail(PatternFault::open_set);
      case BracketFault::range: return fail(PatternFault::bad_range);
      case BracketFault::name: return fail(PatternFault::bad_class);
    }
  }

  // ---- What becomes of it -----------------------------------------------------------------------

  void put_word_set(bool is_complement, bool (*has)(char)) {
    ByteSet set;
    for (unsigned byte = 0; byte < 256; ++byte)
      if (has(static_cast<char>(byte)) != is_complement) set.add(static_cast<u8>(byte));
    put_set(set);
  }

  void put_byte(char c) {
    if (!syntax_.ignores_case || !is_letter(c)) return put_atom({Op::byte, static_cast<u8>(c)});
    ByteSet set;
    set.add(static_cast<u8>(c));
    put_set(set);
  }

  void put_set(ByteSet set) {
    if (syntax_.ignores_case) {
      for (char c = 'a'; c <= 'z'; ++c) {
        if (set.has(c) == set.has(to_upper(c))) continue;
        set.add(static_cast<u8>(c));
        set.add(static_cast<u8>(to_upper(c)));
      }
    }
    if (pattern_.set_count_ == Pattern::most_sets) return fail(PatternFault::too_long);
    pattern_.sets_[pattern_.set_count_] = set;
    put_atom({Op::set, 0, static_cast<std::int16_t>(pattern_.set_count_++)});
  }

  void put_atom(Instruction instruction) {
    atom_ = pattern_.count_;
    is_start_ = false;
    emit(instruction);
  }

  void put_anchor(Op op) { put_atom({op}); }

  // In a basic expression a "*" behind it means itself.
  void put_start() {
    put_anchor(Op::text_start);
    is_start_ = !syntax_.extended;
  }

  void put_alternative() {
    // What came before is one way, what follows the other. Jumps to the end wait in a chain, each
    // with the distance to the one before.
    insert(alternative_, {Op::split, 0, offset(pattern_.count_ + 2 - alternative_)});
    chain_jump();
    alternative_ = pattern_.count_;
    is_start_ = true;
  }

  void chain_jump() {
    const u64 at = pattern_.count_;
    emit({Op::jump, 0, offset(last_jump_ == nothing ? 0 : at - last_jump_)});
    last_jump_ = at;
  }

  void end_alternatives() {
    if (fault_ != PatternFault::none) return;
    while (last_jump_ != nothing) {
      Instruction& jump = pattern_.code_[last_jump_];
      const auto distance = static_cast<u64>(jump.offset);
      jump.offset = offset(pattern_.count_ - last_jump_);
      last_jump_ = distance == 0 ? nothing : last_jump_ - distance;
    }
  }

  void open_group() {
    if (depth_ == most_groups) return fail(PatternFault::too_deep);
    groups_[depth_++] = {pattern_.count_, alternative_, last_jump_};
    alternative_ = pattern_.count_;
    last_jump_ = nothing;
    is_start_ = true;
  }

  void close_group() {
    if (depth_ == 0) return fail(PatternFault::no_group);
    end_alternatives();
    const Group& group = groups_[--depth_];
    atom_ = group.start;
    alternative_ = group.outer_alternative;
    last_jump_ = group.outer_jump;
    is_start_ = false;
  }

  // The last atom, from `least` to `most` times.
  void repeat(u64 least, u64 most) {
    const u64 length = pattern_.count_ - atom_;
    if (most == 0) {
      pattern_.count_ = atom_;
      return;
    }
    if (least == 0 && most == unlimited) {
      insert(atom_, {Op::split, 0, offset(length + 2)});
      emit({Op::jump, 0, offset(atom_ - pattern_.count_)});
      return;
    }
    const u64 source = least == 0 ? atom_ + 1 : atom_;
    if (least == 0) insert(atom_, {Op::split});
    for (u64 i = 1; i < least; ++i) append_copy(source, length);
    if (most == unlimited) return emit({Op::split, 0, offset(u64{0} - length)});
    append_options(source, length, most - (least == 0 ? 1 : least));
    if (least == 0) pattern_.code_[atom_].offset = offset(pattern_.count_ - atom_);
  }

  // Copies that may be left out, each with all that follow it.
  void append_options(u64 source, u64 length, u64 copies) {
    const u64 start = pattern_.count_;
    for (u64 i = 0; i < copies && fault_ == PatternFault::none; ++i) {
      emit({Op::split});
      append_copy(source, length);
    }
    if (fault_ != PatternFault::none) return;
    for (u64 at = start; at < pattern_.count_; at += length + 1)
      pattern_.code_[at].offset = offset(pattern_.count_ - at);
  }

  void append_copy(u64 source, u64 length) {
    for (u64 i = 0; i < length && fault_ == PatternFault::none; ++i)
      emit(pattern_.code_[source + i]);
  }

  // ---- The program ------------------------------------------------------------------------------

  static std::int16_t offset(u64 distance) { return static_cast<std::int16_t>(distance); }

  void emit(Instruction instruction) {
    if (pattern_.count_ == Pattern::most_instructions) return fail(PatternFault::too_long);
    pattern_.code_[pattern_.count_++] = instruction;
  }

  // Jumps that lead to `at` lead to the new instruction then, which is what is meant.
  void insert(u64 at, Instruction instruction) {
    const u64 moved = pattern_.count_ - at;
    emit({});
    if (fault_ != PatternFault::none) return;
    std::memmove(&pattern_.code_[at + 1], &pattern_.code_[at], moved * sizeof(Instruction));
    pattern_.code_[at] = instruction;
  }

  Pattern& pattern_;
  std::string_view text_;
  const Syntax syntax_;
  PatternFault fault_ = PatternFault::none;
  bool is_start_ = true;  // of an alternative: nothing stands here that could be repeated
  u64 atom_ = 0;          // where the last one begins
  u64 alternative_;       // where the current one begins
  u64 last_jump_ = nothing;
  Group groups_[most_groups];
  u64 depth_ = 0;
};

PatternFault Pattern::add(std::string_view expression, Syntax syntax) {
  const u64 start = count_;
  // The programs of all expressions stand behind each other: a split in front of the earlier ones
  // leads to the new one.
  if (start != 0) {
    if (start + 1 >= most_instructions) return PatternFault::too_long;
    std::memmove(&code_[1], &code_[0], start * sizeof(Instruction));
    code_[0] = {Op::split, 0, static_cast<std::int16_t>(start + 1)};
    count_ = start + 1;
  }
  const auto fault = PatternCompiler{*this, expression, syntax}.run();
  if (fault == PatternFault::none)
    find_first_bytes();
  else
    clear();
  return fault;
}

}  // namespace kit
