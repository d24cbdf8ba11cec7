// SPDX-License-Identifier: MIT
#include <cap/slot.hpp>
#include <debug/panic.hpp>

namespace kernel {

// `place` is what the first of some slots has as `previous`: the sibling before them, whose `next`
// changes, or their parent, whose first child does.
void Slot::set_next_of(ChainLink place, ChainLink next, Slot* first) {
  if (Slot* sibling = place.as_sibling()) sibling->next_ = next;
  if (Slot* parent = place.as_parent()) parent->first_child_ = first;
}

void Slot::set_previous_of(ChainLink place, ChainLink previous, Slot* last) {
  if (Slot* sibling = place.as_sibling()) sibling->previous_ = previous;
  if (Slot* parent = place.as_parent()) parent->last_child_ = last;
}

void Slot::fill(Capability new_cap, u64 new_data, ChainLink previous, ChainLink next) {
  require(is_empty(), "filling a slot that is not empty");
  cap = new_cap;
  data = new_data;
  previous_ = previous;
  next_ = next;
  set_next_of(previous, ChainLink::sibling(this), this);
  set_previous_of(next, ChainLink::sibling(this), this);
}

void Slot::become_child(Slot& parent, Capability new_cap, u64 new_data) {
  Slot* first = parent.first_child_;
  const ChainLink up = ChainLink::parent(&parent);
  fill(new_cap, new_data, up, first != nullptr ? ChainLink::sibling(first) : up);
}

void Slot::become_sibling(Slot& source, Capability new_cap, u64 new_data) {
  fill(new_cap, new_data, ChainLink::sibling(&source), source.next_);
}

void Slot::become_root(Capability new_cap, u64 new_data) { fill(new_cap, new_data, {}, {}); }

void Slot::take(Slot& source) {
  require(is_empty(), "moving into a slot that is not empty");
  cap = source.cap;
  data = source.data;
  next_ = source.next_;
  previous_ = source.previous_;
  first_child_ = source.first_child_;
  last_child_ = source.last_child_;
  window_ = source.window_;
  const ChainLink self = ChainLink::sibling(this);
  set_next_of(previous_, self, this);
  set_previous_of(next_, self, this);
  if (first_child_ != nullptr) {
    first_child_->previous_ = ChainLink::parent(this);
    last_child_->next_ = ChainLink::parent(this);
  }
  source.cap = {};
  source.data = 0;
  source.next_ = source.previous_ = {};
  source.first_child_ = source.last_child_ = nullptr;
  source.window_ = {};
}

void Slot::clear() {
  if (first_child_ != nullptr) {
    first_child_->previous_ = previous_;
    last_child_->next_ = next_;
    set_next_of(previous_, ChainLink::sibling(first_child_), first_child_);
    set_previous_of(next_, ChainLink::sibling(last_child_), last_child_);
  } else {
    // An only child leaves its parent with none: both ends are the parent then.
    set_next_of(previous_, next_, next_.as_sibling());
    set_previous_of(next_, previous_, previous_.as_sibling());
  }
  cap = {};
  data = 0;
  next_ = previous_ = {};
  first_child_ = last_child_ = nullptr;
  if (keeper() == nullptr) window_ = {};
}

void Slot::check() const {
  const ChainLink self = ChainLink::sibling(const_cast<Slot*>(this));
  const auto points_here = [&](bool holds) { require(holds, "a derivation link does not hold"); };
  if (Slot* sibling = next_.as_sibling()) points_here(sibling->previous_ == self);
  if (Slot* sibling = previous_.as_sibling()) points_here(sibling->next_ == self);
  if (Slot* parent = next_.as_parent()) points_here(parent->last_child_ == this);
  if (Slot* parent = previous_.as_parent()) points_here(parent->first_child_ == this);
  points_here((first_child_ == nullptr) == (last_child_ == nullptr));
  if (first_child_ != nullptr) {
    points_here(first_child_->previous_.as_parent() == this);
    points_here(last_child_->next_.as_parent() == this);
  }
  if (is_empty())
    points_here(next_ == ChainLink{} && previous_ == ChainLink{} && first_child_ == nullptr);
}

}  // namespace kernel
