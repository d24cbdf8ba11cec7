// SPDX-License-Identifier: MIT
// How processes end, and who is told.
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

bool ended(const ipc::SpawnResult<Record>& record, EndKind kind, u32 status) {
  return record.ok() && record->kind == kind && record->status == status;
}

u32 number_of(abi::FaultKind kind) { return static_cast<u32>(kind); }

void exits_and_faults(Report& report) {
  for (const std::string_view status : {"0", "1", "255", "256", "4294967295", "3000000000"})
    report.expect(exited(run({}, "exit", status), number(status)), status);
  report.expect(
      ended(run({}, "undefined"), EndKind::faulted, number_of(abi::FaultKind::instruction)),
      "an undefined instruction");
  report.expect(
      ended(run({}, "misaligned"), EndKind::faulted, number_of(abi::FaultKind::alignment)),
      "a misaligned program counter");
  const auto record = run({}, "canary");
  report.expect(record.ok() && record->peak_pages > 1024 && record->faults != 0 &&
                    record->run_time != 0 && record->pid > 1,
                "a record tells what was used");
  if (record.ok())
    report.note([&](auto& text) {
      text << record->peak_pages << " pages, " << record->faults << " faults, " << record->messages
           << " messages, " << record->run_time << " ticks";
    });
}

abi::Status kills(Report& report) {
  const auto child = start({.priority = 1}, "spin");
  if (!child.ok()) return child.error().error;
  report.expect(child->poll().error() == Error::would_block, "it runs");
  TRY(child->kill());
  const Record record = TRY(child->wait());
  report.expect(record.kind == EndKind::killed && record.pid == child->pid(), "killed");
  report.expect(record.detail == ipc::process_page().pid, "and by whom");
  report.expect(TRY(child->poll()).pid == child->pid(), "asked again");
  report.expect(child->suspend().error() == Error::gone && child->resume().error() == Error::gone,
                "the dead neither sleep nor wake");
  report.expect(child->kill().ok() && TRY(child->wait()).kind == EndKind::killed, "nor die again");
  return {};
}

bool comes_to(Cap<Endpoint> account, u64 processes) {
  for (u64 i = 0; i < 10'000; ++i) {
    const auto info = ipc::call(account, proto::InfoAccount{});
    if (info.ok() && info->used.processes == processes) return true;
    ipc::yield();
  }
  return false;
}

// A parent starts a child on the account, and is killed; a third process waits for that child.
abi::Status orphan(Report& report, bool dies) {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  auto family = TRY(make_family());
  TRY(family.give(abi::bundle_slot::first_grant, Cap<Endpoint>{account}));
  const auto parent = start({.bundle = &family, .priority = 100}, "parent", dies ? "1" : "0");
  report.expect(parent.ok() && comes_to(account, 1), "a parent starts a child");
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::first_grant, Cap<Endpoint>{account}));
  const auto waiter = start({.bundle = &bundle}, "wait_any");
  TRY(parent->kill());
  TRY(parent->wait());
  if (!dies) {
    report.expect(!comes_to(account, 0), "a child lives without its parent");
    TRY(ipc::call(Cap<Endpoint>{account}, proto::KillAccount{}, {}, {}));
  }
  const u32 kind = TRY(waiter->wait()).status;
  report.expect(kind == static_cast<u32>(dies ? EndKind::parent_died : EndKind::killed),
                dies ? "a child dies with its parent" : "and is killed with its account");
  report.expect(ipc::call(Cap<Endpoint>{account}, proto::WaitAny{}).error() == Error::not_found,
                "nobody is left to wait for");
  return {};
}

// Children that hang on one process and on one account, and are all told.
abi::Status several_wait(Report& report) {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  const auto victim = start({.account = account, .priority = 1}, "spin");
  if (!victim.ok()) return victim.error().error;
  ipc::Process waiters[3];
  for (u64 i = 0; i < std::size(waiters); ++i) {
    auto bundle = TRY(ipc::Bundle::make());
    TRY(bundle.give(abi::bundle_slot::first_grant,
                    i == 2 ? Cap<Endpoint>{account} : Cap<Endpoint>{*victim}));
    auto waiter = start({.bundle = &bundle}, i == 2 ? "wait_any" : "wait");
    if (!waiter.ok()) return waiter.error().error;
    waiters[i] = std::move(*waiter);
  }
  TRY(victim->kill());
  u64 told = 0;
  for (const ipc::Process& waiter : waiters)
    if (TRY(waiter.wait()).status == static_cast<u32>(EndKind::killed)) ++told;
  report.expect(told == 3, "three wait for one end, and all are told");
  return {};
}

// Whoever dies while it waits leaves no answer owed and nothing charged, although what it waited
// for lives on.
abi::Status forsaken(Report& report) {
  const auto victim = start({.priority = 1}, "spin");
  if (!victim.ok()) return victim.error().error;
  u64 ended = 0;
  expect_equal_books(report, "a waiter that dies leaves nothing behind", [&] {
    for (u64 i = 0; i < 40; ++i) {
      auto bundle = ipc::Bundle::make();
      if (!bundle.ok()) return;
      static_cast<void>(bundle->give(abi::bundle_slot::first_grant, Cap<Endpoint>{*victim}));
      const auto waiter = start({.bundle = &*bundle, .priority = 200}, "wait");
      if (waiter.ok() && waiter->kill().ok() && waiter->wait().ok()) ++ended;
    }
  });
  report.expect(ended % 40 == 0 && ended != 0, "forty of them wait and are killed");
  expect_equal_books(report, "nor does one that is suspended in between", [&] {
    auto bundle = ipc::Bundle::make();
    if (!bundle.ok()) return;
    static_cast<void>(bundle->give(abi::bundle_slot::first_grant, Cap<Endpoint>{*victim}));
    const auto sleeper = start({.bundle = &*bundle, .priority = 200}, "wait");
    if (sleeper.ok() && sleeper->suspend().ok() && sleeper->resume().ok())
      static_cast<void>(sleeper->wait());
  });
  TRY(victim->kill());
  report.expect(TRY(victim->wait()).kind == EndKind::killed, "and what it waited for can end");
  return {};
}

void over_quota(Report& report) {
  const ipc::SpawnOptions options{.flags = flag::new_job, .limits = {.pages = 100}};
  const auto record = run(options, "touch", "1000");
  report.expect(
      record.ok() && record->kind == EndKind::over_quota && record->address != 0 && record->pc != 0,
      "a page too many ends with over_quota");
}

// What nobody can ask for is forgotten.
void forgotten(Report& report) {
  expect_equal_books(report, "a record without a handle is forgotten", [] {
    const auto child = start({.priority = 1}, "spin");
    if (child.ok()) static_cast<void>(child->kill());
  });
  expect_equal_books(report, "one that ends after its handle is forgotten", [] {
    auto child = start({.flags = flag::suspended}, "exit", "0");
    if (child.ok()) static_cast<void>(child->resume());
    child = ipc::SpawnError{};
    for (u64 i = 0; i < 1000; ++i) ipc::yield();
  });
}

}  // namespace

void test_records(Report& report, u64) {
  exits_and_faults(report);
  report.ran(kills(report), "kills");
  report.ran(orphan(report, true), "an orphan that dies");
  report.ran(orphan(report, false), "an orphan that lives");
  report.ran(several_wait(report), "several wait");
  report.ran(forsaken(report), "waiters that die");
  over_quota(report);
  forgotten(report);
}

}  // namespace procmgr_test
