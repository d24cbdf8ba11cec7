// SPDX-License-Identifier: MIT
// Notifications that tell of a process's end.
#include <libipc/invoke.hpp>
#include <libipc/process/self.hpp>
#include <tests/procmgr/operations.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

using ipc::Notification;
using ipc::Owned;

// One for all tests: it goes with this process only.
constinit Cap<Notification> bell;

abi::Result<ipc::Process> victim() {
  auto child = start({.priority = 1}, "spin");
  if (!child.ok()) return child.error().error;
  return std::move(*child);
}

abi::Status tells_of_the_end(Report& report) {
  const auto child = TRY(victim());
  const auto five = TRY(ipc::with_bits(bell, 5));
  TRY(child.watch(five));
  report.expect(ipc::poll(bell).error() == Error::would_block, "nothing before the end");
  TRY(child.kill());
  report.expect(TRY(ipc::wait(bell)) == 5, "the capability's bits at the end");
  report.expect(child.poll().ok(), "and then the record is there");
  TRY(child.watch(five));
  report.expect(ipc::poll(bell).ok(), "at once if it has ended");
  return {};
}

// More than are told with one step.
abi::Status tells_all(Report& report) {
  const auto child = TRY(victim());
  u64 all = 0;
  for (u64 bit = 0; bit < 40; ++bit) {
    const auto bell_of_bit = TRY(ipc::with_bits(bell, u64{1} << bit));
    TRY(child.watch(bell_of_bit));
    all |= u64{1} << bit;
  }
  TRY(child.kill());
  TRY(child.wait());
  u64 told = 0;
  while (told != all) told |= TRY(ipc::wait(bell));
  report.expect(told == all, "forty watches, and all are told");
  return {};
}

abi::Status refuses(Report& report) {
  const auto child = TRY(victim());
  const auto ask = [](Cap<Endpoint> handle, abi::CapPtr cap) {
    return ipc::call(handle, proto::WatchProcess{}, {cap}, {}).error();
  };
  report.expect(ask(child, {}) == Error::invalid_capability, "no notification");
  report.expect(ask(child, ipc::self.at()) == Error::invalid_capability, "a handle is none");
  report.expect(ask(child, abi::process_slot::leaf0) == Error::wrong_object, "nor is a CNode");
  const auto waits = TRY(ipc::make<ipc::Timer>());
  report.expect(ask(child, waits.at()) == Error::wrong_object, "nor a timer");
  const auto at = TRY(ipc::LandingSlot::make());
  const auto leaf = ipc::slots().cnode_of(at.at());
  const auto index = ipc::index_in_leaf(at.at());
  TRY(ipc::invoke(leaf, abi::cnode::Copy{.index = index,
                                         .source = abi::SlotName::own(bell.at()),
                                         .rights = abi::notification_right::wait}));
  report.expect(ask(child, at.at()) == Error::denied, "one that may not be signalled");
  TRY(ipc::invoke(leaf, abi::cnode::Delete{.index = index}));
  constexpr Rights rest{0x3f & ~proto::process_right::wait.bits};
  const auto weak = TRY(ipc::obtain<Endpoint>(child, proto::Reduce{.rights = rest}));
  report.expect(ask(weak, bell.at()) == Error::denied, "without the right to wait");
  TRY(child.kill());
  TRY(child.wait());
  report.expect(ipc::poll(bell).error() == Error::would_block, "and nobody was told anything");
  return {};
}

// What comes with other requests is not kept, whatever it is.
abi::Status drops_gifts(Report& report) {
  const auto child = TRY(victim());
  expect_equal_books(report, "capabilities that no request wants", [&] {
    for (u64 i = 0; i < 100; ++i) {
      for (const abi::CapPtr gift : {bell.at(), abi::process_slot::leaf0})
        static_cast<void>(ipc::call(child, proto::Kill{}, {gift}, {}));
      const auto info = abi::MessageInfo::make(proto::Identify::op, 0, 4);
      ipc::offer(ipc::CapPtrs<4>{bell.at(), bell.at(), bell.at(), bell.at()});
      static_cast<void>(ipc::sys::call(ipc::self.at(), {}, info));
      ipc::offer(ipc::CapPtrs<1>{bell.at()});
      static_cast<void>(
          ipc::sys::send(ipc::self.at(), {}, abi::MessageInfo::make(proto::Identify::op, 0, 1)));
    }
  });
  TRY(child.wait());
  const auto two = TRY(ipc::with_bits(bell, 2));
  TRY(child.watch(two));
  report.expect(TRY(ipc::wait(bell)) == 2, "and a watch works after them");
  return {};
}

