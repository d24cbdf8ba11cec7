// SPDX-License-Identifier: MIT
// What one shell tells another that runs a part of its work: an environment in which entries begin
// with a sign that no variable's name begins with.
//
//   NAME=VALUE     exported       -NAME=VALUE   not exported     ()NAME=BODY   a function
//   ?=STATUS       $? so far      $=PID         $$               !=PID         $!
//   <=LINES        what was typed, for commands in which the word history stands
#pragma once

#include <user/shell/run/launch.hpp>

namespace shell {

// Of this shell, for these commands. Empty: there is no memory.
Words state_of(Shell& shell, std::string_view commands);

// Takes over an environment. Of other programs only variables are believed.
void adopt(Shell& shell, char** environment, bool is_part);

}  // namespace shell
