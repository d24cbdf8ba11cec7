// SPDX-License-Identifier: MIT
#include <boot/machine/processor.hpp>
#include <boot/machine/registers.h>
#include <cstring>

namespace boot {

static_assert(base::paging::Aarch64::mair == MAIR);

namespace {

// The smallest data cache line; CTR_EL0 has it as log2 of words of four bytes.
u64 data_line() {
  u64 cache_type = 0;
  asm("mrs %0, ctr_el0" : "=r"(cache_type));
  return u64{4} << base::field(cache_type, 16, 4);
}

// The size of a block that DC ZVA zeroes, or 0 where it is prohibited.
u64 zero_block() {
  u64 value = 0;
  asm("mrs %0, dczid_el0" : "=r"(value));
  constexpr u64 prohibited = 1 << 4;
  return (value & prohibited) != 0 ? 0 : u64{4} << base::field(value, 0, 4);
}

// A cache line of words at any address; normal memory allows that.
struct [[gnu::packed, gnu::may_alias]] Line {
  u64 words[8];
};

}  // namespace

void use_kernel_tables(base::PhysAddr root) {
  u64 control = 0;
  asm volatile("mrs %0, tcr_el1" : "=r"(control));
  control &= ~u64{TCR_EPD1};
  asm volatile(
      "dsb ish\n\t"
      "msr ttbr1_el1, %0\n\t"
      "isb\n\t"
      "msr tcr_el1, %1\n\t"
      "isb\n\t"
      "tlbi vmalle1\n\t"
      "dsb nsh\n\t"
      "isb"
      :
      : "r"(root.value()), "r"(control)
      : "memory");
}

void publish_code(const void* memory, u64 size) {
  const u64 begin = reinterpret_cast<u64>(memory);
  const u64 line = data_line();
  for (u64 at = base::align_down(begin, line); at < begin + size; at += line)
    asm volatile("dc cvau, %0" : : "r"(at) : "memory");
  asm volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

void power_off(abi::PowerConduit conduit) {
  constexpr u64 system_off = 0x84000008;  // PSCI, section 5.10
  register u64 function asm("x0") = system_off;
  switch (conduit) {
    case abi::PowerConduit::hvc:
      asm volatile("hvc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
      break;
    case abi::PowerConduit::smc:
      asm volatile("smc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
      break;
    case abi::PowerConduit::none: break;
  }
}

void FastBytes::zero(u8* to, u64 size) const {
  const u64 block = zero_block();
  if (block == 0 || size < 2 * block) {
    std::memset(to, 0, size);
    return;
  }
  const u64 head = (u64{0} - reinterpret_cast<u64>(to)) & (block - 1);
  std::memset(to, 0, head);
  to += head;
  size -= head;
  for (; size >= block; size -= block, to += block)
    asm volatile("dc zva, %0" : : "r"(to) : "memory");
  std::memset(to, 0, size);
}

void FastBytes::copy(u8* to, const u8* from, u64 size) const {
  for (; size >= sizeof(Line); size -= sizeof(Line), to += sizeof(Line), from += sizeof(Line))
    *reinterpret_cast<Line*>(to) = *reinterpret_cast<const Line*>(from);
  std::memcpy(to, from, size);
}

}  // namespace boot
