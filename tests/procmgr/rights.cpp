// SPDX-License-Identifier: MIT
// Each right, by taking it away: what needs it is denied, everything else goes on, and no request
// brings it back.
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

abi::Result<ipc::Owned<Endpoint>> reduced(Cap<Endpoint> handle, Rights rights) {
  return ipc::obtain<Endpoint>(handle, proto::Reduce{.rights = rights});
}

Rights without(Rights right) { return Rights{abi::all_rights.bits & ~right.bits}; }

u64 rights_of(Cap<Endpoint> handle) {
  const auto answer = ipc::call(handle, proto::Identify{});
  return answer.ok() ? answer->rights.bits : ~u64{0};
}

// A right, and a request that needs it.
struct Row {
  std::string_view name;
  Rights right;
  Error (*ask)(Cap<Endpoint> handle);
};

template <class R>
Error ask(Cap<Endpoint> handle) {
  return ipc::call(handle, R{}, {}, {}).error();
}

Error ask_for_handle(Cap<Endpoint> handle, const auto& request) {
  return ipc::obtain<Endpoint>(handle, request).error();
}

// With the right there may be another error, but not this one.
void check_rows(Report& report, Cap<Endpoint> handle, std::span<const Row> rows) {
  for (const Row& row : rows) {
    const auto weak = reduced(handle, without(row.right));
    const auto only = reduced(handle, row.right);
    if (!weak.ok() || !only.ok()) {
      report.ran(weak, row.name);
      continue;
    }
    const Error denied = row.ask(*weak);
    const Error allowed = row.ask(*only);
    report.expect(denied == Error::denied && allowed != Error::denied, row.name);
    if (denied != Error::denied || allowed == Error::denied)
      report.note(
          [&](auto& text) { text << abi::sentence(denied) << "; " << abi::sentence(allowed); });
    const auto again = reduced(*weak, abi::all_rights);
    report.expect(again.ok() && (rights_of(*again) & row.right.bits) == 0,
                  "and it does not come back");
  }
}

namespace process_right = proto::process_right;
constexpr Row process_rows[] = {
    {"process: inspect", process_right::inspect, ask<proto::InfoProcess>},
    {"process: suspend", process_right::suspend, ask<proto::Suspend>},
    {"process: resume", process_right::suspend, ask<proto::Resume>},
    {"process: wait", process_right::wait,
     [](Cap<Endpoint> handle) { return ipc::call(handle, proto::Wait{.poll = 1}).error(); }},
    {"process: map", process_right::map,
     [](Cap<Endpoint> handle) {
       return ipc::call(handle, proto::MapNew{.length = base::page_size, .access = Rights{3}})
           .error();
     }},
    {"process: find a region", process_right::inspect, ask<proto::FindRegion>},
    {"process: watch", process_right::wait, ask<proto::WatchProcess>},
    {"process: kill", process_right::kill, ask<proto::Kill>},
};

Error clone(Cap<Endpoint> handle, u64 length) {
  return ipc::obtain<Endpoint>(handle, proto::CloneMemory{.length = length}, {own_account.at()})
      .error();
}

namespace memory_right = proto::memory_right;
constexpr Row memory_rows[] = {
    {"memory: resize", memory_right::resize,
     [](Cap<Endpoint> handle) {
       return ipc::call(handle, proto::ResizeMemory{.bytes = 8192}).error();
     }},
    {"memory: write", memory_right::write,
     [](Cap<Endpoint> handle) {
       return ipc::call(handle, proto::CommitMemory{.offset = 0, .length = 4096}).error();
     }},
    {"memory: read", memory_right::read,
     [](Cap<Endpoint> handle) {
       const auto region = ipc::map(handle, 4096, {.access = memory_right::read});
       if (region.ok()) static_cast<void>(ipc::unmap(*region));
       return region.error();
     }},
    {"memory: clone", memory_right::read, [](Cap<Endpoint> handle) { return clone(handle, 4096); }},
    {"memory: seal", memory_right::seal, ask<proto::SealMemory>},
};

namespace account_right = proto::account_right;
constexpr Row account_rows[] = {
    {"account: create", account_right::create,
     [](Cap<Endpoint> handle) { return ask_for_handle(handle, proto::CreateAccount{}); }},
    {"account: inspect", account_right::inspect, ask<proto::InfoAccount>},
    {"account: ledger", account_right::inspect, ask<proto::Ledger>},
    {"account: wait", account_right::wait,
     [](Cap<Endpoint> handle) { return ipc::call(handle, proto::WaitAny{.poll = 1}).error(); }},
    {"account: charge", account_right::charge,
     [](Cap<Endpoint> handle) { return run({.account = handle}, "exit", "0").error().error; }},
    {"account: kill", account_right::kill, ask<proto::KillAccount>},
};

