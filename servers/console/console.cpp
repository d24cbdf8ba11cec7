// SPDX-License-Identifier: MIT
#include <libipc/process/memory.hpp>
#include <libipc/time.hpp>
#include <new>
#include <servers/console/console.hpp>

namespace console {

namespace {

// How long a terminal emulator may take to say how large it is.
constexpr u64 patience = 333'000'000;  // nanoseconds

// Buffers of one port that one step takes.
constexpr u64 most_buffers = 32;

}  // namespace

// ---- Terminals --------------------------------------------------------------------------------

// The first whose device is there, or has been: a badge does not change hands when one hangs up.
Place* Console::find(abi::Badge badge) {
  Place* found = nullptr;
  for (const Named& named : std::span{names_, name_count_}) {
    if (named.badge != badge.value() && named.badge != any_badge) continue;
    found = named.place;
    if (found->terminal->attachment() != Attachment::none) break;
  }
  return found;
}

abi::Result<Place*> Console::place_of(std::string_view name) {
  for (Place& place : places())
    if (place.name == name) return &place;
  if (count_ == most_terminals) return Error::no_space;
  const auto memory = TRY(ipc::map_new(*base::align_up(sizeof(Terminal), base::page_size)));
  auto* terminal = new (memory.data()) Terminal{answers_};
  Place& place = places_[count_++];
  place = {.name = name, .terminal = terminal, .port = {}};
  // People sit at the serial port; what comes and goes through a port is for programs.
  if (place.is_serial())
    terminal->attach(Attachment::open);
  else
    TRY(terminal->set_mode(mode::raw));
  return &place;
}

abi::Status Console::add(u64 badge, std::string_view name) {
  if (name_count_ == most_names) return Error::no_space;
  Place* place = TRY(place_of(name));
  names_[name_count_++] = {badge, place};
  return {};
}

// A port's name is the last thing that its device tells of it, but for whether it is connected; and
// both come at once.
bool Console::is_complete() const {
  for (const Place& place : std::span{places_, count_})
    if (!place.is_serial() && !place.port) return false;
  return true;
}

void Console::attach(Place& place) {
  place.port = ports_.find(place.name);
  const bool was_there = place.terminal->attachment() != Attachment::none;
  bool is_connected = false;
  if (place.port) {
    ports_.open(*place.port);
    is_connected = ports_.port(*place.port).is_connected && !ports_.stream(*place.port).is_broken();
  }
  if (is_connected)
    place.terminal->attach(Attachment::open);
  else if (was_there)
    place.terminal->attach(Attachment::hung_up);
}

void Console::look_at_ports() {
  const bool has_changed = ports_.poll();
  for (Place& place : places()) {
    if (place.is_serial()) continue;
    // What came before somebody hung up is read first.
    pump(place);
    if (!has_changed) continue;
    attach(place);
    pump(place);
  }
}

void Console::take_over() {
  for (Place& place : places())
    if (place.is_serial()) parts_.uart.start(*place.terminal);
  parts_.log.start();
  for (Place& place : places()) pump(place);
  if (parts_.uart_interrupt) static_cast<void>(ipc::acknowledge(parts_.uart_interrupt));
  if (parts_.ports_interrupt) static_cast<void>(ipc::acknowledge(parts_.ports_interrupt));
}

// ---- Devices ----------------------------------------------------------------------------------

void Console::pump(Place& place) {
  if (place.is_serial())
    pump_serial(*place.terminal);
  else if (place.port)
    pump_port(*place.port, *place.terminal);
}

void Console::pump_serial(Terminal& terminal) {
  parts_.uart.pump(terminal);
  if (parts_.log.print(terminal)) parts_.uart.pump(terminal);
}

void Console::pump_port(u32 number, Terminal& terminal) {
  virtio::Pair& stream = ports_.stream(number);
  const virtio::Registers& registers = ports_.registers();
  for (u64 i = 0;; ++i) {
    const auto bytes = stream.input();
    if (bytes.data() == nullptr) break;
    const u64 taken = terminal.take_input(bytes);
    stream.consume(taken, registers);
    if (taken < bytes.size()) break;
    if (i == most_buffers) {
      static_cast<void>(ipc::signal(parts_.again));
      break;
    }
  }
  // Twice: writers that had waited fill the ring again.
  OutputRing& output = terminal.output();
  for (int i = 0; i < 2; ++i) {
    while (output.size() != 0) {
      const u64 sent = stream.send(output.front(), registers);
      output.drop(sent);
      if (sent == 0) break;
    }
    terminal.output_has_gone(stream.in_flight());
  }
  if (stream.is_broken()) terminal.attach(Attachment::hung_up);
  // The device takes more already, and does not say so because nobody was waiting when it did.
  if (output.size() != 0 && stream.has_room()) static_cast<void>(ipc::signal(parts_.again));
}

void Console::end_questions() {
  for (const Place& place : places()) place.terminal->give_up_asking();
}

void Console::notified(u64 bits) {
  if ((bits & bit::timer) != 0) end_questions();
  if ((bits & (bit::ports | bit::again)) != 0) look_at_ports();
  if ((bits & (bit::serial | bit::timer | abi::log_bit)) != 0)
    for (Place& place : places())
      if (place.is_serial()) pump(place);
  if ((bits & bit::serial) != 0) static_cast<void>(ipc::acknowledge(parts_.uart_interrupt));
  if ((bits & bit::ports) != 0) static_cast<void>(ipc::acknowledge(parts_.ports_interrupt));
}

// ---- Requests ---------------------------------------------------------------------------------

template <class R, class Function>
abi::Result<typename R::Reply> Console::with_terminal(const Caller& caller, Function&& request) {
  Place* place = find(caller.badge);
  if (place == nullptr) return Error::not_found;
  const abi::Result<typename R::Reply> result = request(*place->terminal);
  pump(*place);
  return result;
}

abi::Result<proto::Write::Reply> Console::handle(const proto::Write& request,
                                                 const Caller& caller) {
  return with_terminal<proto::Write>(
      caller, [&](Terminal& terminal) { return terminal.write(request, caller); });
}

abi::Result<proto::Read::Reply> Console::handle(const proto::Read& request, const Caller& caller) {
  return with_terminal<proto::Read>(
      caller, [&](Terminal& terminal) { return terminal.read(request, caller); });
}

abi::Result<proto::SetMode::Reply> Console::handle(const proto::SetMode& request,
                                                   const Caller& caller) {
  return with_terminal<proto::SetMode>(
      caller, [&](Terminal& terminal) { return terminal.set_mode(request.mode); });
}

abi::Result<proto::Info::Reply> Console::handle(const proto::Info&, const Caller& caller) {
  const Place* place = find(caller.badge);
  if (place == nullptr || place->terminal->attachment() == Attachment::none)
    return Error::not_found;
  return place->terminal->info();
}

abi::Result<proto::SetWindow::Reply> Console::handle(const proto::SetWindow& request,
                                                     const Caller& caller) {
  const Place* place = find(caller.badge);
  if (place == nullptr) return Error::not_found;
  place->terminal->set_window(request.columns, request.rows);
  return proto::SetWindow::Reply{};
}

abi::Result<proto::AskWindow::Reply> Console::handle(const proto::AskWindow& request,
                                                     const Caller& caller) {
  return with_terminal<proto::AskWindow>(caller, [&](Terminal& terminal) {
    auto asked = terminal.ask_window(request, caller);
    if (asked.ok())
      static_cast<void>(
          ipc::set_timer(parts_.timer, ipc::machine::counter() + ipc::ticks_in(patience)));
    return asked;
  });
}

abi::Result<proto::Watch::Reply> Console::handle(const proto::Watch& request, const Caller& caller,
                                                 ipc::Transfer& transfer) {
  Place* place = find(caller.badge);
  if (place == nullptr) return Error::not_found;
  // What came is looked at when it is signalled: what is no notification is forgotten then.
  auto notification = transfer.take<ipc::Notification>(0);
  if (!notification) return Error::invalid_capability;
  return place->terminal->watch(std::move(notification), request.events);
}

abi::Result<proto::Unwatch::Reply> Console::handle(const proto::Unwatch& request,
                                                   const Caller& caller) {
  Place* place = find(caller.badge);
  if (place == nullptr) return Error::not_found;
  TRY(place->terminal->unwatch(request.number));
  return proto::Unwatch::Reply{};
}

abi::Result<proto::Flush::Reply> Console::handle(const proto::Flush& request,
                                                 const Caller& caller) {
  return with_terminal<proto::Flush>(
      caller, [&](Terminal& terminal) { return terminal.flush(request, caller); });
}

abi::Result<proto::Discard::Reply> Console::handle(const proto::Discard&, const Caller& caller) {
  return with_terminal<proto::Discard>(caller, [](Terminal& terminal) {
    terminal.discard();
    return abi::Result<proto::Discard::Reply>{proto::Discard::Reply{}};
  });
}

}  // namespace console
