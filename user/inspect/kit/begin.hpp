// SPDX-License-Identifier: MIT
// How a command of this folder begins: as any tool, and with `--json`.
#pragma once

#include <user/tools/kit/tool.hpp>

namespace inspect {

using base::u64;

struct Command {
  kit::Words operands;
  bool json = false;
};

// Says in --help that there is `--json`, and reads it.
Command begin(const kit::Usage& usage, int argc, char** argv);

// "--name", taken out. Other long options are read so before begin(). Where the first operand is a
// command, what stands behind it is that command's.
enum class Where { anywhere, in_front };
bool take_flag(int& argc, char** argv, std::string_view flag, Where where = Where::anywhere);

// A number from 1 on; what is none ends the program with status 2.
u64 pid_of(std::string_view word);
// "0x1000" or decimal.
u64 address_of(std::string_view word);

// The end, if the capability is missing: what is missing, and who gives it.
[[noreturn]] void lacks_inspect();
[[noreturn]] void lacks_inspector();
// The end, for any other reason.
[[noreturn]] void give_up(std::string_view what, abi::Error error);

}  // namespace inspect
