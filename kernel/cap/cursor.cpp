// SPDX-License-Identifier: MIT
#include <cap/cursor.hpp>

namespace kernel {

void Cursor::rewind(Slot& origin) {
  at_ = &origin;
  origin_ = &origin;
  is_on_ = is_done_ = false;
  depth_ = 0;
  ++sequence_;
}

Cursor::Outcome Cursor::advance(unsigned steps) {
  is_on_ = false;
  for (unsigned i = 0; i < steps; ++i) {
    Slot* next = nullptr;
    if (!is_done_ && at_->has_children()) {
      next = at_->first_child();
      ++depth_;
    } else if (at_ != origin_) {
      next = at_->next_sibling();
    }
    if (next != nullptr) {
      at_ = next;
      is_done_ = false;
      is_on_ = true;
      ++sequence_;
      return Outcome::arrived;
    }
    is_done_ = true;
    if (at_ == origin_) {
      ++sequence_;
      return Outcome::ended;
    }
    // It was the last child: its link leads up.
    at_ = at_->parent_behind();
    --depth_;
  }
  return Outcome::more;
}

// To a place from which advance() finds what stands at `at_` now, or will.
void Cursor::go_back() {
  if (Slot* sibling = at_->previous_sibling()) {
    at_ = sibling;
    is_done_ = true;
    return;
  }
  at_ = at_->parent_before();
  is_done_ = false;
  --depth_;
}

void Cursor::before_removal(const Slot& slot) {
  ++removals_;
  if (at_ != &slot) return;
  is_on_ = false;
  if (is_done_ && slot.has_children()) {
    at_ = slot.last_child();
  } else {
    go_back();
  }
}

}  // namespace kernel
