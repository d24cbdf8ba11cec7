// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <user/shell/run/streams.hpp>

namespace shell {

namespace files = ipc::files;
using ipc::Cap;
using ipc::Endpoint;

Streams Streams::own() {
  constexpr abi::CapPtr slots[] = {abi::bundle_slot::input, abi::bundle_slot::output,
                                   abi::bundle_slot::error};
  Streams own;
  for (u64 i = 0; i < count; ++i) {
    const files::Stat stat{.base = static_cast<u32>(i), .flags = 0, .text_bytes = 0};
    const bool has_slot = i < std::size(slots);
    if (has_slot &&
        ipc::Terminal{Cap<Endpoint>{slots[i]}}.info().error() != abi::Error::invalid_capability)
      own[i] = {.kind = Kind::terminal, .terminal = slots[i]};
    else if (files::ask(files::Session{}, stat).ok())
      own[i] = {.kind = Kind::file, .number = i};
  }
  return own;
}

ipc::Stream Streams::open(u64 i) const {
  const One& one = table_[i];
  if (one.kind == Kind::closed) return {};
  if (one.kind == Kind::terminal) return ipc::Stream::of_terminal(Cap<Endpoint>{one.terminal});
  const files::Duplicate request{.number = one.number, .to = files::any_number};
  const auto copy = files::ask(files::Session{}, request);
  if (!copy.ok()) return {};
  const u64 flags = i == 0 ? files::open_flag::read : files::open_flag::write;
  auto stream = ipc::Stream::open(files::Session{}, copy->number, flags);
  if (!stream.ok()) close_number(copy->number);
  return stream.ok() ? std::move(*stream) : ipc::Stream{};
}

void close_number(u64 number) {
  static_cast<void>(files::ask(files::Session{}, files::Close{.number = number}));
}

Redirected::~Redirected() {
  streams_ = before_;
  while (count_ != 0) close_number(numbers_[--count_]);
}

Outcome<void> Redirected::open(u64 i, std::string_view path, u64 flags) {
  auto file = TRY(files::Session{}.open(path, flags));
  return take(i, file.release());
}

// A file, and no pipe: nobody has to be there to write. It loses its name at once.
Outcome<void> Redirected::give(u64 i, std::string_view text) {
  namespace flag = files::open_flag;
  static constinit u64 texts = 0;
  const files::Session session;
  base::Text<64> path;
  path << "/tmp/.text-" << ipc::process_page().pid << '-' << ++texts;
  auto file = TRY(
      session.open(path.view(), flag::read | flag::write | flag::create | flag::exclusive, 0600));
  const auto written = file.write(text);
  const auto opened =
      written.ok() ? open(i, path.view(), flag::read) : Outcome<void>{written.error()};
  const auto removed = session.remove(path.view());
  return opened.ok() ? removed : opened;
}

Outcome<void> Redirected::take(u64 i, u64 number) {
  if (count_ == max_files) {
    close_number(number);
    return Problem{abi::Error::no_space};
  }
  numbers_[count_++] = number;
  streams_[i] = {.kind = Streams::Kind::file, .number = number};
  return {};
}

Outcome<void> Redirected::copy(u64 i, u64 from) {
  if (streams_[from].kind == Streams::Kind::closed) return Problem{abi::Error::not_found};
  streams_[i] = streams_[from];
  return {};
}

}  // namespace shell
