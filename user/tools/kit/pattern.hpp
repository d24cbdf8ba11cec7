// SPDX-License-Identifier: MIT
// Regular expressions of POSIX, basic and extended, over bytes. What there is beside: in basic ones
// \+ \? \|, and in both \w \W \< \> \b \B. Back-references are not there.
//
// An expression becomes a program; a text is read once, byte by byte, with the set of all places in
// the program where a match may be by now. So the time is at most the product of both lengths,
// whatever the expression: nothing is tried twice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <user/tools/kit/byte_set.hpp>

namespace kit {

using base::u16;

// Addresses are relative, so that a part of a program can be moved and copied.
struct Instruction {
  enum class Op : u8 {
    match,       // the end of an expression
    byte,        // this one
    any,         // every byte
    set,         // those of sets[index]
    split,       // goes on behind, and at `offset` too
    jump,        // goes on at `offset`
    text_start,  // goes on if it stands here
    text_end,
    word_start,
    word_end,
    word_edge,
    no_word_edge,
    no_word_before,
    no_word_behind,
  };
  Op op = Op::match;
  u8 byte = 0;
  std::int16_t offset = 0;  // from this instruction; or the index of a set
};

enum class PatternFault {
  none,
  too_long,
  too_deep,
  open_group,
  no_group,
  open_set,
  bad_range,
  bad_class,
  bad_interval,
  ends_in_backslash,
  back_reference,
};
std::string_view sentence(PatternFault fault);

struct Syntax {
  bool extended = false;
  bool ignores_case = false;
  bool is_literal = false;  // every byte means itself
  bool is_whole = false;    // matches all of the text
  bool is_word = false;     // no byte of a word stands in front of a match or behind it
};

class Pattern {
 public:
  static constexpr u64 most_instructions = 8'192;
  static constexpr u64 most_sets = 512;

  // One more expression that a text may match. After a fault none is left.
  PatternFault add(std::string_view expression, Syntax syntax);
  void clear() { count_ = set_count_ = 0; }

  // Whether an expression matches somewhere in the text, in which no byte is special.
  bool matches(std::string_view text);

  // Of the matches that begin at `from` or later the first; of several there the longest.
  struct Match {
    u64 start = 0;
    u64 end = 0;
  };
  std::optional<Match> find(std::string_view text, u64 from);

 private:
  friend class PatternCompiler;

  // Places in the program without order and without duplicates; empty in one step.
  class Places {
   public:
    void clear() { count_ = 0; }
    bool insert(u16 place) {
      if (index_[place] < count_ && places_[index_[place]] == place) return false;
      index_[place] = static_cast<u16>(count_);
      places_[count_++] = place;
      return true;
    }
    [[nodiscard]] std::span<const u16> view() const { return {places_, count_}; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] u64 count() const { return count_; }

   private:
    u16 places_[most_instructions] = {};
    u16 index_[most_instructions] = {};
    u64 count_ = 0;
  };

  // What stands on both sides of a place in the text; -1: nothing.
  struct Context {
    int before = -1;
    int behind = -1;
  };

  void find_first_bytes();
  bool enter_for(u64 list, u16 place, u64 start, Context context);
  bool enter(Places& places, u16 start, Context context);
  [[nodiscard]] bool goes_on(Instruction::Op op, Context context) const;
  [[nodiscard]] bool takes(const Instruction& instruction, u8 byte) const;

  Instruction code_[most_instructions];
  u64 count_ = 0;
  ByteSet sets_[most_sets];
  u64 set_count_ = 0;

  // Where no match begins is passed over quickly: it begins with one of these bytes.
  ByteSet first_bytes_;
  bool may_be_empty_ = true;

  Places places_[2];
  u64 starts_[2][most_instructions] = {};  // where the match that is at this place began
  u16 pending_[most_instructions] = {};
};

}  // namespace kit
