// SPDX-License-Identifier: MIT
// What the tests of procmgr share: their report, the books of the machine, and the program itself
// as a child in many roles.
#pragma once

#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>
#include <memory>

namespace procmgr_test {

namespace proto = abi::procmgr;
namespace flag = abi::procmgr::spawn_flag;

using abi::Error;
using abi::Rights;
using abi::u32;
using abi::u64;
using ipc::Cap;
using ipc::Endpoint;
using proto::EndKind;
using Record = ipc::Process::Record;

// Results as lines: `ok 3 - elf: a name`. The guest's status is 1 if one failed.
class Report {
 public:
  explicit Report(std::string_view theme) : theme_(theme) {}

  void expect(bool holds, std::string_view name);

  // A test that gave up early.
  template <class T, class E>
  void ran(const base::Result<T, E>& result, std::string_view name) {
    if (result.ok()) return;
    expect(false, name);
    if constexpr (std::same_as<E, Error>)
      note([&](auto& text) { text << abi::sentence(result.error()); });
    else
      note([&](auto& text) { text << result.error(); });
  }

  // Explains the line before.
  template <class Fill>
  void note(Fill&& fill) {
    ipc::print([&](auto& text) {
      text << "# ";
      fill(text);
    });
  }

  int finish();

 private:
  std::string_view theme_;
  u64 count_ = 0;
  u64 failed_ = 0;
};

// ---- Books ------------------------------------------------------------------------------------

inline constexpr Cap<Endpoint> own_account{abi::process_slot::account};
inline constexpr Cap<Endpoint> own_spawner{abi::bundle_slot::spawner};

struct Books {
  proto::Ledger::Reply ledger{};
  proto::Limits used{};

  friend bool operator==(const Books& a, const Books& b) {
    return abi::to_words(a.ledger) == abi::to_words(b.ledger) &&
           abi::to_words(a.used) == abi::to_words(b.used);
  }
  // Every page is somewhere, and in one place.
  [[nodiscard]] bool balance() const {
    return ledger.free + ledger.owned + ledger.kernel + ledger.own + ledger.shells == ledger.total;
  }
};

// As they stand now, and when procmgr has done what it had left to do.
Books books();
Books settled_books();

// Tells how two differ.
void note_difference(Report& report, const Books& before, const Books& after);

// Runs `operation` as often as it takes to fill caches, then once more between two looks. Tables
// may still grow where chance says how much there is at once; what leaks does so each time.
template <class Operation>
void expect_equal_books(Report& report, std::string_view name, Operation&& operation) {
  constexpr u64 most_attempts = 5;
  for (u64 i = 0; i < 3; ++i) operation();
  Books before;
  Books after;
  for (u64 i = 0; i < most_attempts && (i == 0 || before != after); ++i) {
    before = settled_books();
    operation();
    after = settled_books();
  }
  report.expect(before == after && after.balance(), name);
  if (before != after) note_difference(report, before, after);
}

// ---- Children ---------------------------------------------------------------------------------

// This program's image: children are the same program in other roles.
Cap<Endpoint> program();
void set_program(Cap<Endpoint> image);

template <class... Words>
ipc::SpawnResult<Record> run(const ipc::SpawnOptions& options, Words... words) {
  const std::string_view all[] = {"child", words...};
  return ipc::run(program(), all, options);
}

template <class... Words>
ipc::SpawnResult<ipc::Process> start(const ipc::SpawnOptions& options, Words... words) {
  const std::string_view all[] = {"child", words...};
  return ipc::spawn(program(), all, options);
}

inline bool exited(const ipc::SpawnResult<Record>& record, u64 status) {
  return record.ok() && record->kind == EndKind::exited && record->status == status;
}

// A bundle with which a child can start children itself.
// With a job: the spawner's children are that account's.
abi::Result<ipc::Bundle> make_family(Cap<Endpoint> job = {});

u64 number(std::string_view text);

// Its destructor does not run.
template <class T>
void never_give_back(T&& owner) {
  alignas(T) std::byte storage[sizeof(T)];
  std::construct_at(reinterpret_cast<T*>(storage), std::move(owner));
}

// The role that the child's first argument names. -1: there is none of that name.
int play(int argc, char** argv, char** environment);

// ---- Themes -----------------------------------------------------------------------------------

// `effort` 1 is for debug builds, 10 for release.
void test_ledger(Report& report, u64 effort);
void test_elf(Report& report, u64 effort);
void test_start(Report& report, u64 effort);
void test_sweep(Report& report, u64 effort);
void test_cold(Report& report, u64 effort);
void test_rights(Report& report, u64 effort);
void test_records(Report& report, u64 effort);
void test_jobs(Report& report, u64 effort);
void test_attacks(Report& report, u64 effort);
void test_large(Report& report, u64 effort);
void test_crash(Report& report, u64 effort);
void test_handler(Report& report, u64 effort);
void test_watch(Report& report, u64 effort);
void test_system(Report& report, u64 effort);

}  // namespace procmgr_test
