// SPDX-License-Identifier: MIT
// The boot command line: words `key=value` for boot/ and the kernel, then perhaps a word `--` and
// the first process's arguments.
//
//   root=shell.elf log=quiet -- -c "ls"
//                               ^ arguments_offset; everything from here on is the process's own
#pragma once

#include <boot/decode/fault.hpp>
#include <boot/decode/warning.hpp>

namespace boot {

struct CommandLine {
  std::string_view root = "root.elf";  // the archive's entry that is the first process
  abi::LogLevel log_level = abi::LogLevel::info;
  abi::ExitDevice exit_device = abi::ExitDevice::none;
  base::u64 arguments_offset = 0;
};

// Words that are not understood become notices.
Result<CommandLine> read_command_line(std::string_view text, Notices& notices);

}  // namespace boot
