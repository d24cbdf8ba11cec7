// SPDX-License-Identifier: MIT
// The derivation forest against a model of it: lists of lists.
#include <array>
#include <cap/slot.hpp>
#include <gtest/gtest.h>
#include <optional>
#include <simulated/random.hpp>
#include <simulated/state.hpp>
#include <sstream>

namespace {

using base::u64;
using kernel::Capability;
using kernel::Slot;

constexpr int slot_count = 20;
constexpr int none = -1;

Capability some_capability(u64 number) {
  return Capability::to_memory(abi::ObjectType::frame, base::PhysAddr{number << 12}, 12, false);
}

enum class Action { make_root, copy, mint, move, remove, revoke, count };

struct Op {
  Action action;
  int from;
  int to;
};

// Each used slot stands in one list: of its parent's children, or of relatives without a parent.
class Forest {
 public:
  struct Node {
    bool used = false;
    int parent = none;
    u64 capability = 0;
    std::vector<int> children;
  };

  std::array<Node, slot_count> nodes;
  std::vector<std::vector<int>> chains;  // of roots

  std::vector<int>& list_of(int slot) {
    if (nodes[at(slot)].parent != none) return nodes[at(nodes[at(slot)].parent)].children;
    for (auto& chain : chains)
      if (std::ranges::find(chain, slot) != chain.end()) return chain;
    throw std::logic_error("the model has lost a slot");
  }
  void add_root(int slot, u64 capability) {
    nodes[at(slot)] = {true, none, capability, {}};
    chains.push_back({slot});
  }
  void add_child(int parent, int slot) {
    nodes[at(slot)] = {true, parent, nodes[at(parent)].capability, {}};
    auto& children = nodes[at(parent)].children;
    children.insert(children.begin(), slot);
  }
  void add_sibling(int source, int slot) {
    nodes[at(slot)] = {true, nodes[at(source)].parent, nodes[at(source)].capability, {}};
    auto& list = list_of(source);
    list.insert(std::ranges::find(list, source) + 1, slot);
  }
  void move(int from, int to) {
    auto& list = list_of(from);
    *std::ranges::find(list, from) = to;
    nodes[at(to)] = nodes[at(from)];
    nodes[at(from)] = {};
    for (const int child : nodes[at(to)].children) nodes[at(child)].parent = to;
  }
  void remove(int slot) {
    auto& list = list_of(slot);
    const Node gone = nodes[at(slot)];
    auto place = list.erase(std::ranges::find(list, slot));
    list.insert(place, gone.children.begin(), gone.children.end());
    for (const int child : gone.children) nodes[at(child)].parent = gone.parent;
    nodes[at(slot)] = {};
    std::erase_if(chains, [](const auto& chain) { return chain.empty(); });
  }
  static std::size_t at(int slot) { return static_cast<std::size_t>(slot); }
};

class Both {
 public:
  // The operation on both sides, where it makes sense.
  void apply(const Op& op) {
    const bool has_source = used(op.from);
    const bool has_target = !used(op.to);
    switch (op.action) {
      case Action::make_root:
        if (!has_target) return;
        ++made_;
        slot(op.to).become_root(some_capability(made_), made_);
        forest_.add_root(op.to, made_);
        return;
      case Action::copy:
        if (!has_source || !has_target) return;
        slot(op.to).become_sibling(slot(op.from), slot(op.from).cap, slot(op.from).data);
        forest_.add_sibling(op.from, op.to);
        return;
      case Action::mint:
        if (!has_source || !has_target) return;
        slot(op.to).become_child(slot(op.from), slot(op.from).cap, slot(op.from).data);
        forest_.add_child(op.from, op.to);
        return;
      case Action::move:
        if (!has_source || !has_target) return;
        slot(op.to).take(slot(op.from));
        forest_.move(op.from, op.to);
        return;
      case Action::remove:
        if (!has_source) return;
        slot(op.from).clear();
        forest_.remove(op.from);
        return;
      case Action::revoke:
        if (has_source) revoke(op.from);
        return;
      case Action::count: return;
    }
  }

