// SPDX-License-Identifier: MIT
// Thread.SetWatch: hardware breakpoints and watchpoints.
#include <abi/layout.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>
#include <user/support/fault_report.hpp>

namespace {

using namespace kit;
using abi::Access;
using abi::FaultReply;
using abi::u8;
using abi::thread::SetWatch;
using abi::thread::Watch;
namespace sys = ipc::sys;

constexpr abi::Priority lower{test_priority.level - 10};

// Code with known addresses: adds 1, 2 and 4 to its argument.
extern "C" {
u64 add_seven(u64 value);
extern const char adds_two[];
extern const char adds_four[];
}
asm(R"(
  .section .text.add_seven, "ax", %progbits
  .global add_seven, adds_two, adds_four
  .type add_seven, %function
add_seven:
  add x0, x0, #1
adds_two:
  add x0, x0, #2
adds_four:
  add x0, x0, #4
  ret
  .size add_seven, . - add_seven
  .text
)");

const u64 second_instruction = reinterpret_cast<u64>(adds_two);
const u64 third_instruction = reinterpret_cast<u64>(adds_four);

struct Hit {
  bool is_fault = false;
  abi::FaultKind kind = abi::FaultKind::other;
  abi::FaultMessage fault{};
};

// A thread whose faults come to the test. It runs only while the test waits, and not before go().
class Debuggee {
 public:
  template <class Body>
  Debuggee(Context& t, Body& body)
      : t_(t),
        faults_(t.make<ipc::Endpoint>()),
        reply_(t.make<ipc::Reply>()),
        worker_(t, body, {.priority = lower, .handler = faults_}) {
    t.need(ipc::invoke(thread(), abi::thread::Suspend{}));
  }

  [[nodiscard]] Cap<ipc::Thread> thread() const { return worker_.thread(); }
  [[nodiscard]] Worker& worker() { return worker_; }

  void watch(u64 index, Watch kind, u64 address, u64 size, Where where = Where::current()) {
    t_.need(ipc::invoke(thread(), SetWatch{index, kind, address, size}), where);
  }
  void off(u64 index, Where where = Where::current()) { watch(index, Watch::off, 0, 0, where); }
  void go(Where where = Where::current()) {
    t_.need(ipc::invoke(thread(), abi::thread::Resume{}), where);
  }

  // The next fault. The thread waits for its answer.
  Hit next() {
    const ipc::Message message = sys::recv(faults_, reply_);
    if (message.info.kind() != abi::Kind::fault) return {};
    return {true, static_cast<abi::FaultKind>(message.info.label()), support::fault_of(message)};
  }
  void answer(FaultReply decision) {
    sys::send(reply_.at(), {}, abi::MessageInfo::make(static_cast<u32>(decision), 0));
  }

  // The next fault must be this one; the thread is suspended then.
  void stops_at(Access access, u64 address, Where where = Where::current()) {
    const Hit hit = next();
    answer(FaultReply::stop);
    t_.that(hit.is_fault, "it faults", where);
    t_.equals(hit.kind, abi::FaultKind::breakpoint, where);
    t_.equals(hit.fault.access, access, where);
    t_.equals(hit.fault.address, address, where);
    if (access == Access::execute) t_.equals(hit.fault.pc, address, where);
  }
  void ends(Where where = Where::current()) { worker_.join(where); }

