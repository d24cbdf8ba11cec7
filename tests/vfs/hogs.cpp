// SPDX-License-Identifier: MIT
// A client starves only itself: whatever it makes without end stops at its own account.
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constexpr abi::procmgr::Limits limits{
    .pages = 300, .objects = 4'000, .handles = 400, .processes = 4};

constexpr std::string_view kinds[] = {"files",    "names", "large", "open",
                                      "sessions", "pipes", "images"};

void clean_up() { remove_names("/place", ""); }

ipc::SpawnResult<procmgr_test::Record> let_loose(std::string_view what) {
  auto account = ipc::obtain<Endpoint>(procmgr_test::own_account,
                                       abi::procmgr::CreateAccount{.limits = limits});
  if (!account.ok()) return ipc::SpawnError{.error = account.error()};
  auto session = OwnedSession::make(files, {.account = *account});
  if (!session.ok()) return ipc::SpawnError{.error = session.error().error};
  auto bundle = ipc::Bundle::make();
  static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
  return procmgr_test::run({.bundle = &*bundle, .account = *account}, "hog", what);
}

void hog(Report& report, std::string_view what) {
  static_cast<void>(files.make_directory("/place"));
  const auto record = let_loose(what);
  base::Text<96> name;
  name << "a hog of " << what << " is told that its account is exhausted";
  report.expect(procmgr_test::exited(record, 0), name.view());
  if (!procmgr_test::exited(record, 0))
    report.note([&](auto& text) {
      text << "kind " << static_cast<u64>(record->kind) << ", status " << record->status;
    });
  report.expect(
      write_file(files, "/others", "can work").ok() && has_contents(files, "/others", "can work"),
      "and others go on");
  clean_up();
  static_cast<void>(files.remove("/others"));
  static_cast<void>(files.remove("/place"));
}

}  // namespace

void test_hogs(Report& report, u64 effort) {
  const auto before = settled_info();
  for (const auto kind : kinds) hog(report, kind);
  static_cast<void>(files.make_directory("/place"));
  for (const auto kind : std::span{kinds}.first(effort == 1 ? 1 : std::size(kinds))) {
    base::Text<96> name;
    name << "a hog of " << kind << " leaves the machine's books as they were";
    procmgr_test::expect_equal_books(report, name.view(), [kind] {
      static_cast<void>(let_loose(kind));
      clean_up();
      static_cast<void>(settled_info());
    });
  }
  static_cast<void>(files.remove("/place"));
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.payers == after.payers &&
                    before.objects == after.objects,
                "nothing of them stays in the server");
}

}  // namespace vfs_test
