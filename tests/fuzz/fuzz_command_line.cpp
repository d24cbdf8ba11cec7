// SPDX-License-Identifier: MIT
// Command lines of any bytes.
#include <boot/decode/command_line.hpp>

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  boot::Notices notices;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line = boot::read_command_line(text, notices);
  if (line.ok() && (line->arguments_offset > size || line->root.empty())) __builtin_trap();
  return 0;
}
