// SPDX-License-Identifier: MIT
// Accounts hold: whatever a process takes too much of, it stops at its limit, and when it is gone
// everything is back.
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

constexpr proto::Limits small{.pages = 2000, .objects = 20'000, .handles = 200, .processes = 20};

abi::Result<ipc::Owned<Endpoint>> make_job(const proto::Limits& limits) {
  return ipc::obtain<Endpoint>(own_account, proto::CreateAccount{.limits = limits});
}

// All of a job's processes are gone when there is none to wait for.
void end_job(Cap<Endpoint> job) {
  static_cast<void>(ipc::call(job, proto::KillAccount{}, {}, {}));
  for (u64 i = 0; i < 1000; ++i)
    if (ipc::call(job, proto::WaitAny{}).error() == Error::not_found) return;
}

struct HogCase {
  std::string_view what;
  proto::Limits limits = small;
};

constexpr HogCase hogs[] = {
    {.what = "memory"},
    {.what = "committed"},
    {.what = "regions"},
    {.what = "holes"},
    // A process can have as many handles for itself as there are sets of rights: 64.
    {.what = "handles", .limits = {.pages = 2000, .objects = 20'000, .handles = 40}},
    {.what = "bundles"},
    {.what = "objects", .limits = {.pages = 2000, .objects = 3000, .handles = 200}},
    {.what = "accounts"},
    // What is derived from a spawner is charged to the spawner's account, and no spawner can be
    // made for a job.
    {.what = "spawners"},
    {.what = "processes"},
    {.what = "touched", .limits = {.pages = 500, .objects = 3000, .handles = 200}},
    {.what = "waits", .limits = {.pages = 2000, .objects = 20'000, .handles = 40}},
};

// A hog answers with what stopped it.
void check_hog(Report& report, const HogCase& hog) {
  Error stopped = Error::none;
  EndKind kind = EndKind::running;
  expect_equal_books(report, hog.what, [&] {
    const auto job = make_job(hog.limits);
    if (!job.ok()) return;
    auto family = make_family(*job);
    if (!family.ok()) return;
    const auto record = run({.bundle = &*family, .account = *job}, "hog", hog.what);
    kind = record.ok() ? record->kind : EndKind::running;
    stopped = record.ok() ? static_cast<Error>(record->status) : record.error().error;
    end_job(*job);
  });
  const bool is_right =
      kind == EndKind::over_quota || (kind == EndKind::exited && stopped == Error::over_quota);
  report.expect(is_right, "it stops at its account");
  if (!is_right)
    report.note([&](auto& text) {
      text << "kind " << static_cast<u32>(kind) << ": " << abi::sentence(stopped);
    });
}

// Each child starts two more, as long as it can, in a job of at most 20.
bool explode() {
  const auto job = make_job(small);
  if (!job.ok()) return false;
  auto family = make_family(*job);
  if (!family.ok()) return false;
  const auto child = start({.bundle = &*family, .account = *job, .priority = 10}, "bomb");
  if (!child.ok()) return false;
  for (u64 i = 0; i < 2000; ++i) ipc::yield();
  const auto full = ipc::call(Cap<Endpoint>{*job}, proto::InfoAccount{});
  const bool held = full.ok() && full->used.processes <= small.processes;
  end_job(*job);
  const auto empty = ipc::call(Cap<Endpoint>{*job}, proto::InfoAccount{});
  return held && empty.ok() && empty->used.processes == 0 && empty->used.pages == 0;
}

void bomb(Report& report) {
  bool held = false;
  expect_equal_books(report, "a fork bomb leaves nothing behind", [&] { held = explode(); });
  report.expect(held, "a fork bomb stops at its account, and a kill ends all of it");
  report.expect(exited(run({}, "exit", "3"), 3), "others go on");
}

// A child of a job starts another, and does not say who pays.
abi::Status escape(Report& report) {
  const auto job = TRY(make_job(small));
  auto family = TRY(make_family(job));
  const u64 before = books().used.processes;
  const auto child = start({.bundle = &family, .account = job}, "escape");
  if (!child.ok()) return child.error().error;
  const u64 pid = TRY(child->wait()).status;
  const u64 outside = settled_books().used.processes -
                      TRY(ipc::call(Cap<Endpoint>{job}, proto::InfoAccount{})).used.processes;
  report.expect(pid != 0, "a child of a job starts another");
  report.expect(outside == before, "which its job pays for");
  end_job(job);
  return {};
}

// A limit of an account above holds for those below; depth ends.
abi::Status trees(Report& report) {
  const auto top = TRY(make_job({.processes = 2}));
  const auto below = TRY(ipc::obtain<Endpoint>(top, proto::CreateAccount{}));
  ipc::Process children[3];
  u64 count = 0;
  Error stopped = Error::none;
  for (auto& child : children) {
    auto started = start({.flags = flag::suspended, .account = below}, "spin");
    stopped = started.ok() ? Error::none : started.error().error;
    if (!started.ok()) break;
    child = std::move(*started);
    ++count;
  }
  report.expect(count == 2 && stopped == Error::over_quota, "a limit above holds below");
  TRY(ipc::call(Cap<Endpoint>{top}, proto::KillAccount{}, {}, {}));
  u64 killed = 0;
  for (u64 i = 0; i < count; ++i)
    if (TRY(children[i].wait()).kind == EndKind::killed) ++killed;
  report.expect(killed == count, "a kill above ends those below");

  u64 depth = 0;
  auto deepest = make_job({});
  for (; depth < 100; ++depth) {
    auto next = ipc::obtain<Endpoint>(Cap<Endpoint>{*deepest}, proto::CreateAccount{});
    if (!next.ok()) break;
    deepest = std::move(next);
  }
  report.expect(depth > 4 && depth < 100, "accounts are not deep without end");
  return {};
}

}  // namespace

void test_jobs(Report& report, u64) {
  for (const HogCase& hog : hogs) check_hog(report, hog);
  bomb(report);
  report.ran(trees(report), "trees");
  report.ran(escape(report), "escape");
}

}  // namespace procmgr_test
