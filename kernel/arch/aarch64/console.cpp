// SPDX-License-Identifier: MIT
// PL011, transmit only, polled (Arm PrimeCell UART PL011, DDI 0183).
#include <base/units.hpp>
#include <machine/console.hpp>

namespace kernel::machine {

namespace {

constexpr base::u64 data_register = 0x00;
constexpr base::u64 flag_register = 0x18;
constexpr base::u32 transmit_full = 1 << 5;
constexpr unsigned patience = 100'000;

}  // namespace

void put_character(const abi::Machine& machine, char c) {
  if (machine.serial_virtual == 0) return;
  auto* flags = reinterpret_cast<volatile base::u32*>(machine.serial_virtual + flag_register);
  auto* data = reinterpret_cast<volatile base::u32*>(machine.serial_virtual + data_register);
  for (unsigned tries = 0; (*flags & transmit_full) != 0; ++tries)
    if (tries == patience) return;
  *data = static_cast<unsigned char>(c);
}

}  // namespace kernel::machine
