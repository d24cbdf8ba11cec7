// SPDX-License-Identifier: MIT
// Jobs in the background: jobs, wait, kill.
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/run/background.hpp>
#include <user/shell/run/execute.hpp>

namespace shell::builtin {
namespace {

// %N or a pid; null: there is none, which has been said.
Job* find(Shell& shell, Words words, std::string_view name) {
  const bool is_number = name.starts_with('%');
  const auto number = number_in(name.substr(is_number ? 1 : 0));
  Job* job = nullptr;
  if (number.has_value() && *number != 0)
    job = is_number ? shell.jobs.find(static_cast<u32>(*number)) : shell.jobs.find_pid(*number);
  if (job == nullptr) shell::fail(shell, words, name, "this shell has no such job or process");
  return job;
}

// Until it has ended, or somebody types Ctrl-C, which leaves it as it is.
int wait_for_one(Shell& shell, Job& job) {
  while (job.refresh()) {
    if (!shell.is_going_on()) return status_interrupted;
    job.wait(shell.events);
  }
  const int status = job.status();
  forget(shell, job);
  return status;
}

}  // namespace

int jobs(Shell& shell, Words words) {
  if (words.size() != 1) return wrong_use(shell, words);
  Output out{shell};
  for (Job& job : shell.jobs.all()) {
    if (!job.is_in_use() || job.number == 0) continue;
    const bool is_running = job.refresh();
    base::Text<160> line;
    describe(line, job, is_running);
    out << line.view();
    if (!is_running) forget(shell, job);
  }
  return out.finish();
}

int wait(Shell& shell, Words words) {
  if (words.size() == 1) {
    for (Job& job : shell.jobs.all())
      if (job.is_in_use() && job.number != 0) wait_for_one(shell, job);
    return shell.flow == Flow::interrupted ? status_interrupted : 0;
  }
  int status = 0;
  for (const std::string_view name : words.subspan(1)) {
    Job* job = find(shell, words, name);
    status = job == nullptr ? status_not_found : wait_for_one(shell, *job);
  }
  return status;
}

int kill(Shell& shell, Words words) {
  // There is one way to end a process, so signals' numbers say nothing.
  const bool has_signal = words.size() > 1 && words[1].starts_with('-');
  const Words names = words.subspan(has_signal ? 2 : 1);
  if (names.empty()) return wrong_use(shell, words);
  int status = 0;
  for (const std::string_view name : names) {
    // Other processes are the affair of a program, which needs a capability for that.
    const auto pid = number_in(name);
    if (pid.has_value() && shell.jobs.find_pid(*pid) == nullptr)
      return run_program(shell, words, {});
    Job* job = find(shell, words, name);
    if (job == nullptr)
      status = 1;
    else
      job->kill();
  }
  return status;
}

}  // namespace shell::builtin
