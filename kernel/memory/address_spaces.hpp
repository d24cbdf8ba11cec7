// SPDX-License-Identifier: MIT
// Address spaces by number. A VSpace object is nothing but its root table; what the kernel knows of
// it stands here, under its number (ASID), so that a Frame may remember an address space that has
// ended since: its generation has moved on.
#pragma once

#include <base/units.hpp>

namespace kernel {

using base::PhysAddr;
using base::u32;
using base::u64;

struct AddressSpace {
  PhysAddr root;
  u64 generation = 0;
  u32 references = 0;  // capabilities to it; in a free entry: the next free number
};

// Where a Frame or PageTable is mapped: number and generation in one word; zero: nowhere.
class Binding {
 public:
  constexpr Binding() = default;
  constexpr Binding(u64 number, u64 generation) : raw_(number << generation_bits | generation) {}
  static constexpr Binding from_raw(u64 raw) {
    Binding binding;
    binding.raw_ = raw;
    return binding;
  }

  [[nodiscard]] constexpr u64 raw() const { return raw_; }
  [[nodiscard]] constexpr u64 number() const { return raw_ >> generation_bits; }
  [[nodiscard]] constexpr u64 generation() const { return raw_ & generation_mask; }

  static constexpr unsigned generation_bits = 48;
  static constexpr u64 generation_mask = (u64{1} << generation_bits) - 1;

 private:
  u64 raw_ = 0;
};

// Invariant: entries below `used_` are live or in the free list; those above were never touched.
// Number 0 is reserved for "no address space", so a zero word binds nothing.
class AddressSpaces {
 public:
  // `table` has `capacity` entries and need not be zeroed.
  void initialise(AddressSpace* table, u64 capacity);

  [[nodiscard]] u64 available() const { return capacity_ - used_ + free_count_; }

  // Numbers in use; 0 is not counted.
  [[nodiscard]] u64 live() const { return used_ - 1 - free_count_; }

  // available() is not zero. The new space has one reference and `root` is zeroed.
  u64 create(PhysAddr root);

  [[nodiscard]] AddressSpace& operator[](u64 number) { return table_[number]; }
  [[nodiscard]] Binding binding_of(u64 number) const { return {number, table_[number].generation}; }
  // Whether what was mapped then is mapped still.
  [[nodiscard]] bool is_current(Binding binding) const {
    return binding.number() != 0 && table_[binding.number()].generation == binding.generation();
  }

  // Everything mapped in it is forgotten: all bindings to it end.
  void clear(u64 number);

  // The last capability has gone: the number is free for another.
  void destroy(u64 number);

 private:
  void end_bindings(u64 number);

  AddressSpace* table_ = nullptr;
  u64 capacity_ = 0;
  u64 used_ = 1;
  u64 free_count_ = 0;
  u32 first_free_ = 0;
};

}  // namespace kernel
