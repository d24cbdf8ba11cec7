// SPDX-License-Identifier: MIT
// All or nothing: every operation with every one of its allocations failing, first with all that
// procmgr keeps ready, then with as little as can be. In builds that cannot inject failures there
// is one test, which says so.
#include <tests/procmgr/operations.hpp>

namespace procmgr_test {
namespace {

constexpr u64 most_allocations = 400;

// What the failure that was asked for before has left to count down.
u64 inject(u64 k) {
  const auto answer = ipc::call(own_account, proto::InjectFailure{.k = k});
  return answer.ok() ? answer->left : 0;
}

struct Attempt {
  bool has_failed = false;  // the failure came
  bool is_refused = false;  // and the operation said so
  Error error = Error::none;
  Books before;
  Books after;

  [[nodiscard]] bool is_equal() const { return before == after && after.balance(); }
  // What somebody pays for is as it was. Shells and tables may have been made and stay.
  [[nodiscard]] bool is_paid() const {
    return abi::to_words(before.used) == abi::to_words(after.used) &&
           before.ledger.owned == after.ledger.owned &&
           before.ledger.handles == after.ledger.handles &&
           before.ledger.processes == after.ledger.processes &&
           after.ledger.shells <= before.ledger.shells + 2 && after.balance();
  }
};

Attempt attempt(const Operation& operation, u64 k) {
  Attempt now{.before = settled_books()};
  inject(k);
  const abi::Status result = operation.run();
  now.has_failed = inject(0) == 0;
  now.is_refused = !result.ok();
  now.error = result.error();
  now.after = settled_books();
  return now;
}

struct Count {
  u64 refused = 0;
  u64 absorbed = 0;

  // True: it was the last, since nothing failed any more.
  bool add(const Attempt& now) {
    if (now.has_failed) ++(now.is_refused ? refused : absorbed);
    return !now.has_failed;
  }
  void note(Report& report, std::string_view name) const {
    report.note([&](auto& text) {
      text << name << ": " << refused << " refused, " << absorbed << " absorbed";
    });
  }
};

void note_failure(Report& report, std::string_view name, u64 k, const Attempt& now) {
  report.expect(false, "the books are equal after a failure");
  report.note([&](auto& text) { text << name << ", k " << k << ": " << abi::sentence(now.error); });
  note_difference(report, now.before, now.after);
}

// Every allocation fails in turn.
void fail_each(Report& report, const Operation& operation) {
  Count count;
  for (u64 k = 1; k < most_allocations; ++k) {
    Attempt now = attempt(operation, k);
    // Tables may grow, on the way to the place of the failure. What leaks does so each time.
    for (u64 i = 0; i < 2 && !now.is_equal(); ++i) now = attempt(operation, k);
    if (!now.is_equal()) note_failure(report, operation.name, k, now);
    if (count.add(now)) break;
  }
  report.expect(operation.run().ok(), "and it works again");
  count.note(report, operation.name);
}

void sweep(Report& report, const Operation& operation) {
  bool works = true;
  for (u64 i = 0; i < 3; ++i) works = operation.run().ok() && works;
  report.expect(works, operation.name);
  fail_each(report, operation);
}

// ---- With nothing ready -----------------------------------------------------------------------

// Takes what is ready and keeps it, one of each kind: a shell, a table, a leaf, records. There are
// batches of several sizes, so some end in each of the attempts that follow.
abi::Status chill() {
  const auto child = start({.flags = flag::suspended}, "spin");
  if (!child.ok()) return child.error().error;
  static constinit u64 address = 0x20'0000'0000;
  TRY(ipc::map_new(base::page_size, {.address = address, .flags = proto::map_flag::populate}));
  address += 2 * base::mib;
  never_give_back(TRY(ipc::Bundle::make()));
  for (u64 i = 0; i < 2; ++i)
    static_cast<void>(TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{})).release());
  return {};
}

// This program's own slots, which are charged like all else, are there from the start.
bool make_slots() {
  constexpr u64 enough = 3500;
  static constinit abi::CapPtr taken[enough];
  u64 count = 0;
  for (; count < enough; ++count) {
    const auto at = ipc::slots().allocate();
    if (!at.ok()) break;
    taken[count] = *at;
  }
  for (u64 i = 0; i < count; ++i) ipc::slots().release(taken[i]);
  return count == enough;
}

void sweep_cold(Report& report, const Operation& operation) {
  constexpr u64 passes = 2;
  Count count;
  // What this program itself needs for it, pages and tables, is there afterwards.
  bool is_cold = operation.run().ok();
  for (u64 pass = 0; pass < passes; ++pass) {
    for (u64 k = 1; k < most_allocations; ++k) {
      is_cold = chill().ok() && is_cold;
      const Attempt now = attempt(operation, k);
      if (!now.is_paid()) note_failure(report, operation.name, k, now);
      if (count.add(now)) break;
    }
  }
  report.expect(is_cold && operation.run().ok(), operation.name);
  count.note(report, operation.name);
}

// One handle more than there are places for: another leaf of them is needed.
void sweep_handles(Report& report) {
  constexpr u64 most = 2 * abi::leaf_slots;
  for (u64 i = 0; i < most && books().ledger.handles % abi::leaf_slots != 0; ++i) {
    auto account = ipc::obtain<Endpoint>(own_account, proto::CreateAccount{});
    if (account.ok()) static_cast<void>(account->release());
  }
  report.expect(books().ledger.handles % abi::leaf_slots == 0, "all handles are taken");
  fail_each(report, {"the next handle", make_account_once});
}

bool can_inject(Report& report) {
  const auto answer = ipc::call(own_account, proto::InjectFailure{.k = 0});
  if (!answer.ok())
    report.expect(answer.error() == Error::not_supported, "this build injects no failures");
  return answer.ok();
}

}  // namespace

void test_sweep(Report& report, u64) {
  if (!can_inject(report)) return;
  for (const Operation& operation : operations()) sweep(report, operation);
  report.expect(!a_bundle_was_lost(), "a bundle can be used again after each refusal");
  sweep_handles(report);
}

void test_cold(Report& report, u64) {
  if (!can_inject(report)) return;
  report.expect(make_slots(), "there are slots for everything");
  for (const Operation& operation : operations()) sweep_cold(report, operation);
}

}  // namespace procmgr_test
