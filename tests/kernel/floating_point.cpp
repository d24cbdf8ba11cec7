// SPDX-License-Identifier: MIT
// FP and SIMD registers: each thread has its own, whoever runs in between.
#include <bit>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
namespace sys = ipc::sys;

// As floating_point.S has them.
struct FpRegisters {
  u64 q[64] = {};
  u64 status = 0;
  u64 control = 0;
  friend bool operator==(const FpRegisters&, const FpRegisters&) = default;
};

extern "C" {
void load_fp(const FpRegisters*);
void store_fp(FpRegisters*);
}

FpRegisters patterned(u64 seed) {
  FpRegisters registers;
  for (u64 i = 0; i < 64; ++i) registers.q[i] = pattern(seed, i);
  registers.status = u64{1} << 27;       // QC, the sticky saturation bit
  registers.control = (seed & 3) << 22;  // a rounding mode
  return registers;
}

// Holds its pattern while others run. The number of rounds in which it was lost.
u64 hold(u64 seed, u64 rounds) {
  const FpRegisters mine = patterned(seed);
  FpRegisters found;
  u64 lost = 0;
  load_fp(&mine);
  for (u64 i = 0; i < rounds; ++i) {
    ipc::yield();
    store_fp(&found);
    if (!(found == mine)) ++lost;
    load_fp(&mine);
  }
  return lost;
}

void threads_have_their_own(Context& t) {
  u64 lost[3] = {};
  auto first = [&] { lost[0] = hold(1, 100); };
  auto second = [&] { lost[1] = hold(2, 100); };
  Worker a{t, first};
  Worker b{t, second};
  lost[2] = hold(3, 100);
  a.join();
  b.join();
  for (const u64 count : lost) t.equals(count, u64{0});
}

void new_threads_start_with_zeroes(Context& t) {
  const FpRegisters noise = patterned(7);
  load_fp(&noise);
  FpRegisters found = patterned(8);
  auto body = [&] { store_fp(&found); };
  Worker worker{t, body};
  worker.join();
  t.that(found == FpRegisters{}, "a new thread sees nothing of others");
}

void dispatch_clears_them(Context& t) {
  // A thread that is started anew finds nothing of what it did before.
  FpRegisters found;
  const FpRegisters mine = patterned(9);
  auto body = [&] {
    store_fp(&found);
    load_fp(&mine);
  };
  Worker worker{t, body};
  worker.join();
  t.that(found == FpRegisters{}, "the first time");
  found = mine;
  worker.restart();
  worker.join();
  t.that(found == FpRegisters{}, "and the second time");
}

constexpr Cap<ipc::Endpoint> served{abi::cap_at(0, stranger_slot::first)};
constexpr Cap<ipc::Reply> owed{abi::cap_at(0, stranger_slot::first + 1)};

// Each request: tells whether its own pattern was still there, and sets it again.
void serve_with_fp(void*) {
  const FpRegisters mine = patterned(21);
  FpRegisters found;
  load_fp(&mine);
  ipc::Message message = sys::recv(served, owed);
  while (!message.is_error()) {
    store_fp(&found);
    const u64 kept = found == mine ? 1 : 0;
    message = sys::reply_recv(served, {kept}, MessageInfo::make(0, 1));
  }
  stranger_done();
}

void calls_keep_both_sides(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger server{t};
  server.give(stranger_slot::first, endpoint.at());
  server.give(stranger_slot::first + 1, t.make<ipc::Reply>().at());
  server.start(serve_with_fp);
  const FpRegisters mine = patterned(22);
  FpRegisters found;
  load_fp(&mine);
  for (int i = 0; i < 100; ++i) {
    t.equals(sys::call(endpoint.at(), {}, MessageInfo::make(0, 0)).words[0], u64{1});
    store_fp(&found);
    t.that(found == mine, "our registers are as they were");
  }
}

void the_dead_own_nothing(Context& t) {
  // A thread that owned the registers dies; whoever comes next finds its own.
  const FpRegisters mine = patterned(31);
  FpRegisters found;
  load_fp(&mine);
  auto body = [&] {
    const FpRegisters noise = patterned(32);
    load_fp(&noise);
    static_cast<void>(ipc::wait(t.fixture().never));
  };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  worker.destroy();
  store_fp(&found);
  t.that(found == mine, "our registers are as they were");
}

void preemption_keeps_them(Context& t) {
  // Without a system call: the timer takes the turn away.
  bool stop = false;
  auto body = [&] {
    const FpRegisters noise = patterned(41);
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) load_fp(&noise);
  };
  Worker worker{t, body};
  const FpRegisters mine = patterned(42);
  FpRegisters found;
  u64 lost = 0;
  load_fp(&mine);
  const u64 start = ipc::machine::counter();
  while (ipc::machine::counter() - start < 2'500'000) {
    store_fp(&found);
    if (!(found == mine)) ++lost;
  }
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  worker.join();
  t.equals(lost, u64{0});
}

FpRegisters read_fp(Context& t, Cap<ipc::Thread> thread, Where where = Where::current()) {
  const auto reply = t.need(ipc::invoke(thread, abi::thread::ReadFloatingPoint{}), where);
  return std::bit_cast<FpRegisters>(reply.registers);
}
void write_fp(Context& t, Cap<ipc::Thread> thread, const FpRegisters& registers) {
  t.need(ipc::invoke(thread, abi::thread::WriteFloatingPoint{
                                 std::bit_cast<abi::thread::FloatingPoint>(registers)}));
}
void stop(Context& t, Worker& worker) {
  wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
}

