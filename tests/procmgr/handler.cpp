// SPDX-License-Identifier: MIT
// The bundle's slot `handler`: who gets the faults that procmgr does not serve, and what becomes of
// a process whose handler fails.
#include <abi/fault.hpp>
#include <abi/object/thread.hpp>
#include <libipc/process/self.hpp>
#include <libipc/syscall.hpp>
#include <tests/procmgr/kit.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

using abi::FaultKind;
using abi::FaultReply;

constexpr Rights needed = abi::endpoint_right::send | abi::endpoint_right::grant;

// This process as the handler of its children.
struct Handler {
  ipc::Owned<Endpoint> endpoint;
  ipc::Owned<ipc::Reply> reply;

  static abi::Result<Handler> make() {
    Handler handler;
    handler.endpoint = TRY(ipc::make<Endpoint>());
    handler.reply = TRY(ipc::make<ipc::Reply>());
    return handler;
  }
  [[nodiscard]] ipc::Message receive() const { return ipc::sys::recv(endpoint.get(), reply.get()); }
  void answer(FaultReply decision) const {
    ipc::sys::send(reply.get().at(), {}, abi::MessageInfo::make(static_cast<u32>(decision), 0));
  }
};

abi::Result<ipc::Bundle> bundle_with(Cap<Endpoint> handler, Rights rights = needed) {
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::handler, handler, rights));
  return bundle;
}

template <class... Words>
ipc::SpawnResult<ipc::Process> start_handled(Cap<Endpoint> handler, Words... words) {
  auto bundle = bundle_with(handler);
  if (!bundle.ok()) return ipc::SpawnError{.error = bundle.error()};
  return start({.flags = flag::has_handler, .bundle = &*bundle, .priority = 50}, words...);
}

bool is_fault(const ipc::Message& message, FaultKind kind) {
  return message.info.kind() == abi::Kind::fault && message.info.label() == static_cast<u32>(kind);
}

// How it ends if the handler passes the fault on.
abi::Status is_asked(Report& report, std::string_view role, FaultKind kind) {
  const Handler handler = TRY(Handler::make());
  const auto child = start_handled(handler.endpoint, role, "16");
  if (!child.ok()) return child.error().error;
  const ipc::Message message = handler.receive();
  report.expect(is_fault(message, kind), "the handler gets the fault");
  report.expect(child->poll().error() == Error::would_block, "and the process waits for it");
  handler.answer(FaultReply::pass_on);
  const Record record = TRY(child->wait());
  report.expect(
      record.kind == EndKind::faulted && record.status == static_cast<u32>(kind) && record.pc != 0,
      "passed on, it is the end that it would have been");
  return {};
}

abi::Status stops(Report& report) {
  const Handler handler = TRY(Handler::make());
  const auto child = start_handled(handler.endpoint, "undefined");
  if (!child.ok()) return child.error().error;
  static_cast<void>(handler.receive());
  handler.answer(FaultReply::stop);
  report.expect(TRY(child->info()).state == static_cast<u64>(abi::thread::State::suspended),
                "a process that its handler stops is suspended");
  TRY(child->resume());
  report.expect(is_fault(handler.receive(), FaultKind::instruction), "resumed, it faults again");
  handler.answer(FaultReply::resume);
  report.expect(is_fault(handler.receive(), FaultKind::instruction), "and again");
  TRY(child->kill());
  report.expect(TRY(child->wait()).kind == EndKind::killed, "and can be killed meanwhile");
  return {};
}

// A child of ours is the handler of a child of its own, gets its fault, and ends.
abi::Status dies(Report& report, std::string_view when) {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  auto family = TRY(make_family());
  TRY(family.give(abi::bundle_slot::first_grant, Cap<Endpoint>{account}));
  auto watcher = TRY(ipc::Bundle::make());
  TRY(watcher.give(abi::bundle_slot::first_grant, Cap<Endpoint>{account}));
  report.expect(exited(run({.bundle = &family}, "handler", when), 0), when);
  const auto ended = run({.bundle = &watcher}, "wait_any");
  // The child may have ended already: then nobody is left to wait for.
  report.expect(exited(ended, static_cast<u64>(EndKind::faulted)) || exited(ended, 100),
                "its child ends as well");
  const auto info = TRY(ipc::call(Cap<Endpoint>{account}, proto::InfoAccount{}));
  report.expect(info.used.processes == 0, "and nothing hangs");
  return {};
}

