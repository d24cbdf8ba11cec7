// SPDX-License-Identifier: MIT
// Decodes an ELF file for aarch64 that is linked to fixed addresses: what to load where, or a
// precise fault. Nothing is loaded here.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/bits.hpp>
#include <boot/decode/fault.hpp>
#include <span>

namespace boot {

using base::u32;
using base::u64;
using base::u8;

// A segment. In memory it is [address, address + memory_size), of which the beginning comes from
// `contents` and the rest is zero; so is what its first and last page hold beside it.
struct Segment {
  u64 address = 0;
  u64 memory_size = 0;
  std::span<const u8> contents;
  bool writable = false;
  bool executable = false;

  [[nodiscard]] constexpr u64 end() const { return address + memory_size; }
  [[nodiscard]] constexpr u64 first_page() const {
    return base::align_down(address, base::page_size);
  }
  // The last byte's page; an end would be 2^64 for a segment that ends there.
  [[nodiscard]] constexpr u64 last_page() const {
    return base::align_down(end() - 1, base::page_size);
  }
  [[nodiscard]] constexpr u64 page_bytes() const {
    return last_page() - first_page() + base::page_size;
  }
};

// Where a program may lie: in [lowest, highest], by bytes.
struct ProgramRules {
  u64 lowest = 0;
  u64 highest = 0;
};

extern const ProgramRules kernel_rules;
extern const ProgramRules root_rules;

struct Program {
  abi::BoundedArray<Segment, abi::max_image_segments> segments;
  u64 entry = 0;
};

// Promises of each segment: it is not empty, its contents lie in the file and are no longer than it
// is in memory, it lies within the rules, shares no page with another one, and is not writable and
// executable. The entry lies in an executable one.
Result<Program> read_elf(std::span<const u8> file, const ProgramRules& rules);

}  // namespace boot
