// SPDX-License-Identifier: MIT
// Exception syndromes of EL0 (Arm ARM D17.2.37, ESR_EL1).
#include <base/bits.hpp>
#include <machine/cpu.hpp>
#include <machine/trap.hpp>

namespace kernel::machine {

namespace {

using abi::Access;
using abi::FaultKind;

enum ExceptionClass : u64 {
  unknown = 0x00,
  wait_instruction = 0x01,
  floating_point_access = 0x07,
  illegal_state = 0x0e,
  system_call_64 = 0x15,
  system_register = 0x18,
  instruction_abort = 0x20,
  pc_alignment = 0x22,
  data_abort = 0x24,
  sp_alignment = 0x26,
  hardware_breakpoint = 0x30,
  watchpoint = 0x34,
  breakpoint_instruction = 0x3c,
};

constexpr u64 permission_fault = 0b0011;  // bits 5..2 of the fault status
constexpr u64 alignment_fault = 0b100001;
constexpr u64 write_not_read = u64{1} << 6;
constexpr u64 cache_maintenance = u64{1} << 8;

Trap fault(FaultKind kind, u64 syndrome) {
  return {.kind = TrapKind::fault, .fault = kind, .syndrome = syndrome};
}

Trap breakpoint(u64 syndrome, u64 address, Access access) {
  Trap trap = fault(FaultKind::breakpoint, syndrome);
  trap.address = address;
  trap.access = access;
  return trap;
}

Trap abort(u64 syndrome, bool fetch) {
  const u64 status = base::field(syndrome, 0, 6);
  Trap trap = fault(status == alignment_fault ? FaultKind::alignment : FaultKind::page, syndrome);
  trap.address = fault_address();
  trap.present = status >> 2 == permission_fault;
  // Cache maintenance reports itself as a write, and asks only to read.
  const bool writes = (syndrome & write_not_read) != 0 && (syndrome & cache_maintenance) == 0;
  trap.access = fetch ? Access::execute : writes ? Access::write : Access::read;
  // External aborts and the like concern no mapping: nobody can page them in.
  const bool translation_related = status >> 4 == 0;
  if (!translation_related && status != alignment_fault) trap.fault = FaultKind::other;
  return trap;
}

Trap decode_synchronous() {
  u64 syndrome = 0;
  asm volatile("mrs %0, esr_el1" : "=r"(syndrome));
  switch (base::field(syndrome, 26, 6)) {
    case system_call_64:
      return {.kind = TrapKind::system_call,
              .number = static_cast<u32>(base::field(syndrome, 0, 16)),
              .syndrome = syndrome};
    case floating_point_access: return {.kind = TrapKind::floating_point, .syndrome = syndrome};
    case instruction_abort: return abort(syndrome, true);
    case data_abort: return abort(syndrome, false);
    case pc_alignment: {
      Trap trap = fault(FaultKind::alignment, syndrome);
      trap.address = fault_address();
      trap.access = Access::execute;
      return trap;
    }
    case sp_alignment: return fault(FaultKind::alignment, syndrome);
    case breakpoint_instruction: return fault(FaultKind::breakpoint, syndrome);
    case hardware_breakpoint: return breakpoint(syndrome, instruction_address(), Access::execute);
    case watchpoint:
      return breakpoint(syndrome, fault_address(),
                        (syndrome & write_not_read) != 0 ? Access::write : Access::read);
    case unknown:
    case wait_instruction:
    case illegal_state:
    case system_register: return fault(FaultKind::instruction, syndrome);
    default: return fault(FaultKind::other, syndrome);
  }
}

}  // namespace

Trap decode_trap(u64 cause) {
  switch (cause) {
    case 0: return decode_synchronous();
    case 1:
    case 2: return {.kind = TrapKind::interrupt};
    case 3: {
      u64 syndrome = 0;
      asm volatile("mrs %0, esr_el1" : "=r"(syndrome));
      return fault(FaultKind::other, syndrome);  // SError: a device's answer to a driver
    }
    default: return {};
  }
}

}  // namespace kernel::machine
