// SPDX-License-Identifier: MIT
// What procmgr says: to the serial port, as long as nobody else drives it.
#pragma once

#include <base/text.hpp>
#include <concepts>
#include <string_view>

namespace procmgr {

// The serial port's registers are mapped here from now on; 0: somebody else has them.
void use_serial(base::u64 registers);

void log(std::string_view text);

// A line: `log([](auto& line) { line << "pid " << pid; })`.
template <class Compose>
  requires std::invocable<Compose&, base::Text<256>&>
void log(Compose&& compose) {
  base::Text<256> text;
  compose(text);
  log(text.view());
}

// A line of a process. Characters that a terminal would obey are shown as dots.
void log_line(base::u64 pid, std::string_view text);

}  // namespace procmgr
