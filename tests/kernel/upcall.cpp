// SPDX-License-Identifier: MIT
// Upcalls: a foreign thread's system calls, and bits posted to it, handled in its own address
// space.
#include <abi/layout.hpp>
#include <abi/upcall.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>
#include <user/support/fault_report.hpp>

namespace {

using namespace kit;
using abi::UpcallFrame;
using abi::UpcallReason;
using abi::thread::Foreign;
using abi::thread::State;
using base::page_size;
namespace sys = ipc::sys;

// What the handler does and notes; it stands behind the frame, in the same page.
struct Page {
  UpcallFrame frame;
  u64 calls;         // system calls seen
  u64 bits;          // posted bits seen, together
  u64 posts;         // how often
  u64 last_call[9];  // x0..x8
  u64 pc;            // of the last upcall
  u64 result;        // for x0
  u64 nested;        // makes a system call in the handler
  u64 wait_inside;   // waits in the handler: for this notification
};

extern "C" {
void upcall_entry();  // upcall.S
void handle_upcall(UpcallFrame* frame, u64* registers) {
  auto& page = *reinterpret_cast<Page*>(frame);
  page.pc = frame->pc;
  if (frame->reason == UpcallReason::posted) {
    page.bits |= frame->bits;
    ++page.posts;
    return;
  }
  ++page.calls;
  for (u64 i = 0; i < 9; ++i) page.last_call[i] = registers[i];
  if (page.wait_inside != 0)
    static_cast<void>(ipc::wait(Cap<ipc::Notification>{CapPtr{page.wait_inside}}));
  if (page.nested != 0) ipc::machine::foreign_call(1);
  registers[0] = page.result;
}
}

// A page for frame, notes and handler stack, and the setting of a thread that uses it.
struct Upcalls {
  explicit Upcalls(Context& t) {
    address = t.need(t.space().reserve(page_size));
    frame = t.need(t.space().map_new(address, base::page_bits, support::read_write));
    *reinterpret_cast<Page*>(address) = {.frame = {.stack = address + page_size}};
  }
  [[nodiscard]] abi::thread::SetForeign setting() const {
    return {.mode = Foreign::upcall,
            .frame = frame.at(),
            .entry = reinterpret_cast<u64>(&upcall_entry)};
  }
  volatile Page& page() { return *reinterpret_cast<volatile Page*>(address); }

