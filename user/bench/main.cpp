// SPDX-License-Identifier: MIT
// A first process that measures the kernel from outside: what a program pays for each operation,
// libipc's stubs included. Prints one line for each row.
#include <libipc/start/root.hpp>
#include <user/bench/measure.hpp>

namespace bench {

void report(std::string_view name, u64 value, std::string_view unit) {
  support::print([&](auto& line) { line << "bench " << name << ' ' << value << ' ' << unit; });
}

}  // namespace bench

int main(int, char**) {
  bench::report("boot.root", bench::nanoseconds(ipc::start::first_ticks()));
  for (const auto rows : {bench::ipc_rows, bench::notification_rows, bench::interrupt_rows,
                          bench::timer_rows, bench::fault_rows, bench::capability_rows,
                          bench::mapping_rows, bench::memory_rows, bench::floating_point_rows}) {
    const abi::Status done = rows();
    if (done.ok()) continue;
    support::print([&](auto& line) { line << "bench failed: " << abi::sentence(done.error()); });
    return 1;
  }
  return 0;
}
