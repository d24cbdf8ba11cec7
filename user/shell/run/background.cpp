// SPDX-License-Identifier: MIT
#include <user/shell/run/background.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {

void describe(base::TextWriter& line, const Job& job, bool is_running) {
  line << '[' << job.number << "] ";
  if (is_running)
    line << "running";
  else if (job.status() == 0)
    line << "done";
  else if (job.status() == status_killed)
    line << "killed";
  else
    line << "status " << job.status();
  line << "  " << job.text() << '\n';
}

void forget(Shell& shell, Job& job) {
  for (const Part& part : job.parts()) tell_end(shell, part);
  job.end();
}

void tell_ended_jobs(Shell& shell) {
  for (Job& job : shell.jobs.all()) {
    if (!job.is_in_use() || job.number == 0 || job.refresh()) continue;
    base::Text<160> line;
    describe(line, job, false);
    shell.say(line.view());
    forget(shell, job);
  }
}

}  // namespace shell
