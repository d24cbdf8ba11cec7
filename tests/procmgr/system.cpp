// SPDX-License-Identifier: MIT
// The handle that sees everything: what it tells is true, what it may not do is denied, and no word
// that a request can have harms procmgr.
#include <abi/proto/inspect.hpp>
#include <libipc/process/self.hpp>
#include <tests/procmgr/kit.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

constexpr Cap<Endpoint> machine{abi::bundle_slot::inspect};
namespace process_right = proto::process_right;
namespace system_right = proto::system_right;

abi::Result<proto::ProcessEntry> find(u64 pid) {
  for (u64 from = 0;;) {
    const auto answer = TRY(ipc::call(machine, proto::NextProcess{.from = from}));
    if (answer.process.pid == pid) return answer.process;
    from = answer.next;
  }
}

abi::Result<ipc::Owned<Endpoint>> open(Cap<Endpoint> system, const proto::ProcessEntry& entry,
                                       Rights rights, Cap<Endpoint> payer = own_account) {
  return ipc::obtain<Endpoint>(
      system, proto::OpenProcess{.number = entry.number, .pid = entry.pid, .rights = rights},
      {payer.at()});
}

abi::Status processes(Report& report) {
  const auto self = TRY(find(ipc::process_page().pid));
  report.expect(std::string_view{self.name} == "init" &&
                    self.state == proto::ProcessState::running && self.server == 1 &&
                    self.parent == 0 && self.account == 1,
                "the first program finds itself");
  for (u64 i = 0; i < 1000; ++i) ipc::yield();
  const auto later = TRY(find(self.pid));
  report.expect(later.pages != 0 && later.started == self.started && later.started != 0 &&
                    later.messages > self.messages && later.run_time > self.run_time,
                "and what it has used");
  auto family = TRY(make_family());
  const auto child = start({.flags = flag::suspended, .bundle = &family, .priority = 7}, "spin");
  if (!child.ok()) return child.error().error;
  const auto entry = TRY(find(child->pid()));
  report.expect(std::string_view{entry.name} == "child" && entry.parent == self.pid &&
                    entry.state == proto::ProcessState::suspended && entry.priority == 7 &&
                    entry.regions > 2,
                "and a child that has not run");
  const std::string_view wild[] = {"\x1b[31m a name that is far too long for its place", "0"};
  const auto odd = ipc::spawn(program(), wild, {.flags = flag::suspended});
  if (!odd.ok()) return odd.error().error;
  report.expect(std::string_view{TRY(find(odd->pid())).name} == ".[31m a name that is far too lo",
                "a name is text, and cut");
  TRY(odd->kill());
  return child->kill();
}

abi::Status opens(Report& report) {
  const auto child = start({.flags = flag::suspended, .priority = 1}, "spin");
  if (!child.ok()) return child.error().error;
  const auto entry = TRY(find(child->pid()));
  const auto looks = TRY(open(machine, entry, process_right::inspect));
  const Cap<Endpoint> handle{looks};
  report.expect(TRY(ipc::call(handle, proto::InfoProcess{})).pid == child->pid() &&
                    ipc::call(handle, proto::FindRegion{}).ok(),
                "a handle that looks");
  report.expect(ipc::call(handle, proto::Kill{}, {}, {}).error() == Error::denied &&
                    ipc::call(handle, proto::Wait{.poll = 1}).error() == Error::denied &&
                    ipc::call(handle, proto::Suspend{}).error() == Error::denied,
                "and does nothing else");
  report.expect(
      open(machine, entry, process_right::map | process_right::debug).error() == Error::denied,
      "nobody's memory is opened");
  const auto weak =
      TRY(ipc::obtain<Endpoint>(machine, proto::Reduce{.rights = system_right::inspect}));
  report.expect(open(weak, entry, process_right::kill).error() == Error::denied,
                "without the right to kill there is no such handle");
  const auto blind =
      TRY(ipc::obtain<Endpoint>(machine, proto::Reduce{.rights = system_right::kill}));
  report.expect(open(blind, entry, process_right::kill).error() == Error::denied &&
                    ipc::call(Cap<Endpoint>{blind}, proto::NextProcess{}).error() == Error::denied,
                "nor anything without the right to inspect");
  report.expect(
      open(machine, entry, process_right::inspect, {}).error() == Error::invalid_capability &&
          open(machine, entry, process_right::inspect, own_spawner).error() == Error::wrong_object,
      "somebody has to pay");
  auto wrong = entry;
  wrong.pid += 1;
  report.expect(open(machine, wrong, process_right::inspect).error() == Error::not_found,
                "number and pid belong together");
  const auto kills = TRY(open(machine, entry, process_right::kill));
  TRY(ipc::call(Cap<Endpoint>{kills}, proto::Kill{}, {}, {}));
  report.expect(TRY(child->wait()).kind == EndKind::killed, "with the right it ends");
  report.expect(find(child->pid()).error() == Error::not_found, "and is no process any more");
  return {};
}

