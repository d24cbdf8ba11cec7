// SPDX-License-Identifier: MIT
#include <libipc/process/output.hpp>
#include <libipc/process/self.hpp>
#include <libipc/process/text.hpp>
#include <libipc/stream/stream.hpp>

namespace ipc {

abi::Status write(Cap<Endpoint> console, std::string_view text) {
  while (!text.empty()) {
    abi::console::Write request{};
    const std::string_view piece = take_piece(text, abi::console::max_text);
    request.bytes = static_cast<u32>(piece.size());
    put_text(request.text, piece);
    TRY(call(console, request));
  }
  return {};
}

void print(std::string_view text) {
  if (output().write(text).ok()) return;
  // The log makes lines by itself.
  if (text.ends_with('\n')) text.remove_suffix(1);
  log(text);
}

void print_error(std::string_view text) {
  if (!error_output().write(text).ok()) print(text);
}

}  // namespace ipc
