// SPDX-License-Identifier: MIT
// Measures procmgr from outside: what a native program pays for a child, from the call of libipc to
// the child's record, the child's own instructions included. Prints one line for each row.
#include <libipc/machine.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>

namespace {

using abi::u64;
using ipc::MemoryObject;

u64 nanoseconds(u64 ticks) {
  return ticks * 1'000 / (ipc::machine::counter_frequency() / 1'000'000);
}

void report(std::string_view name, u64 value) {
  base::Text<96> line;
  line << "bench " << name << ' ' << value << " instructions\n";
  ipc::print(line.view());
}

bool has_exited(const ipc::SpawnResult<ipc::Process::Record>& record) {
  return record.ok() && record->kind == abi::procmgr::EndKind::exited && record->status == 0;
}

// The mean of `repetitions` children, after some that warm the pool.
bool measure(std::string_view name, std::string_view program, std::string_view argument,
             u64 repetitions) {
  const auto image = MemoryObject::open_module(program);
  if (!image.ok()) return false;
  const std::string_view words[] = {program, argument};
  for (u64 i = 0; i < 4; ++i)
    if (!has_exited(ipc::run(*image, words))) return false;
  const u64 start = ipc::machine::counter();
  for (u64 i = 0; i < repetitions; ++i)
    if (!has_exited(ipc::run(*image, words))) return false;
  const u64 ticks = ipc::machine::counter() - start;
  report(name, (nanoseconds(ticks) + repetitions / 2) / repetitions);
  return true;
}

}  // namespace

int main(int, char**) {
  const bool done = measure("spawn.tiny", "bin/tiny", "", 2'000) &&
                    measure("spawn.1m", "bin/large", "", 500) &&
                    measure("spawn.1m_touched", "bin/large", "touch", 200);
  if (!done) ipc::print("a child did not run, or did not end as it should\n");
  return done ? 0 : 1;
}