 private:
  Context& t_;
  Cap<ipc::Endpoint> faults_;
  Cap<ipc::Reply> reply_;
  Worker worker_;
};

abi::thread::Registers registers_of(Context& t, Cap<ipc::Thread> thread) {
  return t.need(ipc::invoke(thread, abi::thread::ReadRegisters{})).registers;
}

void breakpoints_stop_before_the_instruction(Context& t) {
  u64 result = 0;
  auto body = [&] { result = add_seven(100); };
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::execute, second_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  t.equals(registers_of(t, debuggee.thread()).x[0], u64{101});
  // Whoever only goes on meets it again.
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  // Set at the next instruction instead, it is a single step.
  debuggee.watch(0, Watch::execute, third_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, third_instruction);
  t.equals(registers_of(t, debuggee.thread()).x[0], u64{103});
  debuggee.off(0);
  debuggee.go();
  debuggee.ends();
  t.equals(result, u64{107});
}

void moving_the_pc_goes_on(Context& t) {
  u64 result = 0;
  auto body = [&] { result = add_seven(100); };
  Debuggee debuggee{t, body};
  debuggee.watch(1, Watch::execute, second_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  abi::thread::Registers registers = registers_of(t, debuggee.thread());
  registers.pc = third_instruction;
  t.need(ipc::invoke(debuggee.thread(), abi::thread::WriteRegisters{registers}));
  debuggee.go();
  debuggee.ends();
  t.equals(result, u64{105});
}

void handlers_answer_resume(Context& t) {
  // A handler that answers resume without a change sees the same fault again.
  u64 result = 0;
  auto body = [&] { result = add_seven(1); };
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::execute, second_instruction, 4);
  debuggee.go();
  for (int i = 0; i < 5; ++i) {
    const Hit hit = debuggee.next();
    t.equals(hit.fault.pc, second_instruction);
    debuggee.answer(i < 4 ? FaultReply::resume : FaultReply::stop);
  }
  t.equals(info_of(t, debuggee.thread()).faults, u64{5});
  debuggee.off(0);
  debuggee.go();
  debuggee.ends();
  t.equals(result, u64{8});
}

// One access to watched memory: what is faulted at, if anything.
Access access_that_stops(Context& t, Watch kind, u64 at, u64 size, auto access) {
  bool done = false;
  auto body = [&] {
    access();
    done = true;
  };
  Debuggee debuggee{t, body};
  debuggee.watch(0, kind, at, size);
  debuggee.go();
  auto idle = [] {};  // runs when the debuggee has ended, or waits with its fault
  Worker last{t, idle, {.priority = abi::Priority{lower.level - 1}}};
  last.join();
  if (done) return Access::none;
  const Hit hit = debuggee.next();
  debuggee.answer(FaultReply::stop);
  t.equals(hit.kind, abi::FaultKind::breakpoint);
  debuggee.off(0);
  debuggee.go();
  debuggee.ends();
  t.that(done, "it goes on when the watchpoint is off");
  return hit.fault.access;
}

alignas(16) u64 words[4];

void watchpoints_tell_reads_from_writes(Context& t) {
  const auto at = reinterpret_cast<u64>(&words[1]);
  auto reads = [=] { peek(at); };
  auto writes = [=] { poke(at, 1); };
  const auto found = [&](Watch kind, auto access) {
    return access_that_stops(t, kind, at, 8, access);
  };
  t.equals(found(Watch::read, reads), Access::read);
  t.equals(found(Watch::read, writes), Access::none);
  t.equals(found(Watch::write, reads), Access::none);
  t.equals(found(Watch::write, writes), Access::write);
  t.equals(found(Watch::read_write, reads), Access::read);
  t.equals(found(Watch::read_write, writes), Access::write);
}

void watchpoints_have_a_size(Context& t) {
  const auto base = reinterpret_cast<u64>(&words[0]);
  for (const u64 size : {u64{1}, u64{2}, u64{4}, u64{8}}) {
    const u64 start = size == 8 ? 8 : 8 + (size == 4 ? 3 : 5);
    for (const u64 at : {start - 1, start, start + size - 1, start + size}) {
      const bool inside = at >= start && at < start + size;
      auto touch = [=] { *reinterpret_cast<volatile u8*>(base + at) = 1; };
      t.equals(access_that_stops(t, Watch::write, base + start, size, touch),
               inside ? Access::write : Access::none);
    }
  }
  // A larger access that covers the byte is one to it.
  auto cover = [=] { peek(base + 8); };
  t.equals(access_that_stops(t, Watch::read, base + 13, 1, cover), Access::read);
}

void watchpoints_stop_before_the_access(Context& t) {
  words[2] = 5;
  auto body = [&] { poke(reinterpret_cast<u64>(&words[2]), 6); };
  Debuggee debuggee{t, body};
  debuggee.watch(1, Watch::write, reinterpret_cast<u64>(&words[2]), 8);
  debuggee.go();
  debuggee.stops_at(Access::write, reinterpret_cast<u64>(&words[2]));
  t.equals(peek(reinterpret_cast<u64>(&words[2])), u64{5});
  debuggee.off(1);
  debuggee.go();
  debuggee.ends();
  t.equals(peek(reinterpret_cast<u64>(&words[2])), u64{6});
}

void all_at_once(Context& t) {
  // A breakpoint and a watchpoint of the same index, and others; each is met in its turn.
  const auto first = reinterpret_cast<u64>(&words[0]);
  const auto last = reinterpret_cast<u64>(&words[3]);
  u64 result = 0;
  auto body = [&] {
    result = add_seven(peek(first));
    poke(last, result);
  };
  words[0] = 10;
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::read, first, 8);
  debuggee.watch(0, Watch::execute, third_instruction, 4);
  debuggee.watch(1, Watch::write, last, 8);
  debuggee.watch(1, Watch::execute, second_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::read, first);
  debuggee.off(0);
  debuggee.watch(0, Watch::execute, third_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  debuggee.off(1);
  debuggee.watch(1, Watch::write, last, 8);
  debuggee.go();
  debuggee.stops_at(Access::execute, third_instruction);
  debuggee.off(0);
  debuggee.go();
  debuggee.stops_at(Access::write, last);
  debuggee.off(1);
  debuggee.go();
  debuggee.ends();
  t.equals(peek(last), u64{17});
}

void others_do_not_meet_it(Context& t) {
  u64 results[2] = {};
  auto watched = [&] { results[0] = add_seven(1); };
  auto free = [&] { results[1] = add_seven(2); };
  Debuggee debuggee{t, watched};
  debuggee.watch(0, Watch::execute, second_instruction, 4);
  debuggee.watch(0, Watch::read_write, reinterpret_cast<u64>(&words[0]), 8);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  // In the same address space: another thread, and this one.
  Worker other{t, free};
  other.join();
  t.equals(results[1], u64{9});
  t.equals(add_seven(3), u64{10});
  poke(reinterpret_cast<u64>(&words[0]), 1);
  debuggee.off(0);
  debuggee.go();
  debuggee.ends();
  t.equals(results[0], u64{8});
}

void switches_keep_them(Context& t) {
  // Two watched threads and one that is not, in turns; each meets its own.
  constexpr u64 rounds = 50;
  const auto body_of = [](u64& result, u64& others) {
    return [&] {
      for (u64 i = 0; i < rounds; ++i) {
        ++others;
        ipc::yield();
      }
      result = add_seven(result);
    };
  };
  u64 results[3] = {1, 2, 3};
  u64 counts[3] = {};
  auto first = body_of(results[0], counts[0]);
  auto second = body_of(results[1], counts[1]);
  auto third = body_of(results[2], counts[2]);
  Debuggee a{t, first};
  Debuggee b{t, second};
  Worker c{t, third, {.priority = lower}};
  a.watch(0, Watch::execute, second_instruction, 4);
  b.watch(0, Watch::execute, third_instruction, 4);
  a.go();
  b.go();
  a.stops_at(Access::execute, second_instruction);
  b.stops_at(Access::execute, third_instruction);
  c.join();
  t.equals(results[2], u64{10});
  for (const u64 count : counts) t.equals(count, rounds);
  for (Debuggee* debuggee : {&a, &b}) {
    debuggee->off(0);
    debuggee->go();
    debuggee->ends();
  }
  t.equals(results[0], u64{8});
  t.equals(results[1], u64{9});
}

void calls_keep_them(Context& t) {
  // A watched client of a server that is not watched, by the fast path.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto serve = [&] {
    ipc::Message message = sys::recv(endpoint, reply);
    while (!message.is_error())
      message =
          sys::reply_recv(endpoint, {add_seven(message.words[0])}, abi::MessageInfo::make(0, 1));
  };
  Worker server{t, serve};
  u64 result = 0;
  auto body = [&] {
    for (u64 i = 0; i < 20; ++i)
      result = sys::call(endpoint.at(), {result}, abi::MessageInfo::make(0, 1)).words[0];
    result = add_seven(result);
  };
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::execute, second_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  t.equals(result, u64{20 * 7});
  debuggee.off(0);
  debuggee.go();
  debuggee.ends();
}

