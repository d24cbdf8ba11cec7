// SPDX-License-Identifier: MIT
// What boot/ says: one line each, on the serial port.
//
//   boot: ...           information, unless log=quiet
//   boot: warning: ...  always
//   boot: error: ...    always, once, and then the machine goes off
//
// The only mutable state of boot/ that is reachable from everywhere, because an exception must be
// able to report too.
#pragma once

#include <base/text.hpp>
#include <boot/decode/fault.hpp>
#include <boot/decode/warning.hpp>
#include <boot/machine/serial.hpp>

namespace boot {

// For text from outside, which may hold anything: what is not printable becomes a question mark, so
// that it cannot imitate a line.
void write_safely(base::TextWriter& line, std::string_view text);

class Report {
 public:
  void use_serial(Serial serial) { serial_ = serial; }
  void use_power_conduit(abi::PowerConduit conduit) { power_conduit_ = conduit; }
  void set_log_level(abi::LogLevel level) { log_level_ = level; }

  [[nodiscard]] bool wants_debug() const { return log_level_ == abi::LogLevel::debug; }

  void info(std::string_view text);
  void debug(std::string_view text);
  // Says all of them, and empties the list.
  void warn(Notices& notices);

  // One error line, then power off, or wait for ever. `subject`: what is faulty; `detail`: where.
  [[noreturn]] void stop(std::string_view subject, Fault fault, std::string_view detail = {});
  [[noreturn]] void stop(std::string_view text);

  // For an exception: stops with a line that says where it came from.
  [[noreturn]] void stop_for_exception(base::u64 syndrome, base::u64 link, base::u64 address);

 private:
  void write_line(std::string_view prefix, std::string_view text);

  Serial serial_;
  abi::PowerConduit power_conduit_ = abi::PowerConduit::none;
  abi::LogLevel log_level_ = abi::LogLevel::info;
};

extern constinit Report report;

}  // namespace boot
