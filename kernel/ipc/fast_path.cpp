// SPDX-License-Identifier: MIT
// The frequent cases of call and reply_recv: a short message without capabilities to a partner that
// waits for it, who runs next; the answer to a trap that lets the thread just go on; and the short
// cut to the methods of kernel objects. Every check of the slow path is made here too, or follows
// from a state that was checked when the partner began to wait; whatever is unusual goes the long
// way before anything has changed. A differential test holds the two against each other.
#include <ipc/direct.hpp>
#include <machine/fast_call.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

using abi::CapPtr;
using abi::Kind;
using abi::MessageInfo;

// No capabilities, and no words beyond the registers.
bool is_short(u64 info) { return info >> 32 <= abi::register_words; }

// What a receiver sees in its info register.
u64 received(u64 info, Kind kind) { return info | static_cast<u64>(kind) << 48; }

// One register holds its address from here on: the compiler would make it anew for each field.
[[gnu::always_inline]] inline Kernel& known_state() {
  Kernel* state = &core;
  asm("" : "+r"(state));
  return *state;
}

bool has_methods(Capability cap) { return !cap.is_null() && cap.type() != ObjectType::endpoint; }

}  // namespace

FAST_PATH fast_call(FAST_PARAMETERS) {
  using machine::leave_to_invoke;
  using machine::leave_to_program;
  using machine::leave_to_slow_call;
  do {  // left by `break` as soon as something is unusual
    Slot* slot = thread->cspace().find(CapPtr{x10 & 0xffff'ffff});
    if (slot == nullptr) break;
    if (!slot->cap.is_callable()) {
      if (!has_methods(slot->cap)) break;
      f1 = reinterpret_cast<u64>(slot);
      [[clang::musttail]] return leave_to_invoke(thread, FAST_FILLERS, FAST_WORDS, x10, x11);
    }
    if (!is_short(x11)) break;
    auto& endpoint = *slot->cap.object<Endpoint>();
    Thread* receiver = endpoint.first_receiver();
    if (receiver == nullptr || receiver->bound_reply == nullptr) break;
    const u64 badge = slot->data;
    if (!call_directly(known_state(), *thread, endpoint, *receiver)) break;
    [[clang::musttail]] return leave_to_program(receiver, FAST_FILLERS, FAST_WORDS, badge,
                                                received(x11, Kind::call));
  } while (false);
  [[clang::musttail]] return leave_to_slow_call(thread, FAST_FILLERS, FAST_WORDS, x10, x11);
}

FAST_PATH fast_reply_recv(FAST_PARAMETERS) {
  using machine::leave_to_program;
  using machine::leave_to_slow_reply_recv;
  using machine::leave_to_trapped;
  do {
    // A capability in the upper half names another Reply: rare.
    if (!is_short(x11) || x10 >> 32 != 0) break;
    const Slot* slot = thread->cspace().find(CapPtr{x10});
    if (slot == nullptr || !is_receivable(slot->cap)) break;
    auto& endpoint = *slot->cap.object<Endpoint>();
    const Reply* reply = thread->bound_reply;
    Thread* caller = reply == nullptr ? nullptr : reply->caller();
    if (caller == nullptr || endpoint.first_sender() != nullptr) break;
    const u32 detours = thread->detours | caller->detours;
    if (detours != 0 &&
        (detours != detour::trapped || !is_plain_answer(*caller, static_cast<u32>(x11))))
      break;
    if (!answer_directly(known_state(), *thread, endpoint, *caller)) break;
    if (detours != 0) {
      caller->detours = 0;
      if (caller->outgoing.kind == Kind::foreign_call) caller->context.set_result(w0);
      [[clang::musttail]] return leave_to_trapped(caller, FAST_FILLERS, FAST_WORDS, x10, x11);
    }
    [[clang::musttail]] return leave_to_program(caller, FAST_FILLERS, FAST_WORDS, 0,
                                                received(x11, Kind::reply));
  } while (false);
  [[clang::musttail]] return leave_to_slow_reply_recv(thread, FAST_FILLERS, FAST_WORDS, x10, x11);
}

}  // namespace kernel
