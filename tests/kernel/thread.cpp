// SPDX-License-Identifier: MIT
// Thread: configuring, starting, stopping, registers.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::thread::State;
namespace thread = abi::thread;
namespace sys = ipc::sys;

constexpr auto idle_for_ever = [] {
  for (;;) ipc::yield();
};

abi::Status suspend(Cap<ipc::Thread> which) {
  return ipc::invoke(which, thread::Suspend{}).error();
}
abi::Status resume(Cap<ipc::Thread> which) { return ipc::invoke(which, thread::Resume{}).error(); }

void new_threads_are_suspended(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  const auto info = info_of(t, fresh);
  t.equals(info.state, State::suspended);
  t.equals(info.run_time, u64{0});
  t.equals(info.messages, u64{0});
  t.equals(info.faults, u64{0});
  t.fails(resume(fresh), Error::bad_argument);
  t.fails(ipc::invoke(fresh, thread::Dispatch{}), Error::bad_argument);
  t.equals(info_of(t, fresh).state, State::suspended);
}

// Shows the registers that it starts with.
struct StartRegisters {
  u64 x[31];
  u64 sp;
  u64 tls;
};

extern "C" void show_start_registers();
asm(R"(
  .section .text.show_start_registers, "ax", %progbits
  .global show_start_registers
  .type show_start_registers, %function
show_start_registers:
  stp x0, x1, [x0]
  stp x2, x3, [x0, #16]
  stp x4, x5, [x0, #32]
  stp x6, x7, [x0, #48]
  stp x8, x9, [x0, #64]
  stp x10, x11, [x0, #80]
  stp x12, x13, [x0, #96]
  stp x14, x15, [x0, #112]
  stp x16, x17, [x0, #128]
  stp x18, x19, [x0, #144]
  stp x20, x21, [x0, #160]
  stp x22, x23, [x0, #176]
  stp x24, x25, [x0, #192]
  stp x26, x27, [x0, #208]
  stp x28, x29, [x0, #224]
  mov x1, sp
  stp x30, x1, [x0, #240]
  mrs x1, tpidr_el0
  str x1, [x0, #256]
  brk #7
)");

void dispatch_clears_all_registers(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Worker worker{t, idle_for_ever, {.handler = faults}};
  ipc::yield();
  t.fails(ipc::invoke(worker.thread(), thread::Dispatch{}), Error::busy);
  t.need(suspend(worker.thread()));
  StartRegisters found{};
  const u64 stack = reinterpret_cast<u64>(&found) & ~u64{15};
  t.need(ipc::invoke(worker.thread(),
                     thread::Dispatch{.entry = reinterpret_cast<u64>(&show_start_registers),
                                      .stack = stack,
                                      .argument = reinterpret_cast<u64>(&found)}));
  sys::recv(faults, reply);
  t.equals(found.x[0], reinterpret_cast<u64>(&found));
  for (u64 i = 1; i < 31; ++i) t.equals(found.x[i], u64{0});
  t.equals(found.sp, stack);
  t.equals(found.tls, u64{0});
}

void bad_entries_are_faults_of_the_thread(Context& t) {
  // Whatever address and stack are given: the thread may fault, the kernel does not care.
  const auto faults = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  for (const u64 entry : {u64{0}, u64{2}, u64{1} << 40, u64{0xffff'ff80} << 32, ~u64{0}, ~u64{3}}) {
    Worker worker{t, idle_for_ever, {.pager = faults, .handler = faults}};
    t.need(suspend(worker.thread()));
    const auto started = ipc::invoke(
        worker.thread(), thread::Dispatch{.entry = entry, .stack = ~u64{0}, .argument = entry});
    if (!started.ok()) continue;  // refusing it is as good
    const ipc::Message message = sys::recv(faults, reply);
    t.equals(message.info.kind(), abi::Kind::fault);
    sys::send(reply.at(), {}, abi::MessageInfo::make(static_cast<u32>(abi::FaultReply::stop), 0));
  }
}

void suspended_threads_stand_still(Context& t) {
  u64 count = 0;
  auto body = [&] {
    for (;;) {
      __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
      ipc::yield();
    }
  };
  Worker worker{t, body};
  for (int i = 0; i < 5; ++i) ipc::yield();
  t.succeeds(suspend(worker.thread()));
  t.equals(worker.state(), State::suspended);
  const u64 before = __atomic_load_n(&count, __ATOMIC_RELAXED);
  t.that(before != 0, "it ran");
  for (int i = 0; i < 20; ++i) ipc::yield();
  t.equals(__atomic_load_n(&count, __ATOMIC_RELAXED), before);
  t.succeeds(suspend(worker.thread()));
  t.succeeds(resume(worker.thread()));
  for (int i = 0; i < 20; ++i) ipc::yield();
  t.that(__atomic_load_n(&count, __ATOMIC_RELAXED) > before, "it goes on");
  t.that(resume(worker.thread()).error() != Error::invalid_capability,
         "resuming twice is harmless");
}

void registers_are_read_and_written(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Worker worker{t, idle_for_ever, {.handler = faults}};
  ipc::yield();
  t.fails(ipc::invoke(worker.thread(), thread::ReadRegisters{}), Error::busy);
  t.fails(ipc::invoke(worker.thread(), thread::WriteRegisters{}), Error::busy);
  t.need(suspend(worker.thread()));
  StartRegisters found{};
  thread::Registers registers{};
  for (u64 i = 0; i < 31; ++i) registers.x[i] = pattern(3, i);
  registers.x[0] = reinterpret_cast<u64>(&found);
  registers.sp = 0x7654'3210;
  registers.pc = reinterpret_cast<u64>(&show_start_registers);
  registers.tls = 0x1234;
  registers.flags = u64{0xa} << 28;
  t.need(ipc::invoke(worker.thread(), thread::WriteRegisters{registers}));
  const auto read = t.need(ipc::invoke(worker.thread(), thread::ReadRegisters{})).registers;
  for (u64 i = 0; i < 31; ++i) t.equals(read.x[i], registers.x[i]);
  t.equals(read.sp, registers.sp);
  t.equals(read.pc, registers.pc);
  t.equals(read.tls, registers.tls);
  t.equals(read.flags, registers.flags);
  t.need(resume(worker.thread()));
  sys::recv(faults, reply);
  for (u64 i = 0; i < 31; ++i) t.equals(found.x[i], registers.x[i]);
  t.equals(found.sp, registers.sp);
  t.equals(found.tls, registers.tls);
}

void privilege_cannot_be_written(Context& t) {
  // Of the flags only NZCV belong to the program; no bit of them leads to another privilege level.
  Worker worker{t, idle_for_ever};
  t.need(suspend(worker.thread()));
  auto registers = t.need(ipc::invoke(worker.thread(), thread::ReadRegisters{})).registers;
  registers.flags = ~u64{0};
  const auto written = ipc::invoke(worker.thread(), thread::WriteRegisters{registers});
  const auto read = t.need(ipc::invoke(worker.thread(), thread::ReadRegisters{})).registers;
  t.equals(read.flags & ~(u64{0xf} << 28), u64{0});
  if (written.ok()) t.need(resume(worker.thread()));
  for (int i = 0; i < 5; ++i) ipc::yield();
  t.that(worker.state() == State::ready || !written.ok(), "it runs as a program");
}

void registers_of_a_waiting_thread_are_its_own(Context& t) {
  // Suspending cancels the wait: the thread sees the error when it goes on, at its next
  // instruction.
  const auto note = t.make<ipc::Notification>();
  Error seen = Error::none;
  auto body = [&] { seen = ipc::wait(note).error(); };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), State::waiting);
  t.need(suspend(worker.thread()));
  const auto registers = t.need(ipc::invoke(worker.thread(), thread::ReadRegisters{})).registers;
  const abi::MessageInfo info{registers.x[11]};
  t.equals(info.kind(), abi::Kind::error);
  t.equals(static_cast<Error>(info.label()), Error::cancelled);
  t.need(resume(worker.thread()));
  worker.join();
  t.equals(seen, Error::cancelled);
}

void configure_is_all_or_nothing(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto frame = t.make<ipc::Frame>(12);
  const auto time = t.make<ipc::SchedContext>();
  const thread::Configure good{.cspace = abi::root_slot::cspace,
                               .vspace = abi::root_slot::vspace,
                               .buffer = frame.at(),
                               .pager = endpoint.at(),
                               .handler = endpoint.at(),
                               .sched_context = time.at()};
  const auto fails_with = [&](const thread::Configure& configure, Error error) {
    t.fails(ipc::invoke(fresh, configure), error);
    t.fails(resume(fresh), Error::bad_argument);  // not even the address space was taken
  };
  const CapPtr wrong = t.make<ipc::Notification>().at();
  for (const CapPtr nothing : {t.slot(), CapPtr{0xffff'ffff}}) {
    thread::Configure bad = good;
    bad.cspace = nothing;
    fails_with(bad, Error::invalid_capability);
    bad = good;
    bad.handler = nothing;
    fails_with(bad, Error::invalid_capability);
    bad = good;
    bad.sched_context = nothing;
    fails_with(bad, Error::invalid_capability);
  }
  for (CapPtr thread::Configure::* field :
       {&thread::Configure::cspace, &thread::Configure::vspace, &thread::Configure::buffer,
        &thread::Configure::pager, &thread::Configure::handler,
        &thread::Configure::sched_context}) {
    thread::Configure bad = good;
    bad.*field = wrong;
    fails_with(bad, Error::wrong_object);
  }
  t.succeeds(ipc::invoke(fresh, good));
}

void configure_checks_rights_and_sizes(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  const auto frame = t.make<ipc::Frame>(13);
  const auto read_only = t.copy(frame, abi::frame_right::read);
  const auto may_receive = t.copy(t.make<ipc::Endpoint>(), abi::endpoint_right::receive);
  const auto configure = [&](const thread::Configure& request) {
    return ipc::invoke(fresh, request).error();
  };
  t.equals(configure({.buffer = read_only.at()}), Error::denied);
  t.equals(configure({.pager = may_receive.at()}), Error::denied);
  t.equals(configure({.handler = may_receive.at()}), Error::denied);
  for (const u64 offset : {u64{8}, u64{512}, u64{1000}})
    t.equals(configure({.buffer = frame.at(), .buffer_offset = offset}), Error::bad_argument);
  for (const u64 offset : {u64{8192}, u64{1} << 32, ~u64{1023}})
    t.equals(configure({.buffer = frame.at(), .buffer_offset = offset}), Error::out_of_range);
  t.equals(configure({.buffer = frame.at(), .buffer_offset = 7168}), Error::none);
  const auto no_configure = t.copy(fresh, abi::Rights{0xff & ~abi::thread_right::configure.bits});
  t.fails(ipc::invoke(no_configure, thread::Configure{}), Error::denied);
}

void running_threads_are_not_configured(Context& t) {
  Worker worker{t, idle_for_ever};
  t.fails(ipc::invoke(worker.thread(), thread::Configure{.pager = t.make<ipc::Endpoint>().at()}),
          Error::busy);
}

void rights_are_needed(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  const auto none = t.copy(fresh, abi::Rights{0});
  t.fails(ipc::invoke(none, thread::Configure{}), Error::denied);
  t.fails(ipc::invoke(none, thread::Dispatch{}), Error::denied);
  t.fails(ipc::invoke(none, thread::Suspend{}), Error::denied);
  t.fails(ipc::invoke(none, thread::Resume{}), Error::denied);
  t.fails(ipc::invoke(none, thread::ReadRegisters{}), Error::denied);
  t.fails(ipc::invoke(none, thread::WriteRegisters{}), Error::denied);
  t.fails(ipc::invoke(none, thread::SetPriority{}), Error::denied);
  t.fails(ipc::invoke(none, thread::Info{}), Error::denied);
  t.fails(ipc::invoke(none, thread::BindNotification{}), Error::denied);
  const auto reader = t.copy(fresh, abi::thread_right::read);
  t.succeeds(ipc::invoke(reader, thread::ReadRegisters{}));
  t.fails(ipc::invoke(reader, thread::WriteRegisters{}), Error::denied);
}

void priorities_are_checked(Context& t) {
  const auto fresh = t.make<ipc::Thread>();
  for (const u64 level : {u64{256}, u64{1} << 32, ~u64{0}})
    t.fails(ipc::invoke(fresh, thread::SetPriority{abi::Priority{level}}), Error::out_of_range);
  for (const u64 level : {u64{0}, u64{255}, u64{77}}) {
    t.succeeds(ipc::invoke(fresh, thread::SetPriority{abi::Priority{level}}));
    t.that(info_of(t, fresh).priority == abi::Priority{level}, "the priority is told");
  }
}

void time_is_given_once(Context& t) {
  const auto first = t.make<ipc::Thread>();
  const auto second = t.make<ipc::Thread>();
  const auto time = t.make<ipc::SchedContext>();
  t.succeeds(ipc::invoke(first, thread::Configure{.sched_context = time.at()}));
  t.fails(ipc::invoke(second, thread::Configure{.sched_context = time.at()}), Error::busy);
  t.succeeds(t.remove(first.at()));
  t.succeeds(ipc::invoke(second, thread::Configure{.sched_context = time.at()}));
}

void budgets_are_checked(Context& t) {
  const auto time = t.make<ipc::SchedContext>();
  const auto configure = [&](u64 budget) {
    return ipc::invoke(time, abi::sched_context::Configure{budget});
  };
  t.fails(configure(0), Error::out_of_range);
  t.fails(configure(abi::sched_context::min_budget - 1), Error::out_of_range);
  t.fails(configure(abi::sched_context::max_budget + 1), Error::out_of_range);
  t.fails(configure(~u64{0}), Error::out_of_range);
  t.succeeds(configure(abi::sched_context::min_budget));
  t.succeeds(configure(abi::sched_context::max_budget));
}

void a_thread_may_stop_itself(Context& t) {
  const auto out = t.make<ipc::Notification>();
  Cap<ipc::Thread> self;
  bool came_back = false;
  auto body = [&] {
    static_cast<void>(ipc::wait(out));
    static_cast<void>(suspend(self));
    came_back = true;
  };
  Worker worker{t, body};
  self = worker.thread();
  t.succeeds(ipc::signal(out));
  wait_for_state(t, worker.thread(), State::suspended);
  t.that(!came_back, "it stands inside the call");
  t.succeeds(resume(worker.thread()));
  worker.join();
  t.that(came_back, "it goes on behind it");
}

void a_thread_may_delete_itself(Context& t) {
  // Its only capability goes while it runs.
  const auto out = t.make<ipc::Notification>();
  const auto gone = t.make<ipc::Notification>();
  Cap<ipc::Thread> self;
  auto body = [&] {
    static_cast<void>(ipc::wait(out));
    static_cast<void>(t.remove(self.at()));
    static_cast<void>(ipc::signal(gone));
  };
  Worker worker{t, body};
  self = worker.thread();
  t.succeeds(ipc::signal(out));
  for (int i = 0; i < 50; ++i) ipc::yield();
  t.fails(ipc::poll(gone), Error::would_block);
  t.that(t.is_empty(self.at()), "it is gone");
}

void counters_count(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  auto body = [&] {
    for (int i = 0; i < 10; ++i) sys::send(endpoint.at(), {}, abi::MessageInfo::make(0, 0));
  };
  Worker worker{t, body};
  for (int i = 0; i < 10; ++i) sys::recv(endpoint);
  worker.join();
  const auto info = info_of(t, worker.thread());
  t.equals(info.messages, u64{10});
  t.that(info.run_time != 0, "run time is counted");
  t.equals(info.faults, u64{0});
}

constexpr Test table[] = {
    {"thread.new", "a new thread is suspended and lacks what it needs", new_threads_are_suspended},
    {"thread.dispatch", "dispatch clears all registers but the argument and the stack",
     dispatch_clears_all_registers},
    {"thread.bad_entry", "a bad entry or stack is a fault of the thread",
     bad_entries_are_faults_of_the_thread},
    {"thread.suspend", "a suspended thread stands still until it is resumed",
     suspended_threads_stand_still},
    {"thread.registers", "all registers of a suspended thread are read and written",
     registers_are_read_and_written},
    {"thread.privilege", "no flags lead out of user mode", privilege_cannot_be_written},
    {"thread.cancelled", "a suspended waiter's registers show its cancelled call",
     registers_of_a_waiting_thread_are_its_own},
    {"thread.configure", "configuring takes all or nothing", configure_is_all_or_nothing},
    {"thread.configure_checks", "configuring checks rights, sizes and offsets",
     configure_checks_rights_and_sizes},
    {"thread.configure_busy", "a running thread is not configured",
     running_threads_are_not_configured},
    {"thread.rights", "each method needs its right", rights_are_needed},
    {"thread.priorities", "there are 256 priorities", priorities_are_checked},
    {"thread.time", "a SchedContext belongs to one thread", time_is_given_once},
    {"thread.budgets", "budgets have bounds", budgets_are_checked},
    {"thread.stops_itself", "a thread may suspend itself", a_thread_may_stop_itself},
    {"thread.deletes_itself", "a thread may delete itself", a_thread_may_delete_itself},
    {"thread.counters", "messages and time are counted", counters_count},
};

}  // namespace

constinit const kit::Table tests::thread_tests = table;
