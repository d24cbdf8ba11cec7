// SPDX-License-Identifier: MIT
// Every page and every charge comes back, however many processes there were.
#include <algorithm>
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

// Twice the same number of spawns; the first time fills what is kept ready.
void many(Report& report, u64 count) {
  for (u64 i = 0; i < 100; ++i) static_cast<void>(run({}, "exit", "1"));
  const Books before = settled_books();
  u64 good = 0;
  bool balanced = true;
  for (u64 i = 0; i < count; ++i) {
    if (exited(run({}, "exit", "7"), 7)) ++good;
    if (i % 64 == 0) balanced = balanced && books().balance();
  }
  const Books after = settled_books();
  report.expect(good == count, "each of many spawns ends with its status");
  report.expect(balanced, "the books balance all the time");
  report.expect(before == after, "many spawns leave the books as they were");
  note_difference(report, before, after);
}

constexpr u64 at_once = 10;

bool start_and_wait(u64 (&pids)[at_once]) {
  ipc::Process children[at_once];
  bool good = true;
  for (u64 i = 0; i < at_once; ++i) {
    auto child = start({.flags = flag::suspended}, "exit", "9");
    if (!child.ok()) return false;
    pids[i] = child->pid();
    children[i] = std::move(*child);
  }
  for (const ipc::Process& child : children) good = child.resume().ok() && good;
  for (const ipc::Process& child : children) {
    const auto record = child.wait();
    good = good && record.ok() && record->kind == EndKind::exited && record->status == 9;
  }
  return good;
}

void several_at_once(Report& report) {
  u64 pids[at_once] = {};
  expect_equal_books(report, "10 at once leave the books as they were", [&] {
    for (u64& pid : pids) pid = 0;
    if (!start_and_wait(pids)) pids[0] = 0;
  });
  std::ranges::sort(pids);
  report.expect(pids[0] != 0 && std::ranges::adjacent_find(pids) == std::end(pids),
                "10 at once have different numbers and end well");
}

// Eight parents that start a child each, all at the same time.
bool run_parallel() {
  ipc::Process parents[8];
  for (ipc::Process& parent : parents) {
    auto family = make_family();
    if (!family.ok()) return false;
    auto started = start({.flags = flag::suspended, .bundle = &*family}, "deep", "1");
    if (!started.ok()) return false;
    parent = std::move(*started);
  }
  bool good = true;
  for (const ipc::Process& parent : parents) good = parent.resume().ok() && good;
  for (const ipc::Process& parent : parents) {
    const auto record = parent.wait();
    good = good && record.ok() && record->kind == EndKind::exited && record->status == 1;
  }
  return good;
}

void parallel(Report& report) {
  bool good = false;
  expect_equal_books(report, "8 parents at once leave the books as they were",
                     [&] { good = run_parallel(); });
  report.expect(good, "8 parents at once have a child each");
}

// What a child beside another of the same image costs: none of its text.
void shared_text(Report& report) {
  const auto plan = ipc::explain(program(), {});
  const auto first = start({.flags = flag::suspended}, "spin");
  const u64 with_one = settled_books().ledger.owned;
  const auto second = start({.flags = flag::suspended}, "spin");
  const u64 own = settled_books().ledger.owned - with_one;
  report.expect(plan.ok() && first.ok() && second.ok() && plan->shared_pages > 16 && own < 8,
                "a second child copies no page of the text");
  for (const auto* child : {&first, &second})
    if (child->ok()) static_cast<void>((*child)->kill());
}

bool run_deep() {
  auto family = make_family();
  return family.ok() && exited(run({.bundle = &*family}, "deep", "8"), 8);
}

void deep(Report& report) {
  bool good = false;
  expect_equal_books(report, "8 deep leaves the books as they were", [&] { good = run_deep(); });
  report.expect(good, "8 deep: each waits for the one below");
}

}  // namespace

void test_ledger(Report& report, u64 effort) {
  report.expect(books().balance() && books().ledger.total != 0, "the books balance at the start");
  many(report, 1300 * effort);
  several_at_once(report);
  parallel(report);
  shared_text(report);
  deep(report);
}

}  // namespace procmgr_test