// A handle is a capability to procmgr's endpoint: faults that come by way of one are nobody's, and
// above all not those of the process that has a shell of the handle's number.
abi::Status is_a_handle(Report& report) {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  for (const Cap<Endpoint> handle : {ipc::self, own_account, own_spawner, account.get()}) {
    const auto child = start_handled(handle, "undefined");
    if (!child.ok()) return child.error().error;
    const Record record = TRY(child->wait());
    report.expect(record.kind == EndKind::faulted && record.pid == child->pid(),
                  "with a handle for a handler it ends alone");
  }
  return {};
}

Error refusal(ipc::Bundle& bundle, u64 flags = flag::has_handler) {
  const auto child = start({.flags = flags, .bundle = &bundle}, "exit", "0");
  return child.ok() ? Error::none : child.error().error;
}

abi::Status refuses(Report& report) {
  const auto endpoint = TRY(ipc::make<Endpoint>());
  const auto notification = TRY(ipc::make<ipc::Notification>());
  auto empty = TRY(ipc::Bundle::make());
  report.expect(refusal(empty) == Error::wrong_object, "an empty slot");
  report.expect(refusal(empty, 0) == Error::none, "which leaves the bundle as it was");
  auto other = TRY(ipc::Bundle::make());
  TRY(other.give(abi::bundle_slot::handler, Cap<ipc::Notification>{notification}));
  report.expect(refusal(other) == Error::wrong_object, "a capability that is no endpoint");
  auto weak = TRY(bundle_with(endpoint, abi::endpoint_right::send));
  report.expect(refusal(weak) == Error::denied, "an endpoint that may not grant");
  const auto none = start({.flags = flag::has_handler}, "exit", "0");
  report.expect(!none.ok() && none.error().error == Error::bad_argument, "no bundle");
  return {};
}

abi::Status leaves_nothing(Report& report) {
  const auto endpoint = TRY(ipc::make<Endpoint>());
  expect_equal_books(report, "refusals leave nothing", [&] {
    auto bundle = bundle_with(endpoint, abi::endpoint_right::send);
    if (bundle.ok()) static_cast<void>(refusal(*bundle));
  });
  expect_equal_books(report, "handled processes leave nothing", [&] {
    const auto child = start_handled(endpoint, "exit", "0");
    if (child.ok()) static_cast<void>(child->wait());
  });
  // Shells are recycled: the last one's handler is not the next one's.
  const auto record = run({}, "undefined");
  report.expect(record.ok() && record->kind == EndKind::faulted,
                "the next process in the shell has no handler");
  return {};
}

}  // namespace

void test_handler(Report& report, u64) {
  report.ran(is_asked(report, "read", FaultKind::page), "a page fault");
  report.ran(is_asked(report, "undefined", FaultKind::instruction), "an undefined instruction");
  report.ran(stops(report), "stops");
  report.ran(dies(report, "before"), "a handler that dies before");
  report.ran(dies(report, "within"), "a handler that dies within");
  report.ran(dies(report, "drops"), "a handler that drops its reply");
  report.ran(is_a_handle(report), "is a handle");
  report.ran(refuses(report), "refuses");
  report.ran(leaves_nothing(report), "leaves nothing");
}

// ---- Roles ------------------------------------------------------------------------------------

// Handler of a child on the granted account: ends before it has received the fault, or within it,
// or lives on but drops the Reply.
int be_handler(std::span<char*> words) {
  const std::string_view when = words[0];
  const auto image = ipc::MemoryObject::open_module("bin/init");
  auto handler = Handler::make();
  if (!image.ok() || !handler.ok()) return 1;
  auto bundle = bundle_with(handler->endpoint);
  if (!bundle.ok()) return 2;
  const std::string_view all[] = {"child", "undefined"};
  const auto child = ipc::spawn(*image, all,
                                {.flags = flag::has_handler,
                                 .bundle = &*bundle,
                                 .account = Cap<Endpoint>{abi::bundle_slot::first_grant},
                                 .priority = 50});
  if (!child.ok()) return 3;
  if (when == "before") return 0;
  if (!is_fault(handler->receive(), FaultKind::instruction)) return 4;
  if (when == "within") return 0;
  handler->reply = {};
  const auto record = child->wait();
  return record.ok() && record->kind == EndKind::faulted ? 0 : 5;
}

}  // namespace procmgr_test
