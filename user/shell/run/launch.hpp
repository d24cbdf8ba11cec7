// SPDX-License-Identifier: MIT
// Processes: programs by their names, and parts of pipelines in shells of their own.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

using Words = std::span<const std::string_view>;

// Starts the program that words[0] names as a part of the job, with these streams. What went wrong
// has been said; the part then has a status.
void start_program(Shell& shell, Job& job, const Streams& streams, Words words, Words environment);

// Starts a shell that runs the commands with all variables and functions of this one. What it
// changes stays with it.
void start_part(Shell& shell, Job& job, const Streams& streams, std::string_view commands);

// What a child gets of variables: those that are exported, and NAME=VALUE of `assignments`, which
// go before. None: there is no memory.
std::optional<Words> environment_of(Shell& shell, Words assignments);

// Waits for a job in the foreground, and ends it on Ctrl-C. Its status, which `time` may look at
// before the job is given back.
int wait_for(Shell& shell, Job& job);

// What people should know about how a process ended; empty: nothing.
void tell_end(Shell& shell, const Part& part);

// Where the program with this name is, with all folders of PATH; empty: nowhere.
std::string_view find_program(Shell& shell, std::string_view name);

}  // namespace shell
