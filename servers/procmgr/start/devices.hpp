// SPDX-License-Identifier: MIT
// Devices that servers may be given: their registers as memory objects, their interrupts as
// IrqHandlers. Made once; a server that is started again gets the same.
#pragma once

#include <abi/bootinfo.hpp>
#include <servers/procmgr/memory/memory_object.hpp>
#include <string_view>

namespace procmgr {

struct DeviceGrant {
  const abi::Device* device = nullptr;
  MemoryObject* registers = nullptr;
  CapPtr interrupt;  // null: the device has none
};

// Of the devices that are `compatible` so, the first but `number`. Errors: not_found, no_memory,
// no_space.
abi::Result<const DeviceGrant*> find_device(std::string_view compatible, u64 number = 0);

// Where procmgr itself may reach the registers of that device; 0: it is not in use.
abi::Result<u64> map_registers(const DeviceGrant& grant);

}  // namespace procmgr
