// SPDX-License-Identifier: MIT
#include <abi/fault.hpp>
#include <bit>
#include <libipc/syscall.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/serve/loop.hpp>
#include <servers/procmgr/serve/requests.hpp>
#include <servers/procmgr/start/supervisor.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::FaultReply;
using abi::Kind;
using ipc::Message;

// ---- Faults -----------------------------------------------------------------------------------

Rights wanted_by(abi::Access access) {
  namespace right = abi::procmgr::memory_right;
  switch (access) {
    case abi::Access::none: return {};
    case abi::Access::read: return right::read;
    case abi::Access::write: return right::write;
    case abi::Access::execute: return right::execute;
  }
  return {};
}

constexpr Answer fault_answer(FaultReply reply) {
  return {{}, abi::MessageInfo::make(static_cast<u32>(reply), 0)};
}

ExitRecord record_of(EndKind kind, abi::FaultKind fault, const abi::FaultMessage& message) {
  return {.kind = kind,
          .status = static_cast<u32>(fault),
          .address = message.address,
          .pc = message.pc};
}

Answer take_fault(Process& process, const Message& message) {
  const auto fault = std::bit_cast<abi::FaultMessage>(message.words);
  const u32 label = message.info.label();
  const bool is_handled = process.shell->has_handler() && (label & abi::fault_was_refused) == 0;
  const auto kind = static_cast<abi::FaultKind>(label & ~abi::fault_was_refused);
  EndKind end = EndKind::faulted;
  if (kind == abi::FaultKind::page) {
    const auto shown = page_in(process, fault.address, wanted_by(fault.access));
    if (shown.ok() && *shown) return fault_answer(FaultReply::resume);
    if (!shown.ok()) end = EndKind::over_quota;
    if (is_handled) return fault_answer(FaultReply::pass_on);
  }
  const ExitRecord record = record_of(end, kind, fault);
  keep_crash(process, record, fault);
  end_process(process, record);
  return fault_answer(FaultReply::stop);
}

// ---- Requests ---------------------------------------------------------------------------------

Answer serve_handle(Call& call) {
  switch (call.kind) {
    case HandleKind::none: break;
    case HandleKind::self: return serve_self(call);
    case HandleKind::memory: return serve_memory(call);
    case HandleKind::process: return serve_process(call);
    case HandleKind::spawner: return serve_spawner(call);
    case HandleKind::account: return serve_account(call);
    case HandleKind::bundle: return dispatch<abi::procmgr::AnyHandle>(call);
    case HandleKind::modules: return serve_modules(call);
    case HandleKind::crashes: return serve_crashes(call);
    case HandleKind::system: return serve_system(call);
  }
  return Answer::error(Error::unknown_method);
}

// Whose badge it is.
bool identify(Call& call, BadgeWord badge) {
  if (badge.kind() == static_cast<u64>(HandleKind::self)) {
    call.kind = HandleKind::self;
    call.rights = abi::all_rights;
    call.caller = process_of(badge);
    call.object = call.caller;
    return call.caller != nullptr;
  }
  call.handle = core.handles.find(badge);
  if (call.handle == nullptr) return false;
  call.kind = call.handle->kind;
  call.rights = call.handle->rights;
  call.object = call.handle->object;
  return true;
}

struct Outcome {
  Answer answer;
  bool is_owed = false;  // nothing is sent back now
};

Outcome take_request(const Message& message) {
  Call call{.message = message, .arrivals = ipc::arrivals_of(message.info)};
  if (!identify(call, BadgeWord{message.badge}))
    return {Answer::error(Error::invalid_capability), false};
  core.injector.is_in_request = true;
  const Answer answer = serve_handle(call);
  core.injector.is_in_request = false;
  return {answer, call.is_owed};
}

Outcome take(const Message& message) {
  switch (message.info.kind()) {
    case Kind::call: return take_request(message);
    // Nobody waits for the answer, and nothing here is done without one.
    case Kind::send: return {{}, true};
    case Kind::fault: {
      // Somebody has made a handle a handler of faults. They are nobody's.
      if (BadgeWord{message.badge}.kind() != BadgeWord::fault_kind)
        return {fault_answer(FaultReply::pass_on), false};
      const Shell* shell = core.shells.find(BadgeWord{message.badge}.number());
      if (shell == nullptr || shell->process == nullptr)
        return {fault_answer(FaultReply::stop), false};
      return {take_fault(*shell->process, message), false};
    }
    case Kind::notification: take_signals(message.badge); return {{}, true};
    case Kind::none:
    case Kind::foreign_call:
    case Kind::reply:
    case Kind::error: break;
  }
  return {Answer::error(Error::unknown_method), false};
}

// ---- The loop ---------------------------------------------------------------------------------

// Answers if there is somebody to answer, and receives. While there is work, it does not wait.
Message exchange(const Outcome& outcome) {
  const ipc::Cap<ipc::Reply> next = core.next_reply;
  core.next_reply = {};
  if (next) core.bound_reply = next;
  const bool waits = core.work.empty();
  if (outcome.is_owed)
    return waits ? ipc::sys::recv(core.endpoint, next) : ipc::sys::try_recv(core.endpoint, next);
  const auto& [words, info] = outcome.answer;
  return waits ? ipc::sys::reply_recv(core.endpoint, words, info, next)
               : ipc::sys::try_reply_recv(core.endpoint, words, info, next);
}

}  // namespace

void serve() {
  Outcome outcome{{}, true};
  for (;;) {
    // What this call has left to do is done before the caller goes on, if it is short.
    core.work.step();
    const Message message = exchange(outcome);
    core.slots.clear_outgoing();
    core.handles.settle();
    if (!message.is_error()) {
      outcome = take(message);
      if (message.info.caps() != 0) core.slots.clear_incoming();
    } else if (message.error() == Error::too_big && !outcome.is_owed) {
      // The caller cannot take an answer of this length.
      outcome = {Answer::error(Error::too_big), false};
    } else {
      outcome = {{}, true};
    }
  }
}

}  // namespace procmgr
