// SPDX-License-Identifier: MIT
// What steps of the tour show that no program shows.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell::tour {

// Calls procmgr many times, and says how long one takes.
int call_often(Shell& shell);
// One line that is the same whenever nothing has changed.
int tell_pages(Shell& shell);
// Reads from where nothing is.
[[noreturn]] int crash();

}  // namespace shell::tour