void they_are_read_and_written(Context& t) {
  const FpRegisters mine = patterned(51);
  const FpRegisters its = patterned(52);
  const FpRegisters given = patterned(53);
  FpRegisters found;
  auto body = [&] {
    load_fp(&its);
    static_cast<void>(ipc::wait(t.fixture().never));  // ends when it is suspended
    store_fp(&found);
  };
  for (const bool uses_unit_between : {false, true}) {
    load_fp(&mine);
    Worker worker{t, body};
    stop(t, worker);
    // Either the unit still holds the thread's registers, or ours.
    FpRegisters own;
    if (uses_unit_between) store_fp(&own);
    t.that(read_fp(t, worker.thread()) == its, "they are read");
    t.that(read_fp(t, worker.thread()) == its, "and read again");
    write_fp(t, worker.thread(), given);
    t.that(read_fp(t, worker.thread()) == given, "they are written");
    store_fp(&own);
    t.that(own == mine, "ours are as they were");
    t.need(ipc::invoke(worker.thread(), abi::thread::Resume{}));
    worker.join();
    t.that(found == given, "the thread goes on with them");
  }
}

void fresh_threads_have_zeroes(Context& t) {
  const FpRegisters noise = patterned(54);
  load_fp(&noise);
  const auto fresh = t.make<ipc::Thread>();
  t.that(read_fp(t, fresh) == FpRegisters{}, "nothing of others");
  write_fp(t, fresh, noise);
  t.that(read_fp(t, fresh) == noise, "written before it ever ran");
}

void control_bits_are_those_of_programs(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  FpRegisters all;
  for (u64& word : all.q) word = ~u64{0};
  all.status = all.control = ~u64{0};
  write_fp(t, fresh, all);
  const FpRegisters kept = read_fp(t, fresh);
  t.equals(kept.q[63], ~u64{0});
  t.equals(kept.status, u64{0x0800'009f});
  t.equals(kept.control, u64{0x07c8'9f00});
}

void reading_needs_rights_and_a_stop(Context& t) {
  namespace right = abi::thread_right;
  const auto fresh = t.make<ipc::Thread>();
  const abi::thread::ReadFloatingPoint read{};
  const abi::thread::WriteFloatingPoint write{};
  const auto without = [&](abi::Rights missing) {
    return t.copy(fresh, abi::Rights{0xff & ~missing.bits});
  };
  t.fails(ipc::invoke(without(right::read), read), Error::denied);
  t.fails(ipc::invoke(without(right::write), write), Error::denied);
  t.succeeds(ipc::invoke(t.copy(fresh, right::read), read));
  t.succeeds(ipc::invoke(t.copy(fresh, right::write), write));
  auto body = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, body};
  for (int i = 0; i < 2; ++i) {
    t.fails(ipc::invoke(worker.thread(), read), Error::busy);
    t.fails(ipc::invoke(worker.thread(), write), Error::busy);
    wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  }
  t.fails(ipc::invoke(Cap<ipc::Thread>{abi::root_slot::thread}, read), Error::busy);
}

void copies_of_memory_keep_them(Context& t) {
  // The kernel borrows vector registers to copy: ours, those of another, and with the unit off.
  constexpr u64 size = 64 * base::kib;
  const Cap<ipc::VSpace> own{abi::root_slot::vspace};
  const u64 memory = t.need(t.space().reserve(2 * size));
  t.need(t.space().map(t.make<ipc::Frame>(17), memory, 2 * size, support::read_write));
  for (u64 i = 0; i < 2 * size; i += 8) poke(memory + i, pattern(61, i));
  const auto copy = [&] {
    t.need(ipc::invoke(own, abi::vspace::Copy{.source_address = memory,
                                              .target = own.at(),
                                              .target_address = memory + size,
                                              .length = size}));
  };
  const FpRegisters mine = patterned(62);
  const FpRegisters its = patterned(63);
  FpRegisters found;
  FpRegisters found_there;
  load_fp(&mine);
  copy();
  store_fp(&found);
  t.that(found == mine, "ours are as they were");
  auto body = [&] {
    load_fp(&its);
    copy();
    ipc::yield();
    copy();
    store_fp(&found_there);
  };
  Worker worker{t, body};
  for (int i = 0; i < 4; ++i) {
    ipc::yield();
    copy();
  }
  worker.join();
  store_fp(&found);
  t.that(found == mine, "ours are as they were");
  t.that(found_there == its, "those of the other thread too");
}

constexpr Test table[] = {
    {"floating_point.threads", "three threads keep their FP registers through a hundred switches",
     threads_have_their_own},
    {"floating_point.new", "a new thread starts with empty FP registers",
     new_threads_start_with_zeroes},
    {"floating_point.dispatch", "dispatch clears the FP registers", dispatch_clears_them},
    {"floating_point.calls", "FP registers survive calls to a server that uses its own",
     calls_keep_both_sides},
    {"floating_point.dead", "FP registers survive the death of another owner",
     the_dead_own_nothing},
    {"floating_point.preemption", "FP registers survive the timer", preemption_keeps_them},
    {"floating_point.debugger", "the FP registers of a stopped thread are read and written",
     they_are_read_and_written},
    {"floating_point.fresh", "a thread that has not run has FP registers too",
     fresh_threads_have_zeroes},
    {"floating_point.control", "FP control bits that no program can set are not set",
     control_bits_are_those_of_programs},
    {"floating_point.rights", "reading FP registers needs rights, and a thread that is stopped",
     reading_needs_rights_and_a_stop},
    {"floating_point.copy", "FP registers survive copies of memory by the kernel",
     copies_of_memory_keep_them},
};

}  // namespace

constinit const kit::Table tests::floating_point_tests = table;
