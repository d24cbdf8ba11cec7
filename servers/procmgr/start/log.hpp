// SPDX-License-Identifier: MIT
// What procmgr says: to the serial port, as long as nobody else drives it. While a console does, it
// stands in a ring that the console prints (abi/log_ring.hpp).
#pragma once

#include <base/text.hpp>
#include <concepts>
#include <servers/procmgr/memory/memory_object.hpp>
#include <span>
#include <string_view>

namespace procmgr {

// The serial port's registers are mapped here from now on; 0: somebody else has them.
void use_serial(base::u64 registers);

// The ring, made when it is asked for first. Errors: no_memory, over_quota.
abi::Result<MemoryObject*> log_memory();
// What is kept of the log from position `from` on, or from the oldest that is there, which `from`
// then is. How many bytes.
base::u64 read_log(base::u64& from, std::span<char> to);
// The console's notification, with the bit of the log.
void set_log_reader(CapPtr signal);
// The console prints from now on, if it can be told of new lines; procmgr prints again, and what
// the console has left.
void lend_log();
void take_log_back();

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
