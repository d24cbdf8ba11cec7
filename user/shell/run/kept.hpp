// SPDX-License-Identifier: MIT
// What a shell keeps for later: the values that variables had before a function made them local,
// and the commands for its end. Each stands in Shell::kept under a name that no variable can have.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

inline constexpr std::string_view end_trap = "EXIT!";

// What the variable is now comes back when the function that runs has ended. It stays unexported or
// exported meanwhile. False: there is no room.
bool keep_for_caller(Shell& shell, std::string_view name);

// While it lives, a function runs. In the end its local variables are its caller's again.
class Locals {
 public:
  explicit Locals(Shell& shell) : shell_(shell) { ++shell_.calls; }
  Locals(const Locals&) = delete;
  Locals& operator=(const Locals&) = delete;
  ~Locals();

 private:
  Shell& shell_;
};

// The commands for the end, once.
void run_end_trap(Shell& shell);

}  // namespace shell
