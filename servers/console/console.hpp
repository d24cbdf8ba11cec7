// SPDX-License-Identifier: MIT
// The console server: terminals, the devices behind them, and the requests of those who hold a
// capability for one.
#pragma once

#include <servers/console/log.hpp>
#include <servers/console/uart.hpp>
#include <servers/console/virtio/ports.hpp>

namespace console {

using virtio::Ports;

// Bits of the server's notification; procmgr's log has another (abi/log_ring.hpp).
namespace bit {
inline constexpr u64 serial = 1;  // interrupt of the serial port
inline constexpr u64 ports = 2;   // of the virtio device
inline constexpr u64 timer = 4;
inline constexpr u64 again = 8;  // there is more to do than fitted into one step
}  // namespace bit

inline constexpr u64 most_terminals = 8;
inline constexpr u64 most_names = 16;
inline constexpr std::string_view serial_name = "serial";
inline constexpr u64 any_badge = 0;  // of a terminal that is everybody's

// A terminal and its device: `serial`, or a port by its name.
struct Place {
  std::string_view name;
  Terminal* terminal = nullptr;
  std::optional<u32> port;

  [[nodiscard]] bool is_serial() const { return name == serial_name; }
};

// What a badge stands for. One badge may have several, in the order in which they are wanted.
struct Named {
  u64 badge = 0;
  Place* place = nullptr;
};

// What the server got and made at its start.
struct Parts {
  Uart uart;
  ipc::Cap<ipc::IrqHandler> uart_interrupt;
  ipc::Cap<ipc::IrqHandler> ports_interrupt;
  ipc::Cap<ipc::Notification> again;
  ipc::Cap<ipc::Timer> timer;
  Log log;
};

class Console {
 public:
  Console(ipc::OwedAnswers& answers, const Parts& parts) : answers_(answers), parts_(parts) {}

  // The device is one that the badge may stand for: it does if those that were added before for
  // this badge are not there. Errors: no_space (too many), no_memory.
  abi::Status add(u64 badge, std::string_view name);

  // Where the virtio device's driver is; nobody else uses it.
  [[nodiscard]] Ports& ports() { return ports_; }
  // Whether each terminal has its device, be it connected or not.
  [[nodiscard]] bool is_complete() const;
  // Takes what the ports' device says; see Ports::poll.
  void look_at_ports();
  // procmgr knows that we serve, and leaves the serial port to us.
  void take_over();

  abi::Result<proto::Write::Reply> handle(const proto::Write& request, const Caller& caller);
  abi::Result<proto::Read::Reply> handle(const proto::Read& request, const Caller& caller);
  abi::Result<proto::SetMode::Reply> handle(const proto::SetMode& request, const Caller& caller);
  abi::Result<proto::Info::Reply> handle(const proto::Info& request, const Caller& caller);
  abi::Result<proto::SetWindow::Reply> handle(const proto::SetWindow& request,
                                              const Caller& caller);
  abi::Result<proto::AskWindow::Reply> handle(const proto::AskWindow& request,
                                              const Caller& caller);
  abi::Result<proto::Watch::Reply> handle(const proto::Watch& request, const Caller& caller,
                                          ipc::Transfer& transfer);
  abi::Result<proto::Unwatch::Reply> handle(const proto::Unwatch& request, const Caller& caller);
  abi::Result<proto::Flush::Reply> handle(const proto::Flush& request, const Caller& caller);
  abi::Result<proto::Discard::Reply> handle(const proto::Discard& request, const Caller& caller);

  void notified(u64 bits);

 private:
  std::span<Place> places() { return {places_, count_}; }
  Place* find(abi::Badge badge);
  abi::Result<Place*> place_of(std::string_view name);
  // Does `request` with the caller's terminal, then moves what can move.
  template <class R, class Function>
  abi::Result<typename R::Reply> with_terminal(const Caller& caller, Function&& request);

  void pump(Place& place);
  void pump_serial(Terminal& terminal);
  void pump_port(u32 number, Terminal& terminal);
  void attach(Place& place);
  void end_questions();

  ipc::OwedAnswers& answers_;
  Parts parts_;
  Ports ports_;
  Place places_[most_terminals];
  u64 count_ = 0;
  Named names_[most_names];
  u64 name_count_ = 0;
};

}  // namespace console