abi::Status accounts(Report& report) {
  constexpr proto::Limits limits{.pages = 77, .objects = 5000, .handles = 9, .processes = 2};
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{limits}));
  const auto child = start({.flags = flag::suspended, .account = account}, "spin");
  if (!child.ok()) return child.error().error;
  const auto entry = TRY(find(child->pid()));
  const auto root = TRY(ipc::call(machine, proto::NextAccount{.after = 0}));
  report.expect(root.id == 1 && root.parent == 0 && root.depth == 0, "the account at the root");
  const auto found = TRY(ipc::call(machine, proto::NextAccount{.after = entry.account - 1}));
  const auto info = TRY(ipc::call(Cap<Endpoint>{account}, proto::InfoAccount{}));
  report.expect(found.id == entry.account && found.parent == 1 &&
                    abi::to_words(found.limits) == abi::to_words(limits) &&
                    abi::to_words(found.used) == abi::to_words(info.used),
                "one below it, as it tells itself");
  return child->kill();
}

abi::Status exits(Report& report) {
  u64 after = 0;
  const auto skip = [&] {
    for (;;) {
      const auto answer = ipc::call(machine, proto::NextExit{.after = after});
      if (!answer.ok()) return;
      after = answer->number;
    }
  };
  skip();
  const u64 before = after;
  if (!run({}, "exit", "7").ok() || !run({}, "read", "0").ok()) return Error::not_found;
  const auto first = TRY(ipc::call(machine, proto::NextExit{.after = before}));
  const auto second = TRY(ipc::call(machine, proto::NextExit{.after = before + 1}));
  report.expect(first.number == before + 1 && first.record.kind == EndKind::exited &&
                    first.record.status == 7 && std::string_view{first.name} == "child" &&
                    first.ended != 0 && first.record.run_time != 0,
                "an exit is noted");
  report.expect(second.record.kind == EndKind::faulted && second.record.pid > first.record.pid,
                "and a fault");
  for (u64 i = 0; i < 100; ++i) static_cast<void>(run({}, "exit", "0"));
  const auto oldest = TRY(ipc::call(machine, proto::NextExit{.after = 0}));
  skip();
  report.expect(oldest.number == after - proto::kept_exits + 1, "the last 64 are kept");
  return {};
}

abi::Status log_text(Report& report) {
  ipc::log("something to be found again");
  u64 from = 0;
  bool is_found = false;
  for (;;) {
    const auto piece = TRY(ipc::call(machine, proto::ReadLog{.from = from}));
    if (piece.bytes == 0) break;
    if (std::string_view{piece.text, piece.bytes}.find("] something to be found again\n") !=
        std::string_view::npos)
      is_found = true;
    from = piece.from + piece.bytes;
  }
  const auto beyond = TRY(ipc::call(machine, proto::ReadLog{.from = ~u64{0}}));
  report.expect(is_found, "what was logged is kept");
  report.expect(beyond.bytes == 0 && beyond.from == from, "nothing lies behind its end");
  return {};
}

