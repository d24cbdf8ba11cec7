// SPDX-License-Identifier: MIT
// What the requests about memory objects and address spaces need beyond regions.
#pragma once

#include <servers/procmgr/space/region.hpp>

namespace procmgr {

// What `flags` (memory_flag) ask of a new object.
abi::Status commit_new(MemoryObject& object, u64 flags);

// All its pages, zeroed, one behind the other in memory. Errors: no_memory, over_quota, too_big.
abi::Status commit_contiguous(MemoryObject& object);
// A new object that is so.
abi::Result<MemoryObject*> make_contiguous(Account& account, u64 pages);

// Pages [first, first + count) are there and stay.
abi::Status commit(MemoryObject& object, u64 first, u64 count);

}  // namespace procmgr
