// SPDX-License-Identifier: MIT
// Sessions: what a child is given, what it is not, and that nothing of it stays.
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

bool prepare() {
  return files.make_directory("/place").ok() && write_file(files, "/place/file", "hello").ok();
}

// Runs the role in a process of a session's own.
ipc::SpawnResult<procmgr_test::Record> run_with(const OwnedSession& session,
                                                std::string_view role) {
  auto bundle = ipc::Bundle::make();
  static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{session}));
  return procmgr_test::run({.bundle = &*bundle}, role);
}

void actions(Report& report) {
  auto log = files.open("/place/log", open_flag::write | open_flag::create);
  auto secret = files.open("/etc/small");
  auto session = OwnedSession::make(files);
  bool good = session.ok() && log.ok() && secret.ok();
  good = good && session->inherit(files, log->number(), 1).ok();
  good = good && session->change_directory("/place").ok();
  good = good && session->open(0, "file", open_flag::read).ok();
  good = good && session->open(7, "file", open_flag::read).ok() && session->close(7).ok();
  report.expect(good, "a child's session is prepared");
  auto parent = File::inherited(files, log->number(), open_flag::write);
  good = parent.write("parent ").ok();
  const auto record = run_with(*session, "look");
  report.expect(procmgr_test::exited(record, 0), "the child has what was listed, and nothing else");
  good = good && parent.write("again").ok();
  parent.release();
  report.expect(good && has_contents(files, "/place/log", "parent child again"),
                "an opening's position is shared");
}

void less(Report& report) {
  auto readable = OwnedSession::make(files, {.rights = {}});
  const Session reader = readable->view();
  report.expect(
      has_contents(reader, "/place/file", "hello") &&
          failed_with(reader.remove("/place/file"), Error::denied, Fault::session_forbids) &&
          failed_with(reader.open("/place/file", open_flag::write), Error::denied,
                      Fault::session_forbids) &&
          failed_with(reader.open("/place/new", open_flag::write | open_flag::create),
                      Error::denied, Fault::session_forbids),
      "a session without the right to change changes nothing");
  auto again = OwnedSession::make(Cap<Endpoint>{*readable}, {.rights = session_right::all});
  report.expect(
      failed_with(again->view().remove("/place/file"), Error::denied, Fault::session_forbids),
      "rights only shrink");
  auto root = files.open("/place", open_flag::directory);
  auto jail = OwnedSession::make(files, {.root = root->number()});
  const Session inner = jail->view();
  report.expect(has_contents(inner, "/file", "hello") &&
                    has_contents(inner, "../../file", "hello") &&
                    failed_with(inner.stat("/etc/small"), Error::not_found, Fault::no_such_name),
                "a session with a root of its own sees nothing above it");
  static_cast<void>(files.change_mode("/place/file", 0400));
  auto modest = OwnedSession::make(files, {.rights = session_right::change});
  report.expect(failed_with(modest->view().open("/place/file", open_flag::write), Error::denied,
                            Fault::mode_forbids),
                "modes hold for who may not ignore them");
  static_cast<void>(files.change_mode("/place/file", 0644));
}

void wrong_accounts(Report& report) {
  const auto self = OwnedSession::make(files, {.account = ipc::self});
  report.expect(!self.ok(), "only an account can pay");
  const auto notification = ipc::make<ipc::Notification>();
  const auto strange =
      OwnedSession::make(files, {.account = Cap<Endpoint>{notification->get().at()}});
  report.expect(!strange.ok(), "nothing else is taken for one");
}

// Clients of all kinds of work, each killed a little later than the one before. How many were.
u64 kill_some(u64 times) {
  Alarm alarm;
  u64 killed = 0;
  for (u64 i = 0; i < times; ++i) {
    auto session = OwnedSession::make(files, {.account = procmgr_test::own_account});
    auto bundle = ipc::Bundle::make();
    static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
    base::Text<8> kind;
    kind << i;
    auto child =
        procmgr_test::start({.bundle = &*bundle, .priority = below_ours}, "work", kind.view());
    session = OwnedSession{};
    if (!child.ok()) break;
    alarm.sleep(20'000 + i * 41'777 % 3'000'000);
    if (child->kill().ok() && child->wait().ok()) ++killed;
  }
  remove_names("/place", "work");
  return killed;
}

void killed_at_every_step(Report& report, u64 effort) {
  // What the archive's program is started from is kept from the first time on.
  static_cast<void>(files.open_image("/bin/init"));
  const auto before = settled_info();
  const u64 killed = kill_some(30 * effort);
  const auto after = settled_info();
  report.expect(killed == 30 * effort, "a client is killed in the middle of its work, many times");
  report.expect(before.sessions == after.sessions && before.open_files == after.open_files &&
                    before.nodes == after.nodes && before.payers == after.payers &&
                    before.objects == after.objects,
                "and leaves no session, no open file, no payer, no object");
  if (!(before == after))
    report.note([&](auto& text) {
      text << before.nodes << " " << before.sessions << " " << before.open_files << " "
           << before.payers << " " << before.pages << " " << before.objects << " -> " << after.nodes
           << " " << after.sessions << " " << after.open_files << " " << after.payers << " "
           << after.pages << " " << after.objects;
    });
  procmgr_test::expect_equal_books(report, "nor anything in the machine's books", [] {
    static_cast<void>(kill_some(10));
    static_cast<void>(settled_info());
  });
}

}  // namespace

void test_sessions(Report& report, u64 effort) {
  const auto before = settled_info();
  report.expect(prepare(), "the tests have a folder");
  actions(report);
  less(report);
  wrong_accounts(report);
  killed_at_every_step(report, effort);
  for (const auto* path : {"/place/file", "/place/log", "/place"})
    static_cast<void>(files.remove(path));
  const auto after = settled_info();
  report.expect(before.sessions == after.sessions && before.open_files == after.open_files &&
                    before.nodes == after.nodes && before.payers == after.payers,
                "the server holds what it held before");
}

}  // namespace vfs_test
