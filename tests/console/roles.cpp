// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <tests/console/roles.hpp>

namespace console_test {

namespace {

namespace mode = ipc::terminal_mode;

constexpr std::string_view image_name = "bin/console_tests";

template <class T>
int failed(const abi::Result<T>& result, int line) {
  ipc::print([&](auto& out) { out << "failed at " << line << ": " << sentence(result.error()); });
  return 100;
}

// Results go out before the machine ends.
int end(int status) {
  const bool is_out = terminal.flush().ok();
  return is_out ? status : 101;
}

}  // namespace

void pause(u64 milliseconds) {
  const auto timer = ipc::make<ipc::Timer>();
  const auto notification = ipc::make<ipc::Notification>();
  if (!timer.ok() || !notification.ok()) return;
  static_cast<void>(ipc::set_target(timer->get(), notification->get()));
  static_cast<void>(ipc::set_timer(
      timer->get(), ipc::machine::counter() + ipc::ticks_in(milliseconds * 1'000'000)));
  static_cast<void>(ipc::wait(*notification));
}

ipc::SpawnResult<ipc::Process> start(std::string_view role, u64 number) {
  static ipc::Cap<ipc::Endpoint> image;
  if (!image) {
    auto opened = ipc::MemoryObject::open_module(image_name);
    if (!opened.ok()) return ipc::SpawnError{.error = opened.error()};
    static char place[sizeof(ipc::MemoryObject)];
    image = *new (place) ipc::MemoryObject{std::move(*opened)};
  }
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return ipc::SpawnError{.error = bundle.error()};
  for (const auto slot : {abi::bundle_slot::input, abi::bundle_slot::output})
    static_cast<void>(bundle->give(slot, terminal_cap));
  base::Text<32> text;
  text << number;
  const std::string_view words[] = {"child", role, text.view()};
  return ipc::spawn(image, words, {.bundle = &*bundle});
}

int copy(u64) {
  ipc::print("ready\n");
  char text[512];
  for (;;) {
    const auto count = terminal.read(text);
    if (!count.ok()) return failed(count, __LINE__);
    if (*count == 0) break;
    ipc::print([&](auto& line) { line << '<' << std::string_view{text, *count - 1} << '>'; });
  }
  ipc::print("end\n");
  return end(0);
}

int count(u64) {
  static char text[abi::console::max_text];
  Checksum sum;
  u64 bytes = 0;
  ipc::print("ready\n");
  for (;;) {
    const auto count = terminal.read(text);
    if (!count.ok()) return failed(count, __LINE__);
    if (*count == 0) break;
    bytes += *count;
    sum.add({text, *count});
  }
  ipc::print([&](auto& line) { line << "bytes " << bytes << " sum " << base::Hex{sum.value()}; });
  return end(0);
}

int print(u64 bytes) {
  Pattern pattern;
  static char text[4000];
  while (bytes != 0) {
    const auto piece = std::span{text}.first(std::min<u64>(bytes, sizeof(text)));
    pattern.fill(piece);
    for (u64 i = 0; i < piece.size(); ++i) {
      piece[i] = static_cast<char>('0' + (piece[i] & 63));
      if (i % 100 == 99) piece[i] = '\n';
    }
    const abi::Status written = terminal.write({piece.data(), piece.size()});
    if (!written.ok()) return failed(written, __LINE__);
    bytes -= piece.size();
  }
  return end(0);
}

int lines(u64 number) {
  for (int i = 0; i < 50; ++i)
    ipc::print([&](auto& line) {
      line << "line of " << number << ": ";
      for (u64 k = 0; k < 40 + number % 7 * 20; ++k) line << static_cast<char>('a' + number % 26);
      line << " ends";
    });
  return 0;
}

int writers(u64 count) {
  ipc::Process children[64];
  for (u64 i = 0; i < count; ++i) {
    auto child = start("lines", i);
    if (!child.ok()) return 102;
    children[i] = std::move(*child);
  }
  for (u64 i = 0; i < count; ++i)
    if (!children[i].wait().ok()) return 103;
  return end(0);
}

int interrupt(u64) {
  const auto notification = ipc::make<ipc::Notification>();
  if (!notification.ok()) return failed(notification, __LINE__);
  const auto number = terminal.watch(*notification, ipc::terminal_event::interrupt);
  if (!number.ok()) return failed(number, __LINE__);
  ipc::print("ready\n");
  static_cast<void>(ipc::wait(*notification));
  if (!terminal.unwatch(*number).ok() || terminal.unwatch(*number).error() != Error::not_found)
    return 104;
  ipc::print("interrupted\n");
  char text[16];
  const auto count = terminal.read(text);
  if (count.error() != Error::cancelled) return failed(count, __LINE__);
  if (ipc::poll(*notification).ok()) return 105;
  ipc::print("cancelled\n");
  return end(0);
}

int wait(u64 expected) {
  char text[16];
  return static_cast<u64>(terminal.read(text).error()) == expected ? 0 : 1;
}

int readers(u64 count) {
  ipc::Process children[64];
  for (u64 round = 0; round < 3; ++round) {
    u64 refused = 0;
    for (u64 i = 0; i < count; ++i) {
      auto child = start("wait", static_cast<u64>(Error::no_space));
      if (!child.ok()) return 102;
      children[i] = std::move(*child);
    }
    pause(200);
    for (u64 i = 0; i < count; ++i)
      if (children[i].poll().ok()) ++refused;
    // Kept waiting: 32 and no more, however often they are killed and come again.
    if (refused != count - std::min<u64>(count, 32)) return static_cast<int>(50 + refused);
    for (u64 i = 0; i < count; ++i) static_cast<void>(children[i].kill());
    for (u64 i = 0; i < count; ++i) static_cast<void>(children[i].wait());
  }
  ipc::print("ready\n");
  char text[64];
  const auto typed = terminal.read(text);
  if (!typed.ok()) return failed(typed, __LINE__);
  ipc::print([&](auto& line) { line << "got " << std::string_view{text, *typed - 1}; });
  return end(0);
}

int errors(u64) {
  namespace proto = abi::console;
  const auto error_of = [](const auto& request) { return call(terminal_cap, request).error(); };
  const proto::Write too_long{.bytes = 10'000, .flags = 0, .text = {}};
  const bool all_are_right =
      error_of(proto::Read{.max = 0, .flags = 0}) == Error::bad_argument &&
      error_of(proto::Read{.max = 1, .flags = 2}) == Error::bad_argument &&
      error_of(proto::Read{.max = 1, .flags = 1}) == Error::would_block &&
      error_of(proto::Write{.bytes = 0, .flags = 4, .text = {}}) == Error::bad_argument &&
      error_of(too_long) == Error::bad_argument &&
      error_of(proto::Write{.bytes = 0, .flags = 0, .text = {}}) == Error::none &&
      error_of(proto::SetMode{.mode = 32}) == Error::bad_argument &&
      error_of(proto::Flush{.flags = 2}) == Error::bad_argument &&
      error_of(proto::AskWindow{.flags = 2}) == Error::bad_argument &&
      error_of(Crash{}) != Error::none;
  if (!all_are_right) return 1;
  const auto notification = ipc::make<ipc::Notification>();
  if (!notification.ok()) return failed(notification, __LINE__);
  if (terminal.watch(*notification, 0).error() != Error::bad_argument) return 2;
  if (terminal.watch(ipc::Cap<ipc::Notification>{}, 1).error() != Error::invalid_capability)
    return 3;
  // What is no notification is taken and forgotten at the first signal; eight places in all.
  for (u64 i = 0; i < 20; ++i) {
    const auto endpoint = ipc::make<ipc::Endpoint>();
    const ipc::Cap<ipc::Notification> wrong{endpoint->at()};
    if (!terminal.watch(wrong, ipc::terminal_event::interrupt).ok()) return 4;
  }
  for (u64 i = 0; i < 8; ++i)
    if (!terminal.watch(*notification, ipc::terminal_event::hang_up).ok()) return 5;
  if (terminal.watch(*notification, ipc::terminal_event::hang_up).error() != Error::no_space)
    return 6;
  ipc::print("all errors are right\n");
  return end(0);
}

int window(u64) {
  for (int i = 0; i < 2; ++i) {
    const auto size = terminal.ask_window();
    ipc::print([&](auto& line) {
      if (size.ok())
        line << "window " << size->columns << " x " << size->rows;
      else
        line << "window: " << abi::sentence(size.error());
    });
  }
  return copy(0);
}

// Asks and does something else meanwhile.
int window_later(u64) {
  const abi::Status asked = terminal.begin_to_ask_window();
  if (!asked.ok()) return failed(abi::Result<u64>{asked.error()}, __LINE__);
  char text[64];
  const auto typed = terminal.read(text);
  const auto size = terminal.window();
  if (!typed.ok() || !size.ok()) return failed(typed, __LINE__);
  ipc::print([&](auto& line) {
    line << "got " << std::string_view{text, *typed - 1} << ", window " << size->columns << " x "
         << size->rows;
  });
  return end(0);
}

int port(u64 bytes) {
  static char text[abi::console::max_text];
  Checksum sum;
  for (u64 left = bytes; left != 0;) {
    const auto piece = std::span{text}.first(std::min<u64>(left, sizeof(text)));
    const auto count = port_terminal.read(piece);
    if (!count.ok()) return failed(count, __LINE__);
    if (*count == 0) return 106;
    sum.add({text, *count});
    left -= *count;
  }
  ipc::print([&](auto& line) { line << "sum " << base::Hex{sum.value()}; });
  Pattern pattern;
  for (u64 left = bytes; left != 0;) {
    const auto piece = std::span{text}.first(std::min<u64>(left, sizeof(text)));
    pattern.fill(piece);
    const abi::Status written = port_terminal.write({piece.data(), piece.size()});
    if (!written.ok()) return failed(written, __LINE__);
    left -= piece.size();
  }
  const abi::Status flushed = port_terminal.flush();
  if (!flushed.ok()) return failed(flushed, __LINE__);
  return end(0);
}

int survive(u64) {
  for (int i = 0; i < 3; ++i) {
    ipc::print([&](auto& line) { line << "life " << i; });
    const auto crashed = call(terminal_cap, Crash{});
    if (crashed.error() != Error::gone) return failed(crashed, __LINE__);
  }
  // Waits in the endpoint until the console is up again.
  ipc::print("life 3\n");
  char text[64];
  const auto typed = terminal.read(text);
  if (!typed.ok()) return failed(typed, __LINE__);
  ipc::print([&](auto& line) { line << "got " << std::string_view{text, *typed - 1}; });
  const abi::Status flushed = terminal.flush();
  // It is not started a fourth time.
  static_cast<void>(call(terminal_cap, Crash{}));
  pause(100);
  const abi::Status gone = terminal.write("x");
  return flushed.ok() && gone.error() != Error::none ? 0 : 1;
}

int type_ahead(u64) {
  static_cast<void>(terminal.set_mode(mode::line_editor));
  ipc::print("type\n");
  pause(300);
  // Typed raw, and now edited: the backspace counts, the return ends the line.
  static_cast<void>(terminal.set_mode(mode::cooked));
  char text[64];
  const auto line = terminal.read(text);
  if (!line.ok()) return failed(line, __LINE__);
  ipc::print([&](auto& out) { out << "line " << std::string_view{text, *line - 1}; });
  pause(300);
  // Typed as the beginning of a line, and now read as it is.
  static_cast<void>(terminal.set_mode(mode::line_editor));
  const auto rest = terminal.read(text);
  if (!rest.ok()) return failed(rest, __LINE__);
  ipc::print([&](auto& out) { out << "rest " << std::string_view{text, *rest}; });
  return end(0);
}

int hang_up(u64) {
  const auto notification = ipc::make<ipc::Notification>();
  if (!notification.ok()) return failed(notification, __LINE__);
  const auto number = port_terminal.watch(*notification, ipc::terminal_event::hang_up);
  if (!number.ok()) return failed(number, __LINE__);
  ipc::print("ready\n");
  char text[64];
  const auto last = port_terminal.read(text);
  if (!last.ok() || *last == 0) return failed(last, __LINE__);
  const auto nothing = port_terminal.read(text);
  if (!nothing.ok() || *nothing != 0) return failed(nothing, __LINE__);
  static_cast<void>(ipc::wait(*notification));
  if (port_terminal.write("x").error() != Error::gone) return 107;
  ipc::print([&](auto& line) { line << "hung up after " << std::string_view{text, *last}; });
  return end(0);
}

}  // namespace console_test
