// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <cstring>
#include <debug/panic.hpp>
#include <machine/console.hpp>
#include <machine/cpu.hpp>
#include <machine/floating_point.hpp>
#include <machine/interrupts.hpp>
#include <machine/power.hpp>
#include <machine/trap.hpp>
#include <simulated/state.hpp>
#include <sys/mman.h>
#include <utility>

// The long random tests spend their time in the kernel and not in the sanitizer's bookkeeping.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_stack_use_after_return=0:malloc_context_size=4";
}

namespace simulated {

Machine machine;

Machine::Machine() {
  void* memory = mmap(nullptr, memory_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no memory for the simulated machine");
  memory_ = static_cast<char*>(memory);
}

void Machine::reset() {
  static_cast<State&>(*this) = {};
  madvise(memory_, memory_size, MADV_DONTNEED);  // zero again, and at no cost
}

void* Machine::pointer(PhysAddr address, u64 bytes) {
  const u64 offset = address.value() - memory_base;
  if (offset >= memory_size || bytes > memory_size - offset)
    throw Panic("the kernel reached outside of memory");
  return memory_ + offset;
}

PhysAddr Machine::physical(const void* pointer) const {
  const auto offset = static_cast<u64>(static_cast<const char*>(pointer) - memory_);
  if (offset >= memory_size) throw Panic("a pointer outside of memory has no physical address");
  return PhysAddr{memory_base + offset};
}

bool Machine::interrupt_pending() {
  ++polls;
  switch (interrupts) {
    case Interrupts::never: return false;
    case Interrupts::always: return true;
    case Interrupts::sometimes: return random() % 3 == 0;
  }
  return false;
}

void Machine::wait_for_interrupt() {
  ++sleeps;
  if (pending_interrupt < 1020) return;
  if (unmasked.contains(arriving_interrupt)) {
    pending_interrupt = std::exchange(arriving_interrupt, 1023);
    return;
  }
  if (alarm >= ~u64{0} >> 1) throw Panic("the machine sleeps for ever");
  if (now < alarm) now = alarm;
  pending_interrupt = timer_interrupt;
}

// Written out once more on purpose, without the walker that the kernel uses: VMSAv8-64, 4 KiB
// granule, 39 bits.
bool TranslationCache::use(u64 number, PhysAddr root, u64 address) {
  PhysAddr table = root;
  for (unsigned level = 2;; --level) {
    const unsigned shift = 12 + 9 * level;
    const u64 index = address >> shift & 511;
    const u64 entry = static_cast<u64*>(machine.pointer(table, 4096))[index];
    if ((entry & 1) == 0) return false;
    entries_[{number, level, address >> shift << shift}] = entry;
    if (level == 0 || (entry & 2) == 0) return true;
    table = PhysAddr{entry & 0xffff'ffff'f000};
  }
}

void TranslationCache::invalidate_page(u64 number, u64 address) {
  for (unsigned level = 0; level < 3; ++level) {
    const unsigned shift = 12 + 9 * level;
    entries_.erase({number, level, address >> shift << shift});
  }
}

void TranslationCache::invalidate_space(u64 number) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.first.number == number; });
}

}  // namespace simulated

namespace kernel {

void panic(const char* mistake) { throw simulated::Panic(mistake); }

}  // namespace kernel

namespace kernel::machine {

using simulated::machine;

void initialise_interrupts(const abi::Machine&) {}

u32 claim_interrupt(const abi::Machine&) {
  const u32 number = machine.pending_interrupt;
  machine.pending_interrupt = no_interrupt;
  return number;
}

void complete_interrupt(const abi::Machine&, u32) {}

u32 interrupt_lines(const abi::Machine&) { return simulated::Machine::interrupt_lines; }
void configure_interrupt(const abi::Machine&, u32 number, bool edge) {
  machine.triggers[number] = edge;
}
void mask_interrupt(const abi::Machine&, u32 number) { machine.unmasked.erase(number); }
void mask_and_complete_interrupt(const abi::Machine&, u32 number) {
  machine.unmasked.erase(number);
}
void unmask_interrupt(const abi::Machine&, u32 number) { machine.unmasked.insert(number); }

void put_character(const abi::Machine&, char c) { machine.serial += c; }

void power_off(const abi::Machine&, base::u64 status) { throw simulated::Ended{status, false}; }
void power_off_after_panic(const abi::Machine&) { throw simulated::Ended{255, false}; }
void reset(const abi::Machine&) { throw simulated::Ended{0, true}; }

Trap decode_trap(u64 cause) { return cause == 0 ? next_trap : Trap{.kind = TrapKind::interrupt}; }

}  // namespace kernel::machine
