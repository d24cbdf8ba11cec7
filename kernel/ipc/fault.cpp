// SPDX-License-Identifier: MIT
#include <ipc/direct.hpp>
#include <ipc/fault.hpp>
#include <ipc/message.hpp>
#include <ipc/rendezvous.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

using abi::FaultReply;
using abi::ForeignReply;
using abi::Kind;

// The frequent case: the thread runs, whoever takes its traps waits for them, and runs next.
bool offer_directly(Thread& thread, Endpoint& endpoint, Outgoing message) {
  Thread* receiver = endpoint.first_receiver();
  if (receiver == nullptr || receiver->bound_reply == nullptr) return false;
  if (&thread != core.scheduler.current()) return false;
  if (!call_directly(core, thread, endpoint, *receiver)) return false;
  transfer_trap(thread, *receiver, message);
  return true;
}

// What became of an offer: whoever takes it runs already, has it or will have it, cannot take it.
enum class Offer { runs, taken, refused };

Offer offer(Thread& thread, Kept to, Kind kind) {
  const Slot& slot = thread.kept(to);
  if (slot.is_empty()) return Offer::refused;
  thread.detours |= detour::trapped;
  auto& endpoint = *slot.cap.object<Endpoint>();
  const Outgoing message{kind, slot.data, false};
  if (offer_directly(thread, endpoint, message)) return Offer::runs;
  const abi::Error error = send(thread, endpoint, message, Patience::wait);
  return error == abi::Error::none ? Offer::taken : Offer::refused;
}

void go_on(Thread& thread) {
  thread.detours &= ~detour::trapped;
  core.scheduler.hand_over(thread);
}

void stop(Thread& thread, ThreadState state) {
  thread.detours &= ~detour::trapped;
  core.scheduler.withdraw(thread);
  thread.state = state;
}

void end_fault(Thread& thread, FaultReply decision) {
  switch (decision) {
    case FaultReply::resume: go_on(thread); return;
    case FaultReply::pass_on: trap_refused(thread); return;
    case FaultReply::stop: break;
  }
  stop(thread, ThreadState::suspended);  // also for an answer that means nothing
}

void end_foreign_call(Thread& thread, ForeignReply decision, u64 result) {
  switch (decision) {
    case ForeignReply::result:
      thread.context.set_result(result);
      go_on(thread);
      return;
    case ForeignReply::unchanged: go_on(thread); return;
    case ForeignReply::repeat:
      thread.context.repeat_system_call();
      go_on(thread);
      return;
    case ForeignReply::stop: break;
  }
  stop(thread, ThreadState::suspended);
}

// What no handler takes goes to the pager, once: it may know what becomes of the thread.
Offer offer_again(Thread& thread) {
  if (thread.fault.refused) return Offer::refused;
  thread.fault.refused = true;
  return offer(thread, Kept::pager, Kind::fault);
}

}  // namespace

bool raise_fault(Thread& thread) {
  ++thread.faults;
  thread.outgoing.kind = Kind::fault;
  Offer offered = Offer::refused;
  if (thread.fault.kind == abi::FaultKind::page && !thread.fault.passed_on) {
    offered = offer(thread, Kept::pager, Kind::fault);
    if (offered == Offer::refused) thread.fault.passed_on = true;
  }
  if (offered == Offer::refused) offered = offer(thread, Kept::handler, Kind::fault);
  if (offered == Offer::refused) offered = offer_again(thread);
  if (offered == Offer::refused) stop(thread, ThreadState::faulted);
  return offered == Offer::runs;
}

bool raise_foreign_call(Thread& thread) {
  thread.outgoing.kind = Kind::foreign_call;
  const Offer offered = offer(thread, Kept::handler, Kind::foreign_call);
  if (offered == Offer::refused) trap_refused(thread);
  return offered == Offer::runs;
}

void end_trap(Thread& thread, u32 label, u64 result) {
  if (thread.outgoing.kind == Kind::fault)
    end_fault(thread, static_cast<FaultReply>(label));
  else
    end_foreign_call(thread, static_cast<ForeignReply>(label), result);
}

void trap_refused(Thread& thread) {
  if (thread.outgoing.kind == Kind::fault && thread.fault.kind == abi::FaultKind::page &&
      !thread.fault.passed_on) {
    thread.fault.passed_on = true;
    if (offer(thread, Kept::handler, Kind::fault) != Offer::refused) return;
  }
  if (thread.outgoing.kind == Kind::foreign_call) {
    trap_cancelled(thread);
    thread.fault = {.kind = abi::FaultKind::system_call};
    thread.outgoing.kind = Kind::fault;
    ++thread.faults;
  }
  if (offer_again(thread) != Offer::refused) return;
  stop(thread, ThreadState::faulted);
}

void trap_cancelled(Thread& thread) {
  thread.detours &= ~detour::trapped;
  if (thread.outgoing.kind == Kind::foreign_call) thread.context.repeat_system_call();
}

}  // namespace kernel
