// SPDX-License-Identifier: MIT
#include <user/shell/run/text_file.hpp>

namespace shell {

namespace files = ipc::files;

namespace {

std::optional<std::string_view> refuse(Shell& shell, std::string_view path, std::string_view why) {
  shell.complain(path, why);
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> read_text_file(Shell& shell, std::string_view path) {
  auto file = files::Session{}.open(path);
  if (!file.ok())
    return refuse(shell, path,
                  file.error().error == abi::Error::not_found ? "there is no such file"
                                                              : abi::sentence(file.error().error));
  TextBuilder text{shell.arena};
  char some[1024];
  for (;;) {
    const auto count = file->read(std::as_writable_bytes(std::span{some}));
    if (!count.ok()) return refuse(shell, path, abi::sentence(count.error().error));
    if (*count == 0) break;
    text << std::string_view{some, *count};
    if (!text.ok()) return refuse(shell, path, "there is no memory for a file as long as this");
  }
  if (text.view().find('\0') != std::string_view::npos)
    return refuse(shell, path, "this is no text");
  return text.view();
}

Outcome<u64> read_line(ipc::Stream& stream, TextBuilder& text) {
  const u64 before = text.size();
  // A person's terminal gives lines; of all others what is taken is gone for those who read next.
  const bool gives_lines = stream.is_terminal();
  char some[256];
  for (;;) {
    const u64 count = TRY(stream.read(std::span{some, gives_lines ? sizeof(some) : 1}));
    if (count == 0) break;
    text << std::string_view{some, count};
    if (!text.ok()) return Problem{abi::Error::no_memory};
    if (some[count - 1] == '\n') break;
  }
  return text.size() - before;
}

}  // namespace shell
