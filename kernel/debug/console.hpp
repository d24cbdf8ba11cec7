// SPDX-License-Identifier: MIT
// Lines on the serial port, one at a time.
#pragma once

#include <base/text.hpp>
#include <machine/console.hpp>
#include <sched/kernel.hpp>

namespace kernel {

void print_text(std::string_view text);

template <class... Parts>
void print_line(const Parts&... parts) {
  base::Text<200> text;
  (text << ... << parts);
  print_text(text.view());
}

}  // namespace kernel
