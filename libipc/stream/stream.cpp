// SPDX-License-Identifier: MIT
#include <libipc/stream/stream.hpp>

namespace ipc {

namespace {

using files::open_flag::read;
using files::open_flag::write;

}  // namespace

// ---- What it is --------------------------------------------------------------------------------

Stream Stream::of_terminal(Cap<Endpoint> terminal) {
  Stream stream;
  stream.terminal_ = terminal;
  stream.look_at_terminal();
  return stream;
}

// The mode tells: what is meant for people is changed on its way.
void Stream::look_at_terminal() {
  const auto info = terminal().info();
  kind_ = Kind::terminal;
  is_for_people_ = info.ok() && info->mode != terminal_mode::raw;
}

Outcome<Stream> Stream::open(Cap<Endpoint> session, u64 number, u64 flags) {
  const auto attributes = TRY(files::ask(
      session, files::Stat{.base = static_cast<u32>(number), .flags = 0, .text_bytes = 0}));
  if (attributes.kind == files::Kind::pipe)
    return Stream{TRY(files::PipeEnd::open(session, number))};
  Stream stream{files::File::inherited(session, number, flags, attributes.kind)};
  if (attributes.kind != files::Kind::device) return stream;
  // A device that answers by itself is read and written like a file. Others are capabilities.
  auto capability = stream.file_.open_contents(abi::all_rights);
  if (!capability.ok()) return stream;
  stream.owned_terminal_ = std::move(*capability);
  stream.terminal_ = stream.owned_terminal_;
  stream.look_at_terminal();
  return stream;
}

// ---- Bytes -------------------------------------------------------------------------------------

Outcome<u64> Stream::read(std::span<char> to) {
  switch (kind_) {
    case Kind::none: return u64{0};
    case Kind::terminal: return files::outcome(terminal().read(to));
    case Kind::file: return file_.read(std::as_writable_bytes(to));
    case Kind::pipe: return pipe_.read(std::as_writable_bytes(to));
  }
  return Problem{abi::Error::not_supported};
}

Outcome<void> Stream::write(std::string_view text) {
  switch (kind_) {
    case Kind::none: return Problem{abi::Error::not_supported};
    case Kind::terminal: return Problem{terminal().write(text).error()};
    case Kind::file: return Problem{file_.write(text).error()};
    case Kind::pipe: return Problem{pipe_.write(text).error()};
  }
  return Problem{abi::Error::not_supported};
}

// ---- The standard streams ----------------------------------------------------------------------

namespace {

struct Standard {
  Stream stream;
  bool is_open = false;
};
// They last as long as the process; vfs closes what is open when its session ends.
[[clang::no_destroy]] constinit Standard standard[3];

constexpr abi::CapPtr slots_of[] = {abi::bundle_slot::input, abi::bundle_slot::output,
                                    abi::bundle_slot::error};

Stream open_standard(u64 number) {
  const Cap<Endpoint> slot{slots_of[number]};
  if (Terminal{slot}.info().error() != abi::Error::invalid_capability)
    return Stream::of_terminal(slot);
  auto opened =
      Stream::open(Cap<Endpoint>{abi::bundle_slot::files}, number, number == 0 ? read : write);
  return opened.ok() ? std::move(*opened) : Stream{};
}

Stream& standard_stream(u64 number) {
  if (!standard[number].is_open) {
    standard[number].stream = open_standard(number);
    standard[number].is_open = true;
  }
  return standard[number].stream;
}

}  // namespace

Stream& input() { return standard_stream(0); }
Stream& output() { return standard_stream(1); }
Stream& error_output() { return standard_stream(2); }

}  // namespace ipc
