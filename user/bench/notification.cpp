// SPDX-License-Identifier: MIT
// Notifications, yield, and the cheapest call that fails.
#include <user/bench/measure.hpp>
#include <user/bench/partner.hpp>

namespace bench {
namespace {

void echo_signals(void*) {
  const Cap<ipc::Notification> in{abi::cap_at(0, partner_slot::first_note)};
  const Cap<ipc::Notification> out{abi::cap_at(0, partner_slot::second_note)};
  for (;;) {
    static_cast<void>(ipc::wait(in));
    static_cast<void>(ipc::signal(out));
  }
}

// A round trip between two address spaces, at equal priority.
abi::Status measure_ping_pong() {
  support::Memory& memory = support::environment().memory;
  Partner partner = TRY(Partner::make());
  const auto there = TRY(memory.make<ipc::Notification>());
  const auto back = TRY(memory.make<ipc::Notification>());
  TRY(partner.process.give(partner_slot::first_note, there.at()));
  TRY(partner.process.give(partner_slot::second_note, back.at()));
  TRY(partner.process.start(echo_signals, 0));
  measure("notify.ping_pong", [&] {
    static_cast<void>(ipc::signal(there));
    static_cast<void>(ipc::wait(back));
  });
  return {};
}

}  // namespace

abi::Status notification_rows() {
  support::Memory& memory = support::environment().memory;
  TRY(measure_ping_pong());
  const auto note = TRY(memory.make<ipc::Notification>());
  measure("notify.signal", [&] { static_cast<void>(ipc::signal(note)); });
  TRY(ipc::poll(note));
  measure("notify.poll", [&] { static_cast<void>(ipc::poll(note)); });
  measure("sched.yield", [] { ipc::yield(); });
  const auto frame = TRY(memory.make<ipc::Frame>(base::page_bits));
  measure("invoke.error", [&] {
    static_cast<void>(ipc::invoke(frame.get(), abi::frame::Unmap{.address = 1, .length = 1}));
  });
  return {};
}

}  // namespace bench
