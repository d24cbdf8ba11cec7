// SPDX-License-Identifier: MIT
// Lines on the serial port, one at a time.
#pragma once

#include <base/text.hpp>
#include <machine/console.hpp>
#include <sched/kernel.hpp>

namespace kernel {

template <class... Parts>
void print_line(const Parts&... parts) {
  base::Text<200> text;
  (text << ... << parts);
  for (const char c : text.view()) machine::put_character(core.machine, c);
  machine::put_character(core.machine, '\r');
  machine::put_character(core.machine, '\n');
}

}  // namespace kernel
