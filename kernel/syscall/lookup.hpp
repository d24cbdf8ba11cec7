// SPDX-License-Identifier: MIT
// Capabilities that a message names.
#pragma once

#include <abi/error.hpp>
#include <object/thread.hpp>

namespace kernel {

// The slot of a capability of this type with these rights, in the caller's CSpace. Errors:
// invalid_capability, wrong_object, denied.
abi::Result<Slot*> find_capability(const Thread& caller, abi::CapPtr address, ObjectType type,
                                   Rights rights);

// A place for a capability: `index` in the CNode that `slot` is a capability for. Errors: denied,
// out_of_range.
abi::Result<Slot*> find_place(Slot& cnode, u64 index, Rights rights);

// The slot that a name means, for reading; it is not empty. Own slots need no right.
abi::Result<Slot*> find_source(const Thread& caller, abi::SlotName name, Rights rights);

}  // namespace kernel