constexpr Row spawner_rows[] = {
    {"spawner: spawn", proto::spawner_right::spawn,
     [](Cap<Endpoint> handle) { return run({.spawner = handle}, "exit", "0").error().error; }},
    {"spawner: pass capabilities", proto::spawner_right::pass_capabilities,
     [](Cap<Endpoint> handle) {
       // The right to spawn is needed too, and looked for first.
       auto bundle = ipc::Bundle::make();
       if (!bundle.ok()) return bundle.error();
       return run({.spawner = handle, .bundle = &*bundle}, "exit", "0").error().error;
     }},
};

abi::Status processes(Report& report) {
  const auto child = start({.flags = flag::suspended, .priority = 1}, "spin");
  if (!child.ok()) return child.error().error;
  check_rows(report, *child, process_rows);
  return {};
}

abi::Status memory(Report& report) {
  const auto object = TRY(ipc::MemoryObject::create(4096));
  check_rows(report, object, memory_rows);
  report.expect((rights_of(object) & memory_right::write.bits) == 0,
                "sealing takes the right to write from all handles");
  for (const u64 length : {u64{8193}, u64{1} << 40, ~u64{0}}) {
    const auto slice = ipc::obtain<Endpoint>(object, proto::SliceMemory{.length = length});
    report.expect(
        slice.error() == Error::out_of_range && clone(object, length) == Error::out_of_range,
        "no part is longer than the whole");
  }
  report.expect(clone(object, 4096) == Error::none, "a clone of what is sealed");
  return {};
}

abi::Status accounts(Report& report) {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  check_rows(report, account, account_rows);
  report.expect(ipc::call(own_account, proto::KillAccount{}, {}, {}).error() == Error::denied,
                "nobody kills the account that pays for him");
  return {};
}

abi::Status spawners(Report& report) {
  check_rows(report, own_spawner, {spawner_rows, 1});
  const auto weak = TRY(reduced(own_spawner, proto::spawner_right::spawn));
  report.expect(spawner_rows[1].ask(weak) == Error::denied, spawner_rows[1].name);
  report.expect(run({.spawner = weak}, "exit", "0").ok(), "without a bundle it spawns");
  const auto slow = TRY(ipc::obtain<Endpoint>(
      own_spawner, proto::DeriveSpawner{.highest_priority = 10, .rights = abi::all_rights}));
  report.expect(run({.spawner = slow, .priority = 11}, "exit", "0").error().error == Error::denied,
                "no priority above the spawner's");
  report.expect(ipc::obtain<Endpoint>(slow, proto::DeriveSpawner{.highest_priority = 11}).error() ==
                    Error::denied,
                "nor for what is derived from it");
  constexpr proto::DeriveSpawner for_account{.flags = proto::derive_flag::has_account};
  const auto derive = [&](Cap<Endpoint> account) {
    return ipc::obtain<Endpoint>(own_spawner, for_account, {account.at()}).error();
  };
  const auto looks = TRY(reduced(own_account, proto::account_right::inspect));
  report.expect(derive(looks) == Error::denied, "no spawner that charges without the right");
  report.expect(derive({}) == Error::invalid_capability, "nor one for no account");
  report.expect(derive(own_spawner) == Error::wrong_object, "nor for what is none");
  return {};
}

abi::Status self(Report& report) {
  const auto handle = TRY(reduced(ipc::self, process_right::inspect));
  const auto who = TRY(ipc::call(Cap<Endpoint>{handle}, proto::Identify{}));
  report.expect(who.kind == proto::HandleKind::process && who.id == ipc::process_page().pid &&
                    who.rights == process_right::inspect,
                "a process can name itself with less");
  report.expect(ipc::call(Cap<Endpoint>{handle}, proto::Exit{}).error() == Error::unknown_method,
                "and that handle is not the process");
  return {};
}

}  // namespace

void test_rights(Report& report, u64) {
  report.ran(processes(report), "processes");
  report.ran(memory(report), "memory");
  report.ran(accounts(report), "accounts");
  report.ran(spawners(report), "spawners");
  report.ran(self(report), "the process itself");
}

}  // namespace procmgr_test