  // The difference, in words; nothing if there is none.
  std::optional<std::string> compare() {
    for (int i = 0; i < slot_count; ++i) {
      const Forest::Node& node = forest_.nodes[Forest::at(i)];
      slot(i).check();
      if (slot(i).is_empty() == node.used) return "slot " + std::to_string(i) + ": empty or not";
      if (!node.used) continue;
      if (slot(i).data != node.capability) return "slot " + std::to_string(i) + ": contents";
      const Slot* first = node.children.empty() ? nullptr : &slot(node.children.front());
      if (slot(i).first_child() != first) return "slot " + std::to_string(i) + ": first child";
      const auto& list = forest_.list_of(i);
      const auto next = std::ranges::find(list, i) + 1;
      if (slot(i).next_sibling() != (next == list.end() ? nullptr : &slot(*next)))
        return "slot " + std::to_string(i) + ": next sibling";
    }
    return std::nullopt;
  }

 private:
  bool used(int i) { return forest_.nodes[Forest::at(i)].used; }
  Slot& slot(int i) { return slots_[Forest::at(i)]; }

  // The way of life/removal.cpp: the first child goes and hands its children on.
  void revoke(int from) {
    while (Slot* child = slot(from).first_child()) child->clear();
    std::vector<int> below = forest_.nodes[Forest::at(from)].children;
    while (!below.empty()) {
      const int child = below.back();
      below.pop_back();
      const auto& children = forest_.nodes[Forest::at(child)].children;
      below.insert(below.end(), children.begin(), children.end());
      forest_.nodes[Forest::at(child)] = {};
    }
    forest_.nodes[Forest::at(from)].children.clear();
  }

  std::array<Slot, slot_count> slots_;
  Forest forest_;
  u64 made_ = 0;
};

std::optional<std::string> failure_of(const std::vector<Op>& ops) {
  Both both;
  try {
    for (const Op& op : ops) {
      both.apply(op);
      if (auto difference = both.compare()) return difference;
    }
  } catch (const simulated::Panic& panic) {
    return panic.what();
  }
  return std::nullopt;
}

std::string text_of(const std::vector<Op>& ops) {
  constexpr const char* names[] = {"make_root", "copy", "mint", "move", "remove", "revoke"};
  std::ostringstream text;
  for (const Op& op : ops)
    text << names[static_cast<int>(op.action)] << ' ' << op.from << ' ' << op.to << '\n';
  return text.str();
}

TEST(Slot, RandomOperationsKeepTheForestOfTheModel) {
  constexpr u64 run_length = 500;
  const u64 seed = simulated::seed_or(1);
  std::mt19937_64 random{seed};
  for (u64 done = 0; done < simulated::scaled(200'000); done += run_length) {
    std::vector<Op> ops;
    for (u64 i = 0; i < run_length; ++i)
      ops.push_back({static_cast<Action>(random() % static_cast<u64>(Action::count)),
                     static_cast<int>(random() % slot_count),
                     static_cast<int>(random() % slot_count)});
    if (const auto failure = failure_of(ops)) {
      const auto shorter =
          simulated::shrink<Op>(ops, [](const auto& some) { return failure_of(some).has_value(); });
      FAIL() << "seed " << seed << ": " << *failure << "\n" << text_of(shorter);
    }
  }
}

TEST(Slot, FillingASlotThatIsNotEmptyIsCaught) {
  Slot a, b;
  a.become_root(some_capability(1), 0);
  b.become_root(some_capability(2), 0);
  EXPECT_THROW(a.become_child(b, b.cap, 0), simulated::Panic);
  EXPECT_THROW(a.take(b), simulated::Panic);
}

TEST(Slot, DeletingACapabilityLeavesItsChildrenUnderItsParent) {
  Slot parent, middle, child;
  parent.become_root(some_capability(1), 0);
  middle.become_child(parent, parent.cap, 0);
  child.become_child(middle, parent.cap, 0);
  middle.clear();
  EXPECT_EQ(parent.first_child(), &child);
  child.check();
  parent.check();
}

TEST(Slot, AKeptSlotRemembersItsThreadWhenItIsEmptied) {
  alignas(64) char thread[64] = {};
  Slot slot;
  slot.set_keeper(reinterpret_cast<kernel::Thread*>(thread));
  slot.become_root(some_capability(1), 0);
  slot.clear();
  EXPECT_EQ(slot.keeper(), reinterpret_cast<kernel::Thread*>(thread));
}

}  // namespace
