// SPDX-License-Identifier: MIT
// GIC version 2 (IHI 0048) and version 3 (IHI 0069), one CPU. Priorities are all the same: the
// kernel never nests interrupts.
//
// Groups: version 3 delivers group 1 to the kernel. A version 2 without security extensions
// delivers group 0, where all interrupts start; one with them shows only what is ours, under the
// same bits. So there the groups are left alone.
#include <base/bits.hpp>
#include <machine/interrupts.hpp>

namespace kernel::machine {

namespace {

using abi::InterruptController;
using base::u64;

// Distributor, and the first frame of a redistributor from the same offsets on.
constexpr u64 control = 0x000;
constexpr u64 type = 0x004;
constexpr u64 group = 0x080;
constexpr u64 set_enable = 0x100;
constexpr u64 clear_enable = 0x180;
constexpr u64 clear_pending = 0x280;
constexpr u64 priority = 0x400;
constexpr u64 target = 0x800;         // GICv2: a byte for each interrupt, a bit for each CPU
constexpr u64 configuration = 0xc00;  // two bits for each interrupt; the upper one: edge
constexpr u64 route = 0x6000;         // GICv3: the affinity of a CPU for each interrupt

// GICv2 CPU interface.
constexpr u64 cpu_control = 0x00;
constexpr u64 cpu_priority_mask = 0x04;
constexpr u64 cpu_acknowledge = 0x0c;
constexpr u64 cpu_end = 0x10;

// GICv3 redistributor.
constexpr u64 wake = 0x14;
constexpr u64 redistributor_type = 0x08;
constexpr u64 private_frame = 0x10000;
constexpr u64 redistributor_stride = 0x20000;
constexpr base::u32 sleeping = 1 << 2;

constexpr base::u32 middle_priority = 0xa0a0a0a0;
constexpr u32 private_interrupts = first_device_interrupt;
constexpr unsigned patience = 1'000'000;

volatile u32& at(u64 block, u64 offset) { return *reinterpret_cast<volatile u32*>(block + offset); }

// Masks interrupts [first, end). `block` has the distributor's layout.
void prepare(u64 block, u32 first, u32 end) {
  for (u32 i = first; i < end; i += 32) at(block, clear_enable + i / 8) = 0xffff'ffff;
  for (u32 i = first; i < end; i += 4) at(block, priority + i) = middle_priority;
}

void put_into_group1(u64 block, u32 first, u32 end) {
  for (u32 i = first; i < end; i += 32) at(block, group + i / 8) = 0xffff'ffff;
}

// Where interrupt `number` stands in a row of registers with a bit for each.
u64 word_of(u32 number) { return number / 32 * 4; }
u32 bit_of(u32 number) { return u32{1} << number % 32; }

void enable(u64 block, u32 number) { at(block, set_enable + word_of(number)) = bit_of(number); }

// One more than the highest interrupt.
u32 lines_of(u64 distributor) {
  const auto lines = static_cast<u32>(32 * (base::field(at(distributor, type), 0, 5) + 1));
  return lines < max_interrupts ? lines : max_interrupts;
}

void initialise_v2(const abi::Machine& machine) {
  const u64 distributor = machine.distributor_virtual;
  at(distributor, control) = 0;
  prepare(distributor, 0, lines_of(distributor));
  at(distributor, control) = 1;
  enable(distributor, static_cast<u32>(machine.timer_interrupt));
  at(machine.cpu_interface_virtual, cpu_priority_mask) = 0xff;
  at(machine.cpu_interface_virtual, cpu_control) = 1;
}

u64 own_affinity() {
  u64 affinity = 0;
  asm("mrs %0, mpidr_el1" : "=r"(affinity));
  return affinity;
}

// The redistributor whose affinity is this CPU's; the first one if none claims to be.
u64 own_redistributor(const abi::Machine& machine) {
  const u64 affinity = own_affinity();
  const u64 own = base::field(affinity, 0, 24) | base::field(affinity, 32, 8) << 24;
  for (u64 offset = 0; offset + redistributor_stride <= machine.redistributor_size;
       offset += redistributor_stride) {
    const u64 block = machine.redistributor_virtual + offset;
    if (at(block, redistributor_type + 4) == own) return block;
    if ((at(block, redistributor_type) & 1 << 4) != 0) break;  // the last of its region
  }
  return machine.redistributor_virtual;
}

void initialise_v3(const abi::Machine& machine) {
  constexpr u32 affinity_routing = 1 << 4;
  constexpr u32 group1 = 1 << 1;
  const u64 distributor = machine.distributor_virtual;
  at(distributor, control) = 0;
  prepare(distributor, private_interrupts, lines_of(distributor));
  put_into_group1(distributor, private_interrupts, lines_of(distributor));
  at(distributor, control) = affinity_routing | group1;
  const u64 block = own_redistributor(machine);
  at(block, wake) = at(block, wake) & ~(u32{1} << 1);
  for (unsigned tries = 0; (at(block, wake) & sleeping) != 0 && tries != patience; ++tries) {
  }
  prepare(block + private_frame, 0, private_interrupts);
  put_into_group1(block + private_frame, 0, private_interrupts);
  enable(block + private_frame, static_cast<u32>(machine.timer_interrupt));
  u64 enable_registers = 0;
  asm volatile("mrs %0, s3_0_c12_c12_5" : "=r"(enable_registers));  // ICC_SRE_EL1
  asm volatile("msr s3_0_c12_c12_5, %0\n isb" : : "r"(enable_registers | 1));
  asm volatile("msr s3_0_c4_c6_0, %0" : : "r"(u64{0xff}));       // ICC_PMR_EL1
  asm volatile("msr s3_0_c12_c12_7, %0\n isb" : : "r"(u64{1}));  // ICC_IGRPEN1_EL1
}

// Who has the mask of an interrupt.
u64 block_of(const abi::Machine& machine, u32 number) {
  if (number >= private_interrupts || machine.interrupt_controller == InterruptController::gic_v2)
      [[likely]]
    return machine.distributor_virtual;
  return own_redistributor(machine) + private_frame;
}

// With one CPU a GICv2 has no targets: they read as zero, and what is written is ignored.
void route_to_this_cpu(const abi::Machine& machine, u32 number) {
  const u64 distributor = machine.distributor_virtual;
  if (machine.interrupt_controller == InterruptController::gic_v2) {
    const auto* own = reinterpret_cast<volatile base::u8*>(distributor + target);
    *reinterpret_cast<volatile base::u8*>(distributor + target + number) = *own;
    return;
  }
  constexpr u64 affinity_fields = 0xff'00ff'ffff;
  *reinterpret_cast<volatile u64*>(distributor + route + u64{number} * 8) =
      own_affinity() & affinity_fields;
}

}  // namespace

u32 interrupt_lines(const abi::Machine& machine) { return lines_of(machine.distributor_virtual); }

void configure_interrupt(const abi::Machine& machine, u32 number, bool edge) {
  const u64 distributor = machine.distributor_virtual;
  volatile u32& trigger = at(distributor, configuration + number / 16 * 4);
  const u32 edge_bit = u32{2} << number % 16 * 2;
  trigger = edge ? trigger | edge_bit : trigger & ~edge_bit;
  at(distributor, clear_pending + word_of(number)) = bit_of(number);
  route_to_this_cpu(machine, number);
}

void mask_interrupt(const abi::Machine& machine, u32 number) {
  at(block_of(machine, number), clear_enable + word_of(number)) = bit_of(number);
}

void unmask_interrupt(const abi::Machine& machine, u32 number) {
  enable(block_of(machine, number), number);
}

void initialise_interrupts(const abi::Machine& machine) {
  switch (machine.interrupt_controller) {
    case InterruptController::gic_v2: initialise_v2(machine); break;
    case InterruptController::gic_v3: initialise_v3(machine); break;
  }
}

u32 claim_interrupt(const abi::Machine& machine) {
  if (machine.interrupt_controller == InterruptController::gic_v2)
    return static_cast<u32>(base::field(at(machine.cpu_interface_virtual, cpu_acknowledge), 0, 10));
  u64 number = 0;
  asm volatile("mrs %0, s3_0_c12_c12_0\n dsb sy" : "=r"(number));  // ICC_IAR1_EL1
  return static_cast<u32>(base::field(number, 0, 24));
}

void complete_interrupt(const abi::Machine& machine, u32 number) {
  if (machine.interrupt_controller == InterruptController::gic_v2) {
    at(machine.cpu_interface_virtual, cpu_end) = number;
    return;
  }
  asm volatile("msr s3_0_c12_c12_1, %0\n isb" : : "r"(u64{number}));  // ICC_EOIR1_EL1
}

void mask_and_complete_interrupt(const abi::Machine& machine, u32 number) {
  // Of the private ones only the alarm is ever unmasked, and that is not a device's.
  at(machine.distributor_virtual, clear_enable + word_of(number)) = bit_of(number);
  complete_interrupt(machine, number);
}

}  // namespace kernel::machine
