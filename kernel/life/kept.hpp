// SPDX-License-Identifier: MIT
// What a thread keeps as capabilities of its own, and what becomes of it without them.
#pragma once

#include <object/thread.hpp>

namespace kernel {

// Fills an empty kept slot with a child of `source`.
void keep(Thread& thread, Kept what, Slot& source);

// Around the emptying of a kept slot.
void before_kept_is_lost(Thread& thread, Slot& slot);
void after_kept_is_lost(Thread& thread, Slot& slot);

}  // namespace kernel
