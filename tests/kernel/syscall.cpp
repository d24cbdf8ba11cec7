// SPDX-License-Identifier: MIT
// The system call boundary: which registers survive, and that the others tell nothing.
#include <abi/syscall.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Kind;
using abi::MessageInfo;
using ipc::Message;
namespace sys = ipc::sys;

constexpr u64 all_flags = u64{0xf} << 28;

AllRegisters patterned(u64 seed, u64 x10, MessageInfo info) {
  AllRegisters registers;
  for (u64 i = 0; i < 31; ++i) registers.x[i] = pattern(seed, i);
  registers.x[10] = x10;
  registers.x[11] = info.raw;
  registers.flags = all_flags;
  return registers;
}

constexpr bool is_kept(u64 i) { return i >= 19; }
constexpr bool is_dead(u64 i) { return i == 8 || i == 9 || (i >= 12 && i <= 18); }

// What must hold of any system call: kept registers are kept, dead ones are empty or as they were.
void check_registers(Context& t, const AllRegisters& before, const AllRegisters& after,
                     Where where = Where::current()) {
  for (u64 i = 0; i < 31; ++i) {
    if (is_kept(i)) t.equals(after.x[i], before.x[i], where);
    if (is_dead(i) && after.x[i] != 0) t.equals(after.x[i], before.x[i], where);
  }
  t.equals(after.stack_moved, u64{0}, where);
}

MessageInfo check_call(Context& t, SystemCall call, u64 x10, MessageInfo info,
                       Where where = Where::current()) {
  void* const pointer = ipc::machine::thread_pointer();
  const AllRegisters before = patterned(1, x10, info);
  AllRegisters after = before;
  call(&after);
  check_registers(t, before, after, where);
  t.that(ipc::machine::thread_pointer() == pointer, "TPIDR_EL0 is kept", where);
  return MessageInfo{after.x[11]};
}

void registers_survive_at_once(Context& t) {
  const u64 endpoint = t.make<ipc::Endpoint>().at().value();
  const u64 note = t.make<ipc::Notification>().at().value();
  const u64 untyped = t.fixture().arena.at().value();
  const MessageInfo one = MessageInfo::make(0, 1);
  constexpr u32 info_method = abi::untyped::Info::op;
  t.equals(check_call(t, system_call_1, untyped, MessageInfo::make(info_method, 0)).kind(),
           Kind::reply);
  t.equals(check_call(t, system_call_1, untyped, MessageInfo::make(1, 0)).kind(), Kind::error);
  t.equals(check_call(t, system_call_1, 0, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_2, 0, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_3, 0, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_4, 0, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_5, endpoint, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_6, endpoint, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_7, endpoint, one).kind(), Kind::error);
  t.equals(check_call(t, system_call_8, endpoint, one).kind(), Kind::error);
  check_call(t, system_call_9, note, one);
  t.equals(check_call(t, system_call_10, note, one).kind(), Kind::notification);
  t.equals(check_call(t, system_call_11, note, one).kind(), Kind::error);
  check_call(t, system_call_12, 0, one);
}

constexpr Cap<ipc::Endpoint> served{abi::cap_at(0, stranger_slot::first)};
constexpr Cap<ipc::Reply> owed{abi::cap_at(0, stranger_slot::first + 1)};
constexpr u64 server_seed = 2;

// Answers with all registers patterned; then tells how many registers of its client it saw.
void serve_with_patterns(void*) {
  AllRegisters registers = patterned(server_seed, sys::with_reply(served, owed), {});
  system_call_4(&registers);
  u64 seen = 0;
  for (u64 i = 8; i < 31; ++i)
    if (i != 10 && i != 11 && registers.x[i] == pattern(1, i)) ++seen;
  registers = patterned(server_seed, served.at().value(), MessageInfo::make(0, 8));
  system_call_2(&registers);
  for (u64 i = 8; i < 31; ++i)
    if (i != 10 && i != 11 && registers.x[i] == pattern(1, i)) ++seen;
  sys::send(owed.at(), {seen}, MessageInfo::make(0, 1));
  stranger_done();
}