void the_kernel_does_not_meet_it(Context& t) {
  // What the kernel reads and writes for a thread is not that thread's access.
  const Cap<ipc::VSpace> own{abi::root_slot::vspace};
  const auto from = reinterpret_cast<u64>(&words[0]);
  const auto to = reinterpret_cast<u64>(&words[2]);
  words[0] = 77;
  Error error = Error::cancelled;
  auto body = [&] {
    error = ipc::invoke(
                own,
                abi::vspace::Copy{
                    .source_address = from, .target = own.at(), .target_address = to, .length = 8})
                .error();
  };
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::read_write, from, 8);
  debuggee.watch(1, Watch::read_write, to, 8);
  debuggee.go();
  debuggee.ends();
  t.equals(error, Error::none);
  t.equals(peek(to), u64{77});
}

void dispatch_switches_them_off(Context& t) {
  u64 result = 0;
  auto body = [&] { result = add_seven(1); };
  Debuggee debuggee{t, body};
  debuggee.watch(0, Watch::execute, second_instruction, 4);
  debuggee.go();
  debuggee.stops_at(Access::execute, second_instruction);
  debuggee.worker().restart();
  debuggee.ends();
  t.equals(result, u64{8});
}

void the_dead_watch_nothing(Context& t) {
  u64 result = 0;
  auto body = [&] { result = add_seven(1); };
  {
    Debuggee debuggee{t, body};
    debuggee.watch(0, Watch::execute, second_instruction, 4);
    debuggee.go();
    debuggee.stops_at(Access::execute, second_instruction);
    debuggee.worker().destroy();
  }
  Worker next{t, body};
  next.join();
  t.equals(result, u64{8});
}

