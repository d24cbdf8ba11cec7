// SPDX-License-Identifier: MIT
// Foreign system calls as messages: `svc #0` of a marked thread is a call to its handler.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>
#include <user/support/fault_report.hpp>

namespace {

using namespace kit;
using abi::ForeignReply;
using abi::Kind;
using abi::MessageInfo;
using abi::thread::Foreign;
using abi::thread::State;
namespace sys = ipc::sys;

constexpr abi::thread::SetForeign by_message{.mode = Foreign::message};

constexpr MessageInfo answer_with(ForeignReply reply, u64 words = 0) {
  return MessageInfo::make(static_cast<u32>(reply), words);
}

// A handler's endpoint, with a Reply, and a badge for its thread.
struct Handler {
  explicit Handler(Context& t)
      : endpoint(t.make<ipc::Endpoint>()),
        reply(t.make<ipc::Reply>()),
        badged(t.mint(endpoint, abi::endpoint_right::send, 31)) {}
  ipc::Message receive() const { return sys::recv(endpoint, reply); }
  void answer(Context& t, ForeignReply label, u64 result = 0) const {
    t.succeeds(sys::send(reply.at(), {result}, answer_with(label, 1)));
  }

  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Reply> reply;
  Cap<ipc::Endpoint> badged;
};

void the_registers_are_the_message(Context& t) {
  const Handler handler{t};
  AllRegisters registers;
  for (u64 i = 0; i < 31; ++i) registers.x[i] = pattern(2, i);
  registers.x[8] = 222;
  registers.flags = 0x6000'0000;
  auto body = [&] { system_call_0(&registers); };
  Worker worker{t, body, {.handler = handler.badged, .foreign = by_message}};
  const ipc::Message message = handler.receive();
  t.equals(message.info.kind(), Kind::foreign_call);
  t.equals(message.info.label(), u32{222});
  t.equals(message.info.words(), u64{8});
  t.equals(message.badge, u64{31});
  for (u64 i = 0; i < 8; ++i) t.equals(message.words[i], pattern(2, i));
  handler.answer(t, ForeignReply::result, 99);
  worker.join();
  t.equals(registers.x[0], u64{99});
  for (u64 i = 1; i < 31; ++i) t.equals(registers.x[i], i == 8 ? u64{222} : pattern(2, i));
  t.equals(registers.stack_moved, u64{0});
  t.equals(registers.flags, u64{0x6000'0000});
}

void short_answers(Context& t) {
  // reply_recv from a handler that waits: the short way, there and back, many times.
  const Handler handler{t};
  u64 wrong = 0;
  auto body = [&] {
    for (u64 i = 0; i < 100; ++i)
      if (ipc::machine::foreign_call(i, i, i) != i * 3) ++wrong;
  };
  Worker worker{t, body, {.handler = handler.badged, .foreign = by_message}};
  ipc::Message message = handler.receive();
  for (u64 i = 0; i < 99; ++i) {
    t.equals(message.info.label(), static_cast<u32>(i));
    message = sys::reply_recv(handler.endpoint, {i * 3}, answer_with(ForeignReply::result, 1));
  }
  handler.answer(t, ForeignReply::result, 99 * 3);
  worker.join();
  t.equals(wrong, u64{0});
}

void other_answers(Context& t) {
  const Handler handler{t};
  u64 result = 0;
  auto body = [&] { result = ipc::machine::foreign_call(7, 70); };
  Worker worker{t, body, {.handler = handler.badged, .foreign = by_message}};
  handler.receive();
  handler.answer(t, ForeignReply::repeat, 1);
  t.equals(handler.receive().words[0], u64{70});
  handler.answer(t, ForeignReply::unchanged, 2);
  worker.join();
  t.equals(result, u64{70});
  worker.restart();
  handler.receive();
  handler.answer(t, ForeignReply::stop, 3);
  t.equals(worker.state(), State::suspended);
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  worker.join();
  worker.restart();
  handler.receive();
  handler.answer(t, static_cast<ForeignReply>(77), 3);
  t.equals(worker.state(), State::suspended);
}

void without_a_handler(Context& t) {
  // Nobody takes it: the pager hears of a fault, and then the thread stops at the instruction.
  auto body = [] { ipc::machine::foreign_call(1); };
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto pager = t.make<ipc::Endpoint>();
  Worker worker{t, body, {.pager = pager, .handler = endpoint, .foreign = by_message}};
  wait_for_state(t, worker.thread(), State::sending);
  t.succeeds(t.remove(endpoint.at()));
  // The thread's own capability keeps the endpoint; without that it is gone.
  t.equals(worker.state(), State::sending);
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  const Handler handler{t};
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Configure{.handler = handler.badged.at()}));
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  t.equals(handler.receive().info.kind(), Kind::foreign_call);
  t.succeeds(t.remove(handler.reply.at()));
  const auto reply = t.make<ipc::Reply>();
  t.equals(sys::recv(pager, reply).info.label(),
           static_cast<u32>(abi::FaultKind::system_call) | abi::fault_was_refused);
  t.succeeds(
      sys::send(reply.at(), {}, MessageInfo::make(static_cast<u32>(abi::FaultReply::pass_on), 0)));
  wait_for_state(t, worker.thread(), State::faulted);
}

void suspended_ones_repeat(Context& t) {
  const Handler handler{t};
  u64 result = 0;
  auto body = [&] { result = ipc::machine::foreign_call(7, 5); };
  Worker worker{t, body, {.handler = handler.badged, .foreign = by_message}};
  handler.receive();
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  t.fails(sys::send(handler.reply.at(), {1}, answer_with(ForeignReply::result, 1)), Error::gone);
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  t.equals(handler.receive().words[0], u64{5});
  handler.answer(t, ForeignReply::result, 6);
  worker.join();
  t.equals(result, u64{6});
}

void faults_stay_faults(Context& t) {
  const Handler handler{t};
  constexpr u64 nowhere = 0x3f'0000'0000;
  auto body = [] { poke(nowhere, 1); };
  Worker worker{t, body, {.pager = handler.badged, .foreign = by_message}};
  const ipc::Message message = handler.receive();
  t.equals(message.info.kind(), Kind::fault);
  t.equals(support::fault_of(message).address, nowhere);
}

void native_threads_have_none(Context& t) {
  const Handler handler{t};
  auto body = [] { ipc::machine::foreign_call(1); };
  Worker worker{t, body, {.handler = handler.badged}};
  const ipc::Message message = handler.receive();
  t.equals(message.info.kind(), Kind::fault);
  t.equals(message.info.label(), static_cast<u32>(abi::FaultKind::system_call));
}

void another_address_space(Context& t) {
  const Handler handler{t};
  Stranger stranger{t, {.handler = handler.badged, .foreign = by_message}};
  stranger.start(
      [](void* argument) {
        const u64 start = reinterpret_cast<u64>(argument);
        if (ipc::machine::foreign_call(1, start) == start + 1) stranger_done();
        for (;;) ipc::yield();
      },
      1000);
  t.equals(handler.receive().words[0], u64{1000});
  handler.answer(t, ForeignReply::result, 1001);
  stranger.join();
}

constexpr Test table[] = {
    {"foreign.message", "a foreign call's registers are its message, and only x0 changes",
     the_registers_are_the_message},
    {"foreign.short", "foreign calls to a handler that waits for them", short_answers},
    {"foreign.answers", "a foreign call is repeated, left alone or stopped", other_answers},
    {"foreign.nobody", "a foreign call that nobody takes stops the thread", without_a_handler},
    {"foreign.suspended", "a foreign call that was cancelled happens again", suspended_ones_repeat},
    {"foreign.fault", "a foreign thread's faults are faults", faults_stay_faults},
    {"foreign.off", "svc 0 of a native thread is a fault", native_threads_have_none},
    {"foreign.space", "foreign calls come from another address space", another_address_space},
};

}  // namespace

constinit const kit::Table tests::foreign_tests = table;
