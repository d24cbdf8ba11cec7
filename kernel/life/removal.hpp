// SPDX-License-Identifier: MIT
// How capabilities and objects end.
//
//   remove_step(slot):   unmap what it maps -> drop its reference -> empty the slot -> if it was
//   the
//                        last of what an anchor anchors, tell the anchor's holder
//                                                  | the last one
//                                                  v
//   core.ending:         a list of objects that nothing can name any more; each is torn down in
//                        steps (waiters are woken, kept and contained capabilities removed, which
//                        may add objects to the list), never recursively
//
// Whoever removed something goes on until the list is empty or an interrupt waits. In that case the
// system call is repeated, by the same thread or by the next one that removes something. Memory
// is used again only after the list is empty.
#pragma once

#include <cap/slot.hpp>

namespace kernel {

// A bounded piece of work. True: the slot is empty.
bool remove_step(Slot& slot);

// The same for everything derived from the slot. True: it has no children.
bool revoke_step(Slot& slot);

// Tears objects down. False: an interrupt waits, there is more to do.
bool finish_endings();

}  // namespace kernel