void arguments_are_checked(Context& t) {
  const auto thread = t.make<ipc::Thread>();
  const auto set = [&](const SetWatch& request) { return ipc::invoke(thread, request); };
  constexpr u64 at = 0x40'0000;
  t.succeeds(set({0, Watch::execute, at, 4}));
  t.succeeds(set({1, Watch::read_write, at + 7, 1}));
  t.succeeds(set({1, Watch::write, at + 4, 4}));
  t.succeeds(set({0, Watch::write, at + 3, 4}));
  t.succeeds(set({0, Watch::off, 0, 0}));
  t.succeeds(set({0, Watch::off, 0, 0}));
  t.succeeds(set({1, Watch::read, abi::layout::user_end - 1, 1}));
  // Kind, size, alignment.
  t.fails(set({0, static_cast<Watch>(5), at, 4}), Error::bad_argument);
  t.fails(set({0, static_cast<Watch>(~u64{0}), at, 4}), Error::bad_argument);
  for (const u64 size : {u64{0}, u64{3}, u64{5}, u64{16}, u64{64}, ~u64{0}})
    t.fails(set({0, Watch::write, at, size}), Error::bad_argument);
  for (const u64 size : {u64{0}, u64{1}, u64{2}, u64{8}})
    t.fails(set({0, Watch::execute, at, size}), Error::bad_argument);
  for (const u64 odd : {u64{1}, u64{2}, u64{3}})
    t.fails(set({0, Watch::execute, at + odd, 4}), Error::bad_argument);
  t.fails(set({0, Watch::read, at + 1, 8}), Error::bad_argument);
  t.fails(set({0, Watch::read, at + 5, 4}), Error::bad_argument);
  t.fails(set({0, Watch::read, at + 7, 2}), Error::bad_argument);
  t.fails(set({0, Watch::off, at, 0}), Error::bad_argument);
  t.fails(set({0, Watch::off, 0, 4}), Error::bad_argument);
  // Index and address.
  for (const Watch kind : {Watch::off, Watch::execute, Watch::write}) {
    const bool is_off = kind == Watch::off;
    for (const u64 index : {abi::thread::max_watches, ~u64{0}, u64{1} << 32})
      t.fails(set({index, kind, is_off ? 0 : at, is_off ? 0u : 4u}), Error::out_of_range);
  }
  for (const u64 address : {abi::layout::user_end, abi::layout::physical_window,
                            abi::layout::kernel_base, u64{1} << 48, ~u64{0} << 2})
    for (const Watch kind : {Watch::execute, Watch::read_write})
      t.fails(set({0, kind, address, 4}), Error::out_of_range);
}

void rights_and_states(Context& t) {
  namespace right = abi::thread_right;
  const auto fresh = t.make<ipc::Thread>();
  const SetWatch request{0, Watch::execute, 0x40'0000, 4};
  for (const abi::Rights missing : {right::read, right::write})
    t.fails(ipc::invoke(t.copy(fresh, abi::Rights{0xff & ~missing.bits}), request), Error::denied);
  t.succeeds(ipc::invoke(t.copy(fresh, right::read | right::write), request));
  auto body = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, body};
  t.fails(ipc::invoke(worker.thread(), request), Error::busy);
  wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  t.fails(ipc::invoke(worker.thread(), request), Error::busy);
  t.fails(ipc::invoke(Cap<ipc::Thread>{abi::root_slot::thread}, request), Error::busy);
}

constexpr Test table[] = {
    {"debug.execute", "a breakpoint stops a thread before the instruction",
     breakpoints_stop_before_the_instruction},
    {"debug.move", "a thread goes on over a breakpoint when its pc is moved",
     moving_the_pc_goes_on},
    {"debug.resume", "a breakpoint that stays is met again", handlers_answer_resume},
    {"debug.access", "watchpoints tell reads from writes", watchpoints_tell_reads_from_writes},
    {"debug.size", "a watchpoint covers its bytes and no others", watchpoints_have_a_size},
    {"debug.before", "a watchpoint stops a thread before the access",
     watchpoints_stop_before_the_access},
    {"debug.several", "breakpoints and watchpoints work at once", all_at_once},
    {"debug.others", "other threads of the address space meet no breakpoint",
     others_do_not_meet_it},
    {"debug.switches", "breakpoints survive switches between threads", switches_keep_them},
    {"debug.calls", "breakpoints survive calls on the fast path", calls_keep_them},
    {"debug.kernel", "the kernel meets no watchpoint", the_kernel_does_not_meet_it},
    {"debug.dispatch", "dispatch switches breakpoints off", dispatch_switches_them_off},
    {"debug.dead", "the breakpoints of a thread end with it", the_dead_watch_nothing},
    {"debug.arguments", "a watch with wrong arguments is refused", arguments_are_checked},
    {"debug.rights", "a watch needs rights, and a thread that is stopped", rights_and_states},
};

}  // namespace

constinit const kit::Table tests::debug_tests = table;