void registers_survive_a_switch(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger server{t};
  server.give(stranger_slot::first, endpoint.at());
  server.give(stranger_slot::first + 1, t.make<ipc::Reply>().at());
  server.start(serve_with_patterns);
  const AllRegisters before = patterned(1, endpoint.at().value(), MessageInfo::make(0, 8));
  AllRegisters after = before;
  system_call_1(&after);
  check_registers(t, before, after);
  t.equals(MessageInfo{after.x[11]}.kind(), Kind::reply);
  for (u64 i = 0; i < abi::register_words; ++i) t.equals(after.x[i], pattern(server_seed, i));
  for (u64 i = 8; i < 31; ++i)
    if (i != 10 && i != 11)
      t.that(after.x[i] != pattern(server_seed, i), "a register of the server came along");
  after = before;
  system_call_1(&after);
  t.equals(after.x[0], u64{0});  // registers of ours that the server saw
  server.join();
}

void registers_survive_preemption(Context& t) {
  // Two threads of equal priority spin with patterns in their registers, longer than a time slice.
  bool stop = false;
  u64 turns = 0;
  auto other = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
      AllRegisters registers = patterned(5, 0, {});
      system_call_12(&registers);
      __atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
    }
  };
  Worker worker{t, other};
  u64 sum = 0;
  const u64 start = ipc::machine::counter();
  // About 40 ms at 62.5 MHz: several slices of 5 ms.
  while (ipc::machine::counter() - start < 2'500'000) {
    const AllRegisters before = patterned(sum, 0, {});
    AllRegisters after = before;
    system_call_12(&after);
    check_registers(t, before, after);
    ++sum;
  }
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  worker.join();
  t.that(turns != 0, "the other thread had its turns");
}

void foreign_numbers_are_faults(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  for (const SystemCall call : {system_call_0, system_call_13, system_call_65535}) {
    auto body = [&] {
      AllRegisters registers = patterned(1, 0, {});
      call(&registers);
    };
    Worker worker{t, body, {.handler = faults}};
    const Message message = sys::recv(faults, reply);
    t.equals(message.info.kind(), Kind::fault);
    t.equals(static_cast<abi::FaultKind>(message.info.label()), abi::FaultKind::system_call);
    sys::send(reply.at(), {}, MessageInfo::make(static_cast<u32>(abi::FaultReply::stop), 0));
    t.equals(worker.state(), abi::thread::State::suspended);
  }
}

void yield_gives_nothing_away(Context& t) {
  const Message message = ipc::machine::bare<abi::Syscall::yield>(0);
  t.that(!message.is_error(), "it succeeds");
}

void switches_end_exclusive_access(Context& t) {
  // A store-exclusive after a system call must not succeed on the strength of a load before it.
  u64 cell = 1;
  u64 failed = 0;
  asm volatile(
      "ldxr x1, [%1]\n\t"
      "mov x10, #0\n\t"
      "svc #12\n\t"
      "stxr w2, x1, [%1]\n\t"
      "mov %0, x2"
      : "=r"(failed)
      : "r"(&cell)
      : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
        "x14", "x15", "x16", "x17", "x18", "cc", "memory");
  t.equals(failed, u64{1});
}

constexpr Test table[] = {
    {"syscall.registers", "every system call keeps x19..x30, SP and TPIDR_EL0, and leaks nothing",
     registers_survive_at_once},
    {"syscall.switch", "a call into another address space keeps and leaks no register",
     registers_survive_a_switch},
    {"syscall.preemption", "registers survive turns of other threads",
     registers_survive_preemption},
    {"syscall.unknown", "an unknown system call is a fault of its thread",
     foreign_numbers_are_faults},
    {"syscall.yield", "yield succeeds", yield_gives_nothing_away},
    {"syscall.exclusive", "a switch ends exclusive access", switches_end_exclusive_access},
};

}  // namespace

constinit const kit::Table tests::syscall_tests = table;
