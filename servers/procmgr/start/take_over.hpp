// SPDX-License-Identifier: MIT
// procmgr's first steps: the machine's memory becomes its own.
#pragma once

#include <abi/bootinfo.hpp>
#include <abi/object/memory.hpp>

namespace procmgr {

// Splits memory between kernel objects (an eighth) and pages, makes the window on all pages, the
// endpoint and the first account. Errors: no_memory, no_space.
abi::Status take_over(const abi::BootInfo& info);

// Maps a Frame in procmgr's own address space, with the tables that it needs; for ever.
abi::Status map_own(abi::CapPtr frame, abi::u64 address, abi::u64 size, abi::frame::MapFlags flags);

// The page of device registers at this physical address becomes a block, if it is none yet. Errors:
// not_found, no_space.
abi::Status add_device_page(abi::u64 physical);

}  // namespace procmgr
