// SPDX-License-Identifier: MIT
// What is told of jobs in the background.
#pragma once

#include <user/shell/run/shell.hpp>

namespace shell {

// "[1] running  sleep 5"
void describe(base::TextWriter& line, const Job& job, bool is_running);

// Nobody will ask for it any more.
void forget(Shell& shell, Job& job);

// Says which jobs have ended since, and forgets them.
void tell_ended_jobs(Shell& shell);

}  // namespace shell
