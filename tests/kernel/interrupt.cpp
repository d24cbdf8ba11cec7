// SPDX-License-Identifier: MIT
// Interrupts of devices, by way of two whose lines a test can move.
#include <tests/kernel/kit/device.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;

constexpr Cap<ipc::IrqControl> control{abi::root_slot::irq_control};
constexpr u64 level = 0;
constexpr u64 edge = 1;

abi::Status attach(Cap<ipc::IrqHandler> handler, u64 number, u64 trigger = level) {
  return ipc::invoke(control,
                     abi::irq_control::Attach{
                         .handler = handler.at(), .number = number, .trigger = trigger})
      .error();
}

// A handler that signals a notification.
struct Attached {
  Cap<ipc::Notification> note;
  Cap<ipc::IrqHandler> handler;

  Attached(Context& t, const Line& line, u64 trigger = level, u64 bits = 1)
      : note(t.make<ipc::Notification>()), handler(t.make<ipc::IrqHandler>()) {
    t.need(ipc::set_target(handler, t.mint(note, abi::all_rights, bits)));
    t.need(attach(handler, line.number(), trigger));
  }
};

// Long enough for an interrupt to come that should not.
void wait_a_little() {
  const u64 end = ipc::machine::counter() + ipc::ticks_in(200'000);
  while (ipc::machine::counter() < end) {
  }
}

void expect_silence(Context& t, Cap<ipc::Notification> note, Where where = Where::current()) {
  wait_a_little();
  t.fails(ipc::poll(note), Error::would_block, where);
}

void masked_at_first(Context& t) {
  const Line line = Line::of_serial_port(t);
  const Attached uart{t, line, level, 0x30};
  line.raise();
  expect_silence(t, uart.note);
  t.need(ipc::acknowledge(uart.handler));
  t.equals(t.need(ipc::poll(uart.note)), u64{0x30});
  line.lower();
}

void once_for_each_acknowledge(Context& t) {
  // The line stays up: without the mask the machine would do nothing else any more.
  const Line line = Line::of_serial_port(t);
  const Attached uart{t, line};
  line.raise();
  for (int i = 0; i < 100; ++i) {
    t.need(ipc::acknowledge(uart.handler));
    t.need(ipc::poll(uart.note));
    t.fails(ipc::poll(uart.note), Error::would_block);
  }
  expect_silence(t, uart.note);
  line.lower();
  t.need(ipc::acknowledge(uart.handler));
  t.need(ipc::acknowledge(uart.handler));
  expect_silence(t, uart.note);
  line.raise();
  t.need(ipc::poll(uart.note));
  line.lower();
}

void edges_come_once(Context& t) {
  const Line line = Line::of_serial_port(t);
  line.raise();
  const Attached uart{t, line, edge};
  t.need(ipc::acknowledge(uart.handler));
  expect_silence(t, uart.note);  // the line was up before
  line.lower();
  line.raise();
  t.need(ipc::poll(uart.note));
  t.need(ipc::acknowledge(uart.handler));
  expect_silence(t, uart.note);  // it is still up
  // An edge while it is masked is not lost.
  line.lower();
  line.raise();
  t.need(ipc::poll(uart.note));
  line.lower();
  line.raise();
  expect_silence(t, uart.note);
  t.need(ipc::acknowledge(uart.handler));
  t.need(ipc::poll(uart.note));
  line.lower();
}

void two_devices(Context& t) {
  const Line serial = Line::of_serial_port(t);
  const Line clock = Line::of_clock(t);
  t.that(serial.number() != clock.number(), "they have lines of their own");
  const auto note = t.make<ipc::Notification>();
  const Attached a{t, serial};
  const Attached b{t, clock};
  t.need(ipc::set_target(a.handler, t.mint(note, abi::all_rights, 1)));
  t.need(ipc::set_target(b.handler, t.mint(note, abi::all_rights, 2)));
  t.need(ipc::acknowledge(a.handler));
  t.need(ipc::acknowledge(b.handler));
  clock.raise();
  t.equals(t.need(ipc::poll(note)), u64{2});
  serial.raise();
  t.equals(t.need(ipc::poll(note)), u64{1});
  clock.lower();
  t.need(ipc::acknowledge(b.handler));
  expect_silence(t, note);
  t.need(ipc::acknowledge(a.handler));
  t.equals(t.need(ipc::poll(note)), u64{1});
  serial.lower();
}

void attach_refuses(Context& t) {
  const Line line = Line::of_serial_port(t);
  const auto handler = t.make<ipc::IrqHandler>();
  t.fails(attach(handler, line.number(), 2), Error::bad_argument);
  t.fails(attach(Cap<ipc::IrqHandler>{t.slot()}, line.number()), Error::invalid_capability);
  t.fails(attach(Cap<ipc::IrqHandler>{t.make<ipc::Timer>().at()}, line.number()),
          Error::wrong_object);
  t.fails(attach(t.copy(handler, abi::irq_handler_right::acknowledge), line.number()),
          Error::denied);
  constexpr u64 impossible[] = {0, 1, 31, 1019, 1020, 1023, 8192, (u64{1} << 32) + 33, ~u64{0}};
  for (const u64 number : impossible) t.fails(attach(handler, number), Error::out_of_range);
  t.fails(ipc::acknowledge(handler), Error::not_found);
  t.succeeds(attach(t.copy(handler, abi::irq_handler_right::configure), line.number()));
}

void the_kernels_own(Context& t) {
  const u64 own = support::environment().boot_info->machine.timer_interrupt;
  t.fails(attach(t.make<ipc::IrqHandler>(), own), Error::denied);
}

void one_handler_each(Context& t) {
  const Line serial = Line::of_serial_port(t);
  const Line clock = Line::of_clock(t);
  const Attached first{t, serial};
  const auto second = t.make<ipc::IrqHandler>();
  t.fails(attach(second, serial.number()), Error::occupied);
  t.fails(attach(first.handler, clock.number()), Error::busy);
  t.fails(attach(first.handler, serial.number()), Error::occupied);
  t.need(t.remove(first.handler.at()));
  t.succeeds(attach(second, serial.number()));
}

void rights_are_needed(Context& t) {
  const Line line = Line::of_serial_port(t);
  const Attached uart{t, line};
  const auto may_acknowledge = t.copy(uart.handler, abi::irq_handler_right::acknowledge);
  const auto may_configure = t.copy(uart.handler, abi::irq_handler_right::configure);
  t.fails(ipc::set_target(may_acknowledge, uart.note), Error::denied);
  t.fails(ipc::acknowledge(may_configure), Error::denied);
  t.fails(ipc::set_target(may_configure, t.copy(uart.note, abi::notification_right::wait)),
          Error::denied);
  t.fails(ipc::set_target(may_configure, Cap<ipc::Notification>{t.slot()}),
          Error::invalid_capability);
  t.succeeds(ipc::acknowledge(may_acknowledge));
  line.raise();
  t.need(ipc::poll(uart.note));
  line.lower();
}

void deleted_while_pending(Context& t) {
  const Line line = Line::of_serial_port(t);
  const Attached first{t, line};
  line.raise();
  t.need(t.remove(first.handler.at()));  // pending, and still masked
  const Attached second{t, line};
  expect_silence(t, second.note);
  t.need(ipc::acknowledge(second.handler));
  t.need(ipc::poll(second.note));
  t.fails(ipc::poll(first.note), Error::would_block);
  line.lower();
  t.need(ipc::acknowledge(second.handler));
  t.need(t.remove(second.handler.at()));  // unmasked
  line.raise();
  expect_silence(t, second.note);
  line.lower();
}

void revoked_notifications(Context& t) {
  // The interrupt comes, is masked, and tells nobody.
  const Line line = Line::of_serial_port(t);
  const Attached uart{t, line};
  t.need(ipc::acknowledge(uart.handler));
  t.need(t.revoke(uart.note.at()));
  line.raise();
  expect_silence(t, uart.note);
  t.need(ipc::set_target(uart.handler, uart.note));
  expect_silence(t, uart.note);
  t.need(ipc::acknowledge(uart.handler));
  t.need(ipc::poll(uart.note));
  line.lower();
}

void handlers_come_first(Context& t) {
  // The thread that raises the line does not execute another instruction before the handler has.
  const Line line = Line::of_serial_port(t);
  const Attached uart{t, line};
  u64 served = 0;
  auto driver = [&] {
    for (;;) {
      t.need(ipc::acknowledge(uart.handler));
      t.need(ipc::wait(uart.note));
      line.lower();
      __atomic_fetch_add(&served, 1, __ATOMIC_RELAXED);
    }
  };
  Worker worker{t, driver, {.priority = {test_priority.level + 10}}};
  for (u64 i = 0; i < 100; ++i) {
    line.raise();
    // The machine may take its time to tell the CPU.
    while (__atomic_load_n(&served, __ATOMIC_RELAXED) == i) {
    }
    t.equals(__atomic_load_n(&served, __ATOMIC_RELAXED), i + 1);
  }
  worker.destroy();
}

void the_machine_sleeps(Context& t) {
  t.may_sleep();
  const Line clock = Line::of_clock(t);
  const Attached alarm{t, clock};
  t.need(ipc::acknowledge(alarm.handler));
  const u64 start = ipc::machine::counter();
  clock.raise_later();
  t.need(ipc::wait(alarm.note));
  t.that(ipc::machine::counter() - start >= ipc::ticks_in(900'000'000), "it came too early");
  clock.lower();
}

void bad_messages(Context& t) {
  const auto handler = t.make<ipc::IrqHandler>();
  const auto raw = [](CapPtr at, u32 label, u64 words) {
    return ipc::sys::call(at, {}, abi::MessageInfo::make(label, words)).error();
  };
  t.equals(raw(handler.at(), abi::irq_handler::Acknowledge::op, 1), Error::bad_argument);
  t.equals(raw(handler.at(), abi::irq_control::Attach::op, 3), Error::unknown_method);
  t.equals(raw(control.at(), abi::irq_control::Attach::op, 2), Error::bad_argument);
  t.equals(raw(control.at(), abi::irq_handler::Acknowledge::op, 0), Error::unknown_method);
  t.fails(t.memory().retype(abi::ObjectType::irq_handler, 7), Error::bad_argument);
  t.fails(t.memory().retype(abi::ObjectType::irq_control, 0), Error::not_supported);
}

constexpr Test table[] = {
    {"interrupt.masked", "an interrupt is masked until its first acknowledge", masked_at_first},
    {"interrupt.level", "a line that stays up signals once for each acknowledge",
     once_for_each_acknowledge},
    {"interrupt.edge", "a line that rises signals once, even while it is masked", edges_come_once},
    {"interrupt.two", "two devices have handlers of their own", two_devices},
    {"interrupt.refused", "wrong handlers, numbers and triggers are refused", attach_refuses},
    {"interrupt.own", "the kernel's own interrupt is refused", the_kernels_own},
    {"interrupt.exclusive", "an interrupt has one handler, and a handler one interrupt",
     one_handler_each},
    {"interrupt.rights", "configuring and acknowledging need their rights", rights_are_needed},
    {"interrupt.deleted", "an interrupt whose handler goes is masked and free",
     deleted_while_pending},
    {"interrupt.revoked", "a handler whose notification is revoked is silent",
     revoked_notifications},
    {"interrupt.urgent", "a handler of higher priority runs before whoever raised the line",
     handlers_come_first},
    {"interrupt.idle", "a device wakes the machine when all wait", the_machine_sleeps},
    {"interrupt.messages", "malformed invocations are refused", bad_messages},
};

}  // namespace

constinit const kit::Table tests::interrupt_tests = table;
