// SPDX-License-Identifier: MIT
// The cursor walks a tree that changes under it: what exists throughout the walk is visited exactly
// once, and nothing is visited that does not exist.
#include <array>
#include <cap/cursor.hpp>
#include <gtest/gtest.h>
#include <set>
#include <simulated/random.hpp>
#include <simulated/state.hpp>
#include <sstream>
#include <vector>

namespace {

using base::u64;
using kernel::Capability;
using kernel::Cursor;
using kernel::Slot;

constexpr std::size_t slot_count = 24;

Capability some_capability() {
  return Capability::to_memory(abi::ObjectType::frame, base::PhysAddr{0x1000}, 12, false);
}

enum class Action { copy, mint, move, remove, revoke, next, count };  // next: one step

struct Op {
  Action action;
  std::size_t from;
  std::size_t to;
};

// A tree in an array of slots, and a reader of it. A capability has a number of its own in `data`.
class Walked {
 public:
  Walked() {
    origin_.become_root(some_capability(), 0);
    for (std::size_t i = 0; i < 3; ++i) slots_[i].become_child(origin_, some_capability(), ++made_);
    rewind();
  }

  void rewind() {
    cursor_.rewind(origin_);
    visited_.clear();
    throughout_.clear();
    for (const Slot& slot : slots_)
      if (!slot.is_empty()) throughout_.insert(slot.data);
    has_ended_ = false;
  }

  // What is wrong after the operation; nothing if all is well.
  std::string apply(const Op& op) {
    Slot& from = slots_[op.from];
    Slot& to = slots_[op.to];
    const bool has_source = !from.is_empty();
    const bool has_both = has_source && to.is_empty();
    switch (op.action) {
      case Action::copy:
        if (has_both) to.become_sibling(from, from.cap, ++made_);
        return {};
      case Action::mint:
        if (has_both) to.become_child(from, from.cap, ++made_);
        return {};
      case Action::move:
        if (!has_both) return {};
        to.take(from);
        cursor_.after_move(from, to);
        return {};
      case Action::remove:
        if (has_source) remove(from);
        return {};
      case Action::revoke:
        if (has_source)
          while (Slot* child = from.first_child()) remove(*child);
        return {};
      case Action::next: return step();
      case Action::count: break;
    }
    return {};
  }

  std::string next() {
    const u64 before = cursor_.sequence();
    for (unsigned i = 0; cursor_.sequence() == before; ++i) {
      if (i > slot_count) return "the cursor comes nowhere";
      if (const std::string failure = step(); !failure.empty()) return failure;
    }
    return {};
  }

  // Perhaps only a part of the way.
  std::string step() {
    const Cursor::Outcome outcome = cursor_.advance(1);
    if (outcome == Cursor::Outcome::more) return {};
    has_ended_ = outcome == Cursor::Outcome::ended;
    if (has_ended_) {
      for (const u64 number : throughout_)
        if (!visited_.contains(number)) return "never visited: " + std::to_string(number);
      return cursor_.visited(cursor_.sequence()) == nullptr ? "" : "something is under its end";
    }
    const Slot* slot = cursor_.visited(cursor_.sequence());
    if (slot == nullptr || slot < slots_.data() || slot >= slots_.data() + slot_count)
      return "it has arrived nowhere";
    if (slot->is_empty()) return "it has arrived at an empty slot";
    if (!visited_.insert(slot->data).second) return "visited twice: " + std::to_string(slot->data);
    return {};
  }

  [[nodiscard]] bool has_ended() const { return has_ended_; }
  Cursor& cursor() { return cursor_; }
  Slot& slot(std::size_t i) { return slots_[i]; }
  Slot& origin() { return origin_; }

 private:
  void remove(Slot& slot) {
    throughout_.erase(slot.data);
    cursor_.before_removal(slot);
    slot.clear();
  }

