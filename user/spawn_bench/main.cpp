// SPDX-License-Identifier: MIT
// Measures procmgr from outside: what a native program pays for a child, from the call of libipc to
// the child's record, the child's own instructions included. Prints one line for each row. With the
// argument `profile` it starts a few children and prints nothing.
#include <libipc/machine.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>

namespace {

using abi::u64;
using ipc::Cap;
using ipc::Endpoint;
using ipc::MemoryObject;
namespace proto = abi::procmgr;

constexpr u64 warm_up = 4;

struct Program {
  MemoryObject image;
  std::string_view words[2];
};

abi::Result<Program> open(std::string_view name, std::string_view argument = "") {
  return Program{TRY(MemoryObject::open_module(name)), {name, argument}};
}

bool runs(const Program& program) {
  const auto record = ipc::run(program.image, program.words);
  return record.ok() && record->kind == proto::EndKind::exited && record->status == 0;
}

abi::Status run_times(const Program& program, u64 count) {
  for (u64 i = 0; i < count; ++i)
    if (!runs(program)) return abi::Error::not_supported;
  return {};
}

void report(std::string_view name, u64 ticks, u64 repetitions) {
  const u64 nanoseconds = ticks * 1'000 / (ipc::machine::counter_frequency() / 1'000'000);
  ipc::print([&](auto& line) {
    line << "bench " << name << ' ' << (nanoseconds + repetitions / 2) / repetitions
         << " instructions";
  });
}

// The mean of `repetitions` children, after some that warm the pool.
abi::Status measure(std::string_view name, const Program& program, u64 repetitions) {
  TRY(run_times(program, warm_up));
  const u64 start = ipc::machine::counter();
  TRY(run_times(program, repetitions));
  report(name, ipc::machine::counter() - start, repetitions);
  return {};
}

// ---- Under other conditions -------------------------------------------------------------------

// Processes that never run, each in a shell that nobody else can have meanwhile.
class Crowd {
 public:
  explicit Crowd(Cap<Endpoint> account) : account_(account) {}

  [[nodiscard]] abi::Status add(const Program& program) const {
    const ipc::SpawnOptions options{.flags = proto::spawn_flag::suspended, .account = account_};
    // It stays when its handle goes.
    return ipc::spawn(program.image, program.words, options).ok() ? abi::Status{}
                                                                  : abi::Error::not_supported;
  }
  // They end in steps, one with each request.
  [[nodiscard]] abi::Status dismiss() const {
    TRY(ipc::call(account_, proto::KillAccount{}, {}, {}));
    while (TRY(ipc::call(account_, proto::InfoAccount{})).used.processes != 0) continue;
    return {};
  }

 private:
  Cap<Endpoint> account_;
};

abi::Result<ipc::Owned<Endpoint>> make_account() {
  return ipc::obtain<Endpoint>(Cap<Endpoint>{abi::process_slot::account}, proto::CreateAccount{});
}

// No shell is ready: before each child another process takes the only one.
abi::Status measure_cold(std::string_view name, const Program& program, u64 repetitions) {
  const auto account = TRY(make_account());
  const Crowd crowd{account};
  u64 ticks = 0;
  for (u64 i = 0; i < repetitions; ++i) {
    TRY(crowd.add(program));
    const u64 start = ipc::machine::counter();
    TRY(run_times(program, 1));
    ticks += ipc::machine::counter() - start;
  }
  report(name, ticks, repetitions);
  return crowd.dismiss();
}

// So many shells are ready.
abi::Status fill_pool(const Program& program, u64 count) {
  const auto account = TRY(make_account());
  const Crowd crowd{account};
  for (u64 i = 0; i < count; ++i) TRY(crowd.add(program));
  return crowd.dismiss();
}

// Crowds and large parents need a machine of 1 GiB; on smaller ones their rows are left out.
abi::Result<bool> is_large_machine() {
  const Cap<Endpoint> own_account{abi::process_slot::account};
  const auto ledger = TRY(ipc::call(own_account, proto::Ledger{}));
  return ledger.total * base::page_size >= 900 * base::mib;
}

// The parent has so much memory, and has touched all of it.
abi::Status grow(u64 bytes) {
  const ipc::Region region = TRY(ipc::map_new(bytes));
  for (u64 at = 0; at < bytes; at += base::page_size) region[at] = std::byte{1};
  return {};
}

abi::Status measure_all() {
  const Program tiny = TRY(open("bin/tiny"));
  const Program large = TRY(open("bin/large"));
  const Program touching = TRY(open("bin/large", "touch"));
  TRY(measure("spawn.tiny", tiny, 2'000));
  TRY(measure("spawn.1m", large, 500));
  TRY(measure("spawn.1m_touched", touching, 200));
  TRY(measure_cold("spawn.tiny_cold", tiny, 64));
  if (!TRY(is_large_machine())) return {};
  TRY(fill_pool(tiny, 1'000));
  TRY(measure("spawn.tiny_pool_1000", tiny, 500));
  TRY(grow(512 * base::mib));
  return measure("spawn.tiny_parent_512m", tiny, 500);
}

abi::Status run_for_profile() {
  constexpr u64 count = 12;
  const Program tiny = TRY(open("bin/tiny"));
  return run_times(tiny, count);
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_profile = argc > 1 && std::string_view{argv[1]} == "profile";
  const abi::Status done = is_profile ? run_for_profile() : measure_all();
  if (!done.ok()) ipc::print("a child did not run, or did not end as it should\n");
  return done.ok() ? 0 : 1;
}
