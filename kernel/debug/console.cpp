// SPDX-License-Identifier: MIT
#include <debug/console.hpp>

namespace kernel {

void print_text(std::string_view text) {
  for (const char c : text) machine::put_character(core.machine, c);
  machine::put_character(core.machine, '\r');
  machine::put_character(core.machine, '\n');
}

}  // namespace kernel
