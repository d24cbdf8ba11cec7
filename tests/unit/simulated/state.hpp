// SPDX-License-Identifier: MIT
// The machine that host tests run the kernel on: an arena that stands for physical memory, a
// counter that only moves when a test moves it, and a record of what a CPU may have cached.
#pragma once

#include <abi/bootinfo.hpp>
#include <base/units.hpp>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

namespace simulated {

using base::PhysAddr;
using base::u32;
using base::u64;

// The kernel panicked: as an exception, so that the test fails and not the whole program.
struct Panic : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The machine was switched off or reset.
struct Ended {
  u64 status = 0;
  bool is_reset = false;
};

// When interrupt_pending() says yes: what decides where long operations stop.
enum class Interrupts { never, always, sometimes };

// What translation hardware may remember: page-table entries of every level. An entry is put in by
// use() and leaves only by an invalidation that covers it, so whatever differs from the tables in
// memory afterwards is a translation that a CPU could still use wrongly.
class TranslationCache {
 public:
  struct Key {
    u64 number;
    unsigned level;
    u64 start;  // of what the entry covers
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  // The CPU uses `address`. True: it is mapped.
  bool use(u64 number, PhysAddr root, u64 address);
  void invalidate_page(u64 number, u64 address);
  void invalidate_space(u64 number);
  void clear() { entries_.clear(); }

  [[nodiscard]] const std::map<Key, u64>& entries() const { return entries_; }

 private:
  std::map<Key, u64> entries_;
};

// What reset() brings back.
struct State {
  Interrupts interrupts = Interrupts::never;
  std::mt19937_64 random;  // for Interrupts::sometimes
  u64 polls = 0;           // how often the kernel looked for interrupts
  u64 now = 1'000'000;
  u64 alarm = ~u64{0};
  u64 space_numbers = 256;
  u64 active_space = 0;           // number and root in one word, as the kernel gave it
  u32 pending_interrupt = 1023;   // what the controller will hand out next
  u32 arriving_interrupt = 1023;  // what a device raises while the CPU sleeps
  std::set<u32> unmasked;         // interrupts of devices
  std::map<u32, bool> triggers;   // of those that were configured: edge
  u64 sleeps = 0;
  bool floating_point = false;
  bool watches = false;  // breakpoints are in force
  TranslationCache cache;
  std::string serial;
};

class Machine : public State {
 public:
  static constexpr u64 memory_base = 0x4000'0000;
  static constexpr u64 memory_size = 64 * base::mib;
  static constexpr u64 counter_frequency = 62'500'000;
  static constexpr u32 timer_interrupt = 27;
  static constexpr u32 interrupt_lines = 96;

  Machine();

  // All memory zero, the counter at its start, nothing cached.
  void reset();

  // `bytes` of memory; a physical address outside of it panics, as a real access would fault.
  void* pointer(PhysAddr address, u64 bytes = 1);
  PhysAddr physical(const void* pointer) const;

  bool interrupt_pending();

  // The CPU sleeps until an interrupt comes: one that waits already, a device's if it is unmasked,
  // or the alarm's.
  void wait_for_interrupt();

 private:
  char* memory_ = nullptr;
};

extern Machine machine;

}  // namespace simulated
