// SPDX-License-Identifier: MIT
// Instructions per operation. Under QEMU's `-icount shift=0` an instruction takes a nanosecond of
// virtual time, so the counter counts instructions, in ticks of 16. One tick more or less vanishes
// in an average over thousands.
#pragma once

#include <user/support/environment.hpp>

namespace bench {

using abi::u64;

// Prints the row `bench NAME VALUE UNIT`.
void report(std::string_view name, u64 value, std::string_view unit = "instructions");

// Virtual nanoseconds, which are instructions.
inline u64 nanoseconds(u64 ticks) {
  return ticks * 1'000 / (ipc::machine::counter_frequency() / 1'000'000);
}

// Adds up what is measured in pieces, so that what lies between the pieces does not count.
class Stopwatch {
 public:
  void start() { started_ = ipc::machine::counter(); }
  void stop(u64 operations) { add(ipc::machine::counter() - started_, operations); }
  void add(u64 ticks, u64 operations) {
    ticks_ += ticks;
    operations_ += operations;
  }
  [[nodiscard]] u64 per_operation() const {
    return (nanoseconds(ticks_) + operations_ / 2) / operations_;
  }

 private:
  u64 started_ = 0;
  u64 ticks_ = 0;
  u64 operations_ = 0;
};

inline constexpr u64 warm_up = 1'000;
inline constexpr u64 repetitions = 20'000;

// The row of an operation that can be repeated as it is.
template <class Operation>
void measure(std::string_view name, Operation operation) {
  for (u64 i = 0; i < warm_up; ++i) operation();
  Stopwatch watch;
  watch.start();
  for (u64 i = 0; i < repetitions; ++i) operation();
  watch.stop(repetitions);
  report(name, watch.per_operation());
}

// The rows of each file.
abi::Status ipc_rows();
abi::Status notification_rows();
abi::Status interrupt_rows();
abi::Status timer_rows();
abi::Status fault_rows();
abi::Status capability_rows();
abi::Status mapping_rows();
abi::Status memory_rows();
abi::Status floating_point_rows();

}  // namespace bench
