// SPDX-License-Identifier: MIT
#include <bit>
#include <cap/cnode.hpp>

namespace kernel {

void CNode::set_unreferenced(const Slot& slot, bool holds) {
  const auto index = static_cast<u64>(&slot - slots());
  const u64 bit = u64{1} << index % 64;
  u64& word = unreferenced_[index / 64];
  word = holds ? word | bit : word & ~bit;
}

std::optional<u64> CNode::take_unreferenced() {
  const u64 words = unreferenced_.size();
  // Once around, and the first word twice: its upper part first, its lower part last.
  for (u64 i = 0; i <= words; ++i) {
    const u64 at = (turn_ / 64 + i) % words;
    const u64 bits = unreferenced_[at] & (i == 0 ? ~u64{0} << turn_ % 64 : ~u64{0});
    if (bits == 0) continue;
    const u64 index = at * 64 + static_cast<u64>(std::countr_zero(bits));
    unreferenced_[at] &= ~(u64{1} << index % 64);
    turn_ = static_cast<base::u8>(index + 1);
    return index;
  }
  return std::nullopt;
}

void make_anchor(CNode& home, Slot& slot) {
  slot.cap = slot.cap.as_anchor();
  slot.set_home(&home);
  home.set_unreferenced(slot, !slot.has_children());
}

void move_anchor(CNode& home, Slot& to, const Slot& from) {
  to.home()->set_unreferenced(from, false);
  make_anchor(home, to);
}

}  // namespace kernel
