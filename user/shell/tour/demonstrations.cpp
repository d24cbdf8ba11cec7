// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/tour/demonstrations.hpp>

namespace shell::tour {
namespace {

using abi::procmgr::Ledger;

constexpr u64 calls = 10'000;

abi::Result<Ledger::Reply> ask() {
  return ipc::call(ipc::Cap<ipc::Endpoint>{abi::process_slot::account}, Ledger{});
}

}  // namespace

int call_often(Shell& shell) {
  constexpr u64 second = 1'000'000'000;
  u64 free = 0;
  const u64 start = ipc::machine::counter();
  for (u64 i = 0; i < calls; ++i) {
    const auto ledger = ask();
    if (!ledger.ok()) return shell.complain("tour call", abi::sentence(ledger.error())), 1;
    free = ledger->free;
  }
  const u64 passed = ipc::machine::counter() - start;
  Output out{shell};
  out << calls << " calls, " << passed * second / ipc::machine::counter_frequency() / calls
      << " ns each; " << free * base::page_size / base::mib << " MiB are free\n";
  return out.finish();
}

// What is ready for the next process counts as free: it is nobody's.
int tell_pages(Shell& shell) {
  const auto ledger = ask();
  if (!ledger.ok()) return shell.complain("tour pages", abi::sentence(ledger.error())), 1;
  Output out{shell};
  out << ledger->processes << " processes use " << ledger->owned << " pages and " << ledger->handles
      << " handles\n";
  return out.finish();
}

// The report of a crash names this function.
[[gnu::noinline]] int crash() {
  const volatile u64* nowhere = nullptr;
  ipc::exit(static_cast<u32>(*nowhere));
}

}  // namespace shell::tour