  Slot origin_;
  std::array<Slot, slot_count> slots_;
  Cursor cursor_;
  u64 made_ = 0;
  std::set<u64> visited_;
  std::set<u64> throughout_;  // since the walk began
  bool has_ended_ = false;
};

std::string failure_of(const std::vector<Op>& ops) {
  Walked walked;
  for (const Op& op : ops) {
    const std::string failure = walked.apply(op);
    if (!failure.empty()) return failure;
    if (walked.has_ended()) walked.rewind();
  }
  while (!walked.has_ended())
    if (const std::string failure = walked.next(); !failure.empty()) return failure;
  return {};
}

std::string text_of(const std::vector<Op>& ops) {
  static constexpr const char* names[] = {"copy", "mint", "move", "remove", "revoke", "next"};
  std::ostringstream text;
  for (const Op& op : ops)
    text << names[static_cast<u64>(op.action)] << ' ' << op.from << ' ' << op.to << '\n';
  return text.str();
}

TEST(Cursor, WhateverStaysIsVisitedOnceWhileTheTreeChanges) {
  constexpr u64 run_length = 400;
  const u64 seed = simulated::seed_or(1);
  std::mt19937_64 random{seed};
  for (u64 done = 0; done < simulated::scaled(400'000); done += run_length) {
    std::vector<Op> ops;
    for (u64 i = 0; i < run_length; ++i) {
      // Half of it reads, or no walk would come far.
      const Action action = random() % 2 == 0
                                ? Action::next
                                : static_cast<Action>(random() % static_cast<u64>(Action::next));
      ops.push_back({action, random() % slot_count, random() % slot_count});
    }
    if (const std::string failure = failure_of(ops); !failure.empty()) {
      const auto shorter =
          simulated::shrink<Op>(ops, [](const auto& some) { return !failure_of(some).empty(); });
      FAIL() << "seed " << seed << ": " << failure_of(shorter) << "\n" << text_of(shorter);
    }
  }
}

TEST(Cursor, APartOfTheWayIsGoneOnFrom) {
  // A chain of descendants, so that the way back up is long.
  Walked walked;
  for (std::size_t i = 3; i < slot_count; ++i)
    walked.slot(i).become_child(walked.slot(i - 1), some_capability(), 100 + i);
  Cursor& cursor = walked.cursor();
  cursor.rewind(walked.origin());
  for (std::size_t i = 2; i < slot_count; ++i) {
    EXPECT_EQ(cursor.advance(1), Cursor::Outcome::arrived);
    EXPECT_EQ(cursor.depth(), i - 1);
  }
  for (std::size_t i = 3; i < slot_count; ++i) EXPECT_EQ(cursor.advance(1), Cursor::Outcome::more);
  EXPECT_EQ(cursor.visited(cursor.sequence()), nullptr);
  EXPECT_EQ(cursor.advance(2), Cursor::Outcome::arrived);
  EXPECT_EQ(cursor.visited(cursor.sequence()), &walked.slot(1));
  EXPECT_EQ(cursor.depth(), 1U);
}

TEST(Cursor, WhatWasVisitedIsKnownByItsSequenceUntilTheCursorOrTheSlotGoes) {
  Walked walked;
  Cursor& cursor = walked.cursor();
  EXPECT_EQ(cursor.visited(cursor.sequence()), nullptr) << "nothing was visited yet";
  const u64 before = cursor.sequence();
  EXPECT_EQ(walked.next(), "");
  EXPECT_EQ(cursor.sequence(), before + 1);
  EXPECT_EQ(cursor.visited(before + 1), &walked.slot(2));
  EXPECT_EQ(cursor.visited(before), nullptr);
  EXPECT_EQ(walked.apply({Action::move, 2, 9}), "");
  EXPECT_EQ(cursor.visited(before + 1), &walked.slot(9)) << "it moves along";
  EXPECT_EQ(walked.apply({Action::remove, 9, 0}), "");
  EXPECT_EQ(cursor.visited(before + 1), nullptr);
  EXPECT_EQ(cursor.removals(), 1U);
}

TEST(Cursor, TheEndIsReachedAgainAndAgain) {
  Walked walked;
  while (!walked.has_ended()) EXPECT_EQ(walked.next(), "");
  EXPECT_EQ(walked.cursor().advance(1), Cursor::Outcome::ended);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(walked.apply({Action::remove, i, 0}), "");
  EXPECT_EQ(walked.cursor().advance(1), Cursor::Outcome::ended);
  walked.rewind();
  EXPECT_EQ(walked.cursor().advance(1), Cursor::Outcome::ended) << "an empty tree";
}

}  // namespace
