// SPDX-License-Identifier: MIT
// PSCI (Arm DEN 0022) ends or resets the machine; where the boot command line asked for it, a
// verdict goes to the host first, by semihosting (Arm "Semihosting for AArch32 and AArch64"). Only
// EL1 can do that, so no program can imitate the verdict.
#include <base/text.hpp>
#include <machine/power.hpp>

namespace kernel::machine {

namespace {

using base::u64;

constexpr u64 psci_system_off = 0x8400'0008;
constexpr u64 psci_system_reset = 0x8400'0009;

constexpr u64 semihosting_write0 = 0x04;
constexpr u64 semihosting_exit_extended = 0x20;
constexpr u64 application_exit = 0x20026;
constexpr u64 panic_status = 255;

void firmware_call(abi::PowerConduit conduit, u64 function) {
  register u64 x0 asm("x0") = function;
  switch (conduit) {
    case abi::PowerConduit::hvc: asm volatile("hvc #0" : "+r"(x0) : : "memory"); break;
    case abi::PowerConduit::smc: asm volatile("smc #0" : "+r"(x0) : : "memory"); break;
    case abi::PowerConduit::none: break;
  }
}

void semihosting_call(u64 operation, const void* parameter) {
  register u64 x0 asm("x0") = operation;
  register const void* x1 asm("x1") = parameter;
  asm volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

void tell_verdict(const abi::Machine& machine, const char* line, u64 status) {
  if (machine.exit_device != abi::ExitDevice::semihosting) return;
  semihosting_call(semihosting_write0, line);
  const u64 block[2] = {application_exit, status};
  semihosting_call(semihosting_exit_extended, block);
}

// Where nothing can be switched off, the CPU sleeps for good.
[[noreturn]] void end(const abi::Machine& machine, u64 function) {
  firmware_call(machine.power_conduit, function);
  for (;;) asm volatile("wfi");
}

}  // namespace

void power_off(const abi::Machine& machine, u64 status) {
  char line[16] = {};
  base::TextWriter{line} << "off " << status << "\n";
  tell_verdict(machine, line, status);
  end(machine, psci_system_off);
}

void power_off_after_panic(const abi::Machine& machine) {
  tell_verdict(machine, "panic\n", panic_status);
  end(machine, psci_system_off);
}

void reset(const abi::Machine& machine) { end(machine, psci_system_reset); }

}  // namespace kernel::machine
