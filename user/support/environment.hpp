// SPDX-License-Identifier: MIT
// What a root program starts with: slots, memory, its own address space, the serial port. Set up
// before `main` (libipc/start/root.hpp).
#pragma once

#include <abi/bootinfo.hpp>
#include <abi/slots.hpp>
#include <base/text.hpp>
#include <concepts>
#include <libipc/serial.hpp>
#include <user/support/address_space.hpp>

namespace support {

struct Environment {
  const abi::BootInfo* boot_info = nullptr;
  ipc::SlotAllocator slots;
  Memory memory;
  AddressSpace self;
  ipc::Serial serial;

  // A leaf of 256 empty slots at `root_index` of the CSpace. The handle is for its CNode.
  abi::Result<ipc::Owned<ipc::CNode>> make_leaf(u64 root_index);
};

// The program's only one.
Environment& environment();

// A line on the serial port: `print([](auto& line) { line << "cpus: " << 4; })`.
template <class Compose>
  requires std::invocable<Compose&, base::Text<512>&>
void print(Compose&& compose) {
  base::Text<512> text;
  compose(text);
  environment().serial.write(text.view());
  environment().serial.write("\n");
}

inline void print(std::string_view line) {
  environment().serial.write(line);
  environment().serial.write("\n");
}

}  // namespace support
