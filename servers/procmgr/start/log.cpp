// SPDX-License-Identifier: MIT
#include <libipc/serial.hpp>
#include <servers/procmgr/start/log.hpp>

namespace procmgr {

namespace {

constinit ipc::Serial serial;

}  // namespace

void use_serial(base::u64 registers) { serial = ipc::Serial{registers}; }

void log(std::string_view text) {
  serial.write("procmgr: ");
  serial.write(text);
  serial.write("\n");
}

void log_line(base::u64 pid, std::string_view text) {
  base::Text<192> line;
  line << '[' << pid << "] ";
  for (const char c : text) line << (c < ' ' || c == 0x7f ? '.' : c);
  line << '\n';
  serial.write(line.view());
}

}  // namespace procmgr