void leaves_nothing(Report& report) {
  expect_equal_books(report, "a watch and its end", [] {
    const auto child = victim();
    if (!child.ok() || !child->watch(bell).ok() || !child->kill().ok()) return;
    static_cast<void>(child->wait());
    static_cast<void>(ipc::wait(bell));
  });
  expect_equal_books(report, "a watch outlives the handle", [] {
    auto child = start({.flags = flag::suspended}, "exit", "0");
    if (!child.ok() || !child->watch(bell).ok() || !child->resume().ok()) return;
    child = ipc::SpawnError{};
    static_cast<void>(ipc::wait(bell));
  });
}

// Watchers end, one way or another, while what they watch lives on.
abi::Status forsaken(Report& report) {
  const auto child = TRY(victim());
  u64 watched = 0;
  const auto be_watched = [&](std::string_view how) {
    auto bundle = ipc::Bundle::make();
    if (!bundle.ok()) return;
    static_cast<void>(bundle->give(abi::bundle_slot::first_grant, Cap<Endpoint>{child}));
    const auto watcher = start({.bundle = &*bundle}, "watch", how);
    if (!watcher.ok()) return;
    for (u64 i = 0; i < 20; ++i) ipc::yield();
    if (how == "wait") static_cast<void>(watcher->kill());
    const auto record = watcher->wait();
    if (record.ok() && (record->kind == EndKind::killed || record->status == 0)) ++watched;
  };
  expect_equal_books(report, "a watcher that exits leaves nothing", [&] { be_watched("exit"); });
  expect_equal_books(report, "nor does one that is killed", [&] {
    for (u64 i = 0; i < 20; ++i) be_watched("wait");
  });
  report.expect(watched >= 84, "they did watch");
  report.expect(child.poll().error() == Error::would_block, "and what they watched lives");
  return child.kill();
}

// The account of the handle pays; whoever asks too often is stopped by it.
abi::Status is_charged(Report& report) {
  Error last = Error::none;
  u64 count = 0;
  expect_equal_books(report, "watches up to the limit", [&] {
    const auto job =
        ipc::obtain<Endpoint>(own_account, proto::CreateAccount{.limits = {.handles = 30}});
    if (!job.ok()) return;
    const auto child = start({.account = *job, .priority = 1}, "spin");
    if (!child.ok()) return;
    for (count = 0; (last = child->watch(bell).error()) == Error::none; ++count) continue;
    static_cast<void>(child->kill());
    static_cast<void>(child->wait());
    static_cast<void>(ipc::wait(bell));
  });
  report.expect(last == Error::over_quota && count > 20 && count < 30,
                "a watch is a handle's worth");
  return {};
}

}  // namespace

// Watches the process in the first granted slot with a notification of its own, and ends or waits.
int be_watcher(std::span<char*> words) {
  const auto own = ipc::make<Notification>();
  if (!own.ok()) return 1;
  const Cap<Endpoint> grant{abi::bundle_slot::first_grant};
  for (u64 i = 0; i < 20; ++i)
    if (!ipc::call(grant, proto::WatchProcess{}, {own->at()}, {}).ok()) return 2;
  if (!words.empty() && std::string_view{words[0]} == "exit") return 0;
  return ipc::wait(*own).ok() ? 3 : 4;
}

abi::Status watch_once() {
  const auto child = start({.priority = 1}, "spin");
  if (!child.ok()) return child.error().error;
  const abi::Status watched = child->watch(bell);
  while (!child->kill().ok() || !child->wait().ok()) continue;
  static_cast<void>(ipc::poll(bell));
  return watched;
}

void prepare_watches() {
  if (bell) return;
  auto made = ipc::make<Notification>();
  if (made.ok()) bell = made->release();
}

void test_watch(Report& report, u64) {
  prepare_watches();
  report.ran(watch_once(), "a first watch");
  report.ran(tells_of_the_end(report), "tells of the end");
  report.ran(tells_all(report), "tells all");
  report.ran(refuses(report), "refuses");
  report.ran(drops_gifts(report), "drops gifts");
  leaves_nothing(report);
  report.ran(forsaken(report), "watchers that end");
  report.ran(is_charged(report), "is charged");
}

}  // namespace procmgr_test
