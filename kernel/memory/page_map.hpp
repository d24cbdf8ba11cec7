// SPDX-License-Identifier: MIT
// The mappings of one address space. Every operation does a bounded piece of work and says how far
// it came, so that its caller can look for interrupts in between.
#pragma once

#include <abi/error.hpp>
#include <base/paging/walker.hpp>
#include <machine/memory.hpp>
#include <machine/mmu.hpp>
#include <optional>

namespace kernel {

using base::PhysAddr;
using base::u64;
using base::VirtAddr;
using base::paging::Attributes;

// Contiguous physical memory: what a Frame covers.
struct PhysRun {
  PhysAddr base;
  u64 size = 0;

  // Whether `bytes` from `address` on lie in it. A larger page that merely begins here belongs to a
  // larger Frame.
  [[nodiscard]] bool contains(PhysAddr address, u64 bytes) const {
    const u64 offset = address.value() - base.value();
    return offset < size && bytes <= size - offset;
  }
};

// How far a step came. An error concerns the address `reached`; what lies before it is done.
struct Step {
  u64 reached = 0;
  abi::Error error = abi::Error::none;
};

class PageMap {
 public:
  PageMap(u64 number, PhysAddr root) : number_(number), walker_(root, {}) {}

  // Maps [at, end) to memory from `physical` on, as far as one table goes, by the largest pages
  // that fit. Errors: occupied, needs_table.
  Step fill(u64 at, u64 end, PhysAddr physical, Attributes attributes);

  // Removes (or gives other attributes to) what maps [at, end) into `run`, as far as one table
  // goes; everything else stays. No large page may be cut: see cut_page().
  Step remove(u64 at, u64 end, PhysRun run);
  Step change(u64 at, u64 end, PhysRun run, Attributes attributes);

  // The start of the large page into `run` that has `boundary` in its middle.
  [[nodiscard]] std::optional<u64> cut_page(u64 boundary, PhysRun run) const;

  // Puts the zeroed `table` where the next table towards `at` is missing, or splits the large page
  // there. Returns the level of the entry that now points at it. Error: occupied.
  abi::Result<unsigned> add_table(u64 at, PhysAddr table);

  // Takes `table` out if it still is what the entry of `level` at `at` points at.
  void remove_table(u64 at, unsigned level, PhysAddr table);

  struct Translation {
    PhysAddr physical;
    unsigned page_bits;
    Attributes attributes;
  };
  [[nodiscard]] std::optional<Translation> translate(u64 at) const;

 private:
  using Format = machine::PageFormat;
  struct Window {
    u64* table(PhysAddr address) const {
      return static_cast<u64*>(machine::physical_pointer(address));
    }
  };

  template <class Replace>
  Step rewrite(u64 at, u64 end, PhysRun run, Replace replace);
  void split(base::paging::Position at, u64 address, PhysAddr table);

  u64 number_;
  base::paging::Walker<Format, Window> walker_;
};

}  // namespace kernel
