// SPDX-License-Identifier: MIT
// Capabilities as references: what has a life of its own counts the capabilities to it.
#pragma once

#include <memory/address_spaces.hpp>
#include <object/thread.hpp>

namespace kernel {

// Memory (Untyped, Frame, PageTable), the VSpace, whose life is kept in its AddressSpace, and what
// exists once and always (the machine) have no Object: null.
Object* object_of(Capability cap);

// An Untyped or a PageTable has one capability only, so that its use is known from it alone.
bool is_copyable(Capability cap);

void add_reference(AddressSpaces& spaces, const Slot& slot);

// Fills the empty `target` with a capability like `source`, or one reduced or badged; it is mapped
// nowhere. `source` is copyable.
struct Derived {
  Capability cap;
  u64 data;
};
Derived unmapped_copy(const Slot& source);
// Beside an anchor nothing is copied: below it.
void copy_beside(AddressSpaces& spaces, Slot& source, Slot& target, Derived derived);
void copy_below(AddressSpaces& spaces, Slot& source, Slot& target, Derived derived);

}  // namespace kernel