abi::Status books_agree(Report& report) {
  const auto info = TRY(ipc::call(machine, proto::InfoMachine{}));
  const auto ledger = TRY(ipc::call(own_account, proto::Ledger{}));
  report.expect(abi::to_words(info.ledger) == abi::to_words(ledger), "the same books");
  report.expect(info.memory_bytes == 256 * base::mib &&
                    info.ledger.total * base::page_size < info.memory_bytes &&
                    info.kernel_bytes != 0 && info.archive_bytes != 0 && info.cpus == 1,
                "of this machine");
  const auto pools = TRY(ipc::call(machine, proto::InfoPools{}));
  report.expect(pools.shells > pools.shells_ready && pools.handles == ledger.handles &&
                    pools.processes.live >= ledger.processes && pools.regions.live > 2,
                "and its pools");
  return {};
}

// Every word at its borders. Nobody ends, and procmgr answers.
void hostile(Report& report) {
  constexpr u64 words[] = {
      0, 1, 63, 64, u64{1} << 12, u64{1} << 32, u64{1} << 52, ~u64{0} - 4096, ~u64{0} - 1, ~u64{0}};
  for (const u64 word : words) {
    static_cast<void>(ipc::call(machine, proto::NextProcess{.from = word}));
    static_cast<void>(ipc::call(machine, proto::NextAccount{.after = word}));
    static_cast<void>(ipc::call(machine, proto::NextExit{.after = word}));
    static_cast<void>(ipc::call(machine, proto::ReadLog{.from = word}));
    static_cast<void>(open(machine, {.number = word, .pid = word}, Rights{word}));
  }
  for (u64 number = 0; number < 256; ++number)
    static_cast<void>(
        ipc::sys::call(machine.at(), {},
                       abi::MessageInfo::make(
                           proto::op_of(proto::HandleKind::system, static_cast<u32>(number)), 9)));
  report.expect(ipc::call(machine, proto::Identify{}).ok(), "after hostile words it answers");
}

void leaves_nothing(Report& report) {
  expect_equal_books(report, "handles that were opened and given back", [] {
    const auto self = find(ipc::process_page().pid);
    if (!self.ok()) return;
    for (const u64 rights : {u64{1}, u64{2}, u64{8}, u64{9}, u64{15}})
      static_cast<void>(open(machine, *self, Rights{rights}));
  });
  expect_equal_books(report, "a client that dies with what it has opened", [] {
    auto bundle = ipc::Bundle::make();
    if (!bundle.ok()) return;
    static_cast<void>(bundle->give(abi::bundle_slot::inspect, machine));
    const auto client = start({.bundle = &*bundle, .priority = 200}, "inspect");
    if (!client.ok()) return;
    static_cast<void>(client->kill());
    static_cast<void>(client->wait());
  });
}

}  // namespace

// Opens what there is, keeps it, and waits to be killed.
int be_inspector(std::span<char*>) {
  for (u64 from = 0;;) {
    const auto answer = ipc::call(machine, proto::NextProcess{.from = from});
    if (!answer.ok()) break;
    from = answer->next;
    if (answer->process.pid == 0) continue;
    auto handle = open(machine, answer->process, Rights{15});
    if (handle.ok()) static_cast<void>(handle->release());
  }
  const auto never = ipc::make<ipc::Notification>();
  return never.ok() && ipc::wait(*never).ok() ? 0 : 1;
}

void test_system(Report& report, u64) {
  report.ran(processes(report), "processes");
  report.ran(opens(report), "opening a process");
  report.ran(accounts(report), "accounts");
  report.ran(exits(report), "the exit log");
  report.ran(log_text(report), "the log");
  report.ran(books_agree(report), "the books");
  hostile(report);
  leaves_nothing(report);
}

}  // namespace procmgr_test