  u64 address = 0;
  Owned<ipc::Frame> frame;
};

abi::Status post(Cap<ipc::Thread> thread, u64 bits) {
  return ipc::invoke(thread, abi::thread::Post{bits}).error();
}

void calls_reach_the_handler(Context& t) {
  Upcalls upcalls{t};
  upcalls.page().result = 4711;
  u64 result = 0;
  auto body = [&] { result = ipc::machine::foreign_call(172, 5, 6); };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  worker.join();
  t.equals(result, u64{4711});
  t.equals(upcalls.page().calls, u64{1});
  t.equals(upcalls.page().last_call[8], u64{172});
  t.equals(upcalls.page().last_call[0], u64{5});
  t.equals(upcalls.page().last_call[1], u64{6});
  t.equals(upcalls.page().frame.busy, u64{0});
}

void all_registers_stay(Context& t) {
  Upcalls upcalls{t};
  AllRegisters registers;
  for (u64 i = 0; i < 31; ++i) registers.x[i] = pattern(1, i);
  registers.flags = 0x9000'0000;
  upcalls.page().result = 3;
  auto body = [&] {
    for (int i = 0; i < 10; ++i) system_call_0(&registers);
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  worker.join();
  t.equals(registers.x[0], u64{3});
  for (u64 i = 1; i < 31; ++i) t.equals(registers.x[i], pattern(1, i));
  t.equals(registers.stack_moved, u64{0});
  t.equals(registers.flags, u64{0x9000'0000});
  t.equals(upcalls.page().calls, u64{10});
}

void native_calls_are_none(Context& t) {
  Upcalls upcalls{t};
  const auto note = t.make<ipc::Notification>();
  Error error = Error::none;
  auto body = [&] {
    t.succeeds(ipc::signal(note));
    error = sys::call(CapPtr{0}, {}, abi::MessageInfo::make(0, 0)).error();
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  worker.join();
  t.equals(error, Error::invalid_capability);
  t.equals(upcalls.page().calls, u64{0});
}

void handlers_make_native_calls(Context& t) {
  Upcalls upcalls{t};
  const auto note = t.make<ipc::Notification>();
  upcalls.page().wait_inside = note.at().value();
  auto body = [&] { ipc::machine::foreign_call(1); };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  wait_for_state(t, worker.thread(), State::waiting);
  t.equals(upcalls.page().frame.busy, u64{1});
  t.that(!worker.is_done(), "the handler waits");
  t.succeeds(ipc::signal(note));
  worker.join();
}

void nested_calls_are_faults(Context& t) {
  Upcalls upcalls{t};
  upcalls.page().nested = 1;
  const auto faults = t.make<ipc::Endpoint>();
  auto body = [] { ipc::machine::foreign_call(1); };
  Worker worker{t, body, {.handler = faults, .foreign = upcalls.setting()}};
  const auto message = sys::recv(faults, t.make<ipc::Reply>());
  t.equals(message.info.kind(), abi::Kind::fault);
  t.equals(message.info.label(), static_cast<u32>(abi::FaultKind::system_call));
}

void posts_reach_who_computes(Context& t) {
  Upcalls upcalls{t};
  auto body = [&] {
    while (upcalls.page().bits != 0b111) ipc::yield();
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  t.succeeds(post(worker.thread(), 0b001));
  for (int i = 0; i < 5; ++i) ipc::yield();
  t.equals(upcalls.page().bits, u64{1});
  t.succeeds(post(worker.thread(), 0b010));
  t.succeeds(post(worker.thread(), 0b100));
  worker.join();
  t.equals(upcalls.page().posts, u64{2});
}

void posts_reach_who_spins(Context& t) {
  // A thread that makes no system call hears of it when its turn comes.
  Upcalls upcalls{t};
  auto body = [&] {
    while (upcalls.page().bits == 0) {
    }
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  for (int i = 0; i < 3; ++i) ipc::yield();
  t.succeeds(post(worker.thread(), 8));
  worker.join();
  t.equals(upcalls.page().bits, u64{8});
}

void posts_reach_who_waits_afterwards(Context& t) {
  Upcalls upcalls{t};
  const auto note = t.make<ipc::Notification>();
  u64 bits = 0;
  u64 posts_before = 1;
  auto body = [&] {
    bits = t.need(ipc::wait(note));
    posts_before = upcalls.page().posts;
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  wait_for_state(t, worker.thread(), State::waiting);
  t.succeeds(post(worker.thread(), 1));
  t.equals(worker.state(), State::waiting);
  t.equals(upcalls.page().posts, u64{0});
  t.succeeds(ipc::signal(note));
  worker.join();
  t.equals(bits, ~u64{0});
  t.equals(posts_before, u64{1});
}

void posts_wait_for_the_handler(Context& t) {
  Upcalls upcalls{t};
  const auto note = t.make<ipc::Notification>();
  upcalls.page().wait_inside = note.at().value();
  auto body = [&] { ipc::machine::foreign_call(1); };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  wait_for_state(t, worker.thread(), State::waiting);
  t.succeeds(post(worker.thread(), 4));
  t.succeeds(post(worker.thread(), 8));
  t.equals(upcalls.page().posts, u64{0});
  t.succeeds(ipc::signal(note));
  worker.join();
  t.equals(upcalls.page().posts, u64{1});
  t.equals(upcalls.page().bits, u64{12});
  t.equals(upcalls.page().calls, u64{1});
}

void programs_hold_posts_themselves(Context& t) {
  Upcalls upcalls{t};
  u64 held = 0;
  u64 posts[2] = {};
  const auto ready = t.make<ipc::Notification>();
  const auto posted = t.make<ipc::Notification>();
  auto body = [&] {
    upcalls.page().frame.busy = 1;
    t.succeeds(ipc::signal(ready));
    t.succeeds(ipc::wait(posted));
    posts[0] = upcalls.page().posts;
    upcalls.page().frame.busy = 0;
    held = upcalls.page().frame.held;
    ipc::yield();
    posts[1] = upcalls.page().posts;
  };
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  t.succeeds(ipc::wait(ready));
  t.succeeds(post(worker.thread(), 2));
  t.succeeds(ipc::signal(posted));
  worker.join();
  t.equals(posts[0], u64{0});
  t.equals(held, u64{1});
  t.equals(posts[1], u64{1});
}

void posting_needs_the_right(Context& t) {
  Upcalls upcalls{t};
  auto body = [] {};
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  worker.join();
  const auto weak = t.copy(worker.thread(), abi::Rights{0xff & ~abi::thread_right::post.bits});
  t.fails(post(weak, 1), Error::denied);
  t.fails(post(worker.thread(), 0), Error::bad_argument);
  t.succeeds(post(t.copy(worker.thread(), abi::thread_right::post), 1));
  Worker other{t, body};
  other.join();
  t.fails(post(other.thread(), 1), Error::not_supported);
}

void settings_are_checked(Context& t) {
  Upcalls upcalls{t};
  const auto thread = t.make<ipc::Thread>();
  const auto set = [&](const abi::thread::SetForeign& request) {
    return abi::Status{ipc::invoke(thread, request).error()};
  };
  auto good = upcalls.setting();
  t.succeeds(set(good));
  auto bad = good;
  bad.mode = static_cast<Foreign>(3);
  t.fails(set(bad), Error::bad_argument);
  bad = good;
  bad.frame = {};
  t.fails(set(bad), Error::bad_argument);
  bad = good;
  bad.offset = 8;
  t.fails(set(bad), Error::bad_argument);
  bad = good;
  bad.offset = page_size;
  t.fails(set(bad), Error::out_of_range);
  bad = good;
  bad.entry = abi::layout::user_end;
  t.fails(set(bad), Error::out_of_range);
  bad = good;
  bad.mode = Foreign::message;
  t.fails(set(bad), Error::bad_argument);
  bad = good;
  bad.frame = thread.at();
  t.fails(set(bad), Error::wrong_object);
  bad = good;
  bad.frame = t.copy(Cap<ipc::Frame>{upcalls.frame.at()}, abi::frame_right::read).at();
  t.fails(set(bad), Error::denied);
  t.succeeds(set({.mode = Foreign::message}));
  t.succeeds(set({}));
  const auto weak = t.copy(thread, abi::Rights{0xff & ~abi::thread_right::configure.bits});
  t.fails(ipc::invoke(weak, good), Error::denied);
  auto body = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, body};
  t.fails(ipc::invoke(worker.thread(), good), Error::busy);
}

void the_frame_can_go(Context& t) {
  Upcalls upcalls{t};
  const auto go = t.make<ipc::Notification>();
  const auto faults = t.make<ipc::Endpoint>();
  auto body = [&] {
    ipc::machine::foreign_call(1);
    static_cast<void>(ipc::wait(go));
    ipc::machine::foreign_call(2);
  };
  Worker worker{t, body, {.handler = faults, .foreign = upcalls.setting()}};
  wait_for_state(t, worker.thread(), State::waiting);
  t.succeeds(post(worker.thread(), 1));
  t.succeeds(t.revoke(upcalls.frame.at()));
  t.fails(post(worker.thread(), 1), Error::not_supported);
  t.succeeds(ipc::signal(go));
  const auto message = sys::recv(faults, t.make<ipc::Reply>());
  t.equals(message.info.label(), static_cast<u32>(abi::FaultKind::system_call));
  t.equals(upcalls.page().calls, u64{1});
  t.equals(upcalls.page().posts, u64{0});
}

void hostile_frames_harm_their_owner(Context& t) {
  // Whatever a program writes there: it goes on at that place, as a program.
  for (const u64 pc : {abi::layout::kernel_base, ~u64{0}, u64{1} << 45, u64{0}}) {
    Upcalls upcalls{t};
    const auto faults = t.make<ipc::Endpoint>();
    auto body = [&] {
      *const_cast<UpcallFrame*>(&upcalls.page().frame) = {
          .busy = 1, .stack = ~u64{0}, .pc = pc, .sp = ~u64{7}, .flags = ~u64{0}};
      asm volatile("svc #13");
    };
    Worker worker{t, body, {.pager = faults, .handler = faults, .foreign = upcalls.setting()}};
    const auto message = sys::recv(faults, t.make<ipc::Reply>());
    t.equals(message.info.kind(), abi::Kind::fault);
    const auto fault = support::fault_of(message);
    t.equals(fault.flags & ~u64{0xf000'0000}, u64{0});
    t.equals(fault.pc, pc);
  }
}

void returning_from_nothing_is_a_fault(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  auto body = [] { asm volatile("svc #13"); };
  Worker worker{t, body, {.handler = faults}};
  const auto message = sys::recv(faults, t.make<ipc::Reply>());
  t.equals(message.info.label(), static_cast<u32>(abi::FaultKind::system_call));
}

void dispatch_forgets_posts(Context& t) {
  Upcalls upcalls{t};
  auto body = [] {};
  Worker worker{t, body, {.foreign = upcalls.setting()}};
  worker.join();
  t.succeeds(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  t.succeeds(post(worker.thread(), 1));
  worker.restart();
  worker.join();
  t.equals(upcalls.page().posts, u64{0});
}

constexpr Test table[] = {
    {"upcall.call", "a foreign system call enters the handler and returns",
     calls_reach_the_handler},
    {"upcall.registers", "an upcall keeps all registers", all_registers_stay},
    {"upcall.native", "native system calls are no upcalls", native_calls_are_none},
    {"upcall.inside", "a handler makes native system calls", handlers_make_native_calls},
    {"upcall.nested", "a foreign system call in the handler is a fault", nested_calls_are_faults},
    {"upcall.post", "posted bits reach a thread that runs", posts_reach_who_computes},
    {"upcall.spin", "posted bits reach a thread that makes no system calls", posts_reach_who_spins},
    {"upcall.wait", "posted bits wait for the end of a system call",
     posts_reach_who_waits_afterwards},
    {"upcall.busy", "posted bits wait for the end of the handler", posts_wait_for_the_handler},
    {"upcall.held", "a program can hold posted bits back", programs_hold_posts_themselves},
    {"upcall.rights", "posting needs the right and a thread that makes upcalls",
     posting_needs_the_right},
    {"upcall.setting", "bad settings of foreign threads are refused", settings_are_checked},
    {"upcall.frame_goes", "a thread whose frame goes makes upcalls no more", the_frame_can_go},
    {"upcall.hostile", "what a program writes into its frame harms itself only",
     hostile_frames_harm_their_owner},
    {"upcall.return", "returning from no upcall is a fault", returning_from_nothing_is_a_fault},
    {"upcall.dispatch", "dispatch forgets posted bits", dispatch_forgets_posts},
};

}  // namespace

constinit const kit::Table tests::upcall_tests = table;
