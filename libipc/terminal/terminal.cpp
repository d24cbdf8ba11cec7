// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/process/output.hpp>
#include <libipc/terminal/terminal.hpp>

namespace ipc {

namespace protocol = abi::console;

abi::Result<u64> Terminal::take(std::span<char> into, u32 flags) const {
  const auto most = static_cast<u32>(std::min<u64>(into.size(), protocol::max_text));
  const auto reply = TRY(call(terminal_, protocol::Read{.max = most, .flags = flags}));
  if (reply.bytes > most) return abi::Error::not_supported;
  std::memcpy(into.data(), reply.text, reply.bytes);
  return reply.bytes;
}

abi::Status Terminal::write(std::string_view text) const { return ipc::write(terminal_, text); }

abi::Status Terminal::flush() const { return call(terminal_, protocol::Flush{}).error(); }

abi::Result<u64> Terminal::set_mode(u64 mode) const {
  return TRY(call(terminal_, protocol::SetMode{.mode = mode})).previous;
}

abi::Result<protocol::Info::Reply> Terminal::info() const {
  return call(terminal_, protocol::Info{});
}

abi::Result<Terminal::Window> Terminal::window() const {
  const auto info = TRY(call(terminal_, protocol::Info{}));
  return Window{info.columns, info.rows};
}

abi::Result<Terminal::Window> Terminal::ask(u64 flags) const {
  const auto reply = TRY(call(terminal_, protocol::AskWindow{.flags = flags}));
  return Window{reply.columns, reply.rows};
}

abi::Status Terminal::set_window(Window window) const {
  return call(terminal_, protocol::SetWindow{.columns = window.columns, .rows = window.rows})
      .error();
}

abi::Result<u64> Terminal::watch(Cap<Notification> notification, u64 events) const {
  const protocol::Watch request{.events = events};
  return TRY(call(terminal_, request, {notification.at()}, {})).reply.number;
}

abi::Status Terminal::unwatch(u64 number) const {
  return call(terminal_, protocol::Unwatch{.number = number}).error();
}

abi::Status Terminal::discard() const { return call(terminal_, protocol::Discard{}).error(); }

}  // namespace ipc
