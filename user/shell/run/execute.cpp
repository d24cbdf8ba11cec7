// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/language/parser.hpp>
#include <user/shell/run/execute.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {

namespace files = ipc::files;

namespace {

// What a shell can do by itself, and no program has to be started for.
bool is_own(const Shell& shell, std::string_view name) {
  return find_builtin(name) != nullptr || shell.functions.find(name).has_value();
}

// Starts one command of a pipeline. A program is started at once; for all others there is a shell
// (docs/adr/0041-builtins-in-pipelines.md).
void start_command(Shell& shell, Job& job, const Command& command) {
  const Rewound rewound{shell.arena};
  Redirected redirected{shell.streams};
  Expander expander{shell.arena, shell};
  const Word* first = command.words.first;
  const bool is_plain = command.kind == CommandKind::simple && first != nullptr &&
                        command.assignments.empty() && !is_own(shell, first->source);
  if (!is_plain) return start_part(shell, job, shell.streams, command.source);

  for (const Word& word : command.words) {
    const auto added = expander.add(word);
    if (added.ok()) continue;
    shell.complain(added.error());
    return job.add_failed(1);
  }
  const auto words = expander.words();
  const auto environment = environment_of(shell, {});
  if (!words.ok() || !environment.has_value()) {
    shell.complain({.what = Failure::no_memory});
    return job.add_failed(1);
  }
  // A name that came out of a variable.
  if (words->empty() || is_own(shell, words->front()))
    return start_part(shell, job, shell.streams, command.source);
  shell.show({}, *words);
  if (!redirect(shell, redirected, command.redirections)) return job.add_failed(1);
  start_program(shell, job, shell.streams, *words, *environment);
}

// All commands of a pipeline, each with its end of the pipe to the next.
void start_pipeline(Shell& shell, Job& job, const Pipeline& pipeline) {
  u64 from = files::any_number;  // what the next one reads
  for (const Command& command : pipeline.commands) {
    Redirected redirected{shell.streams};
    if (from != files::any_number) static_cast<void>(redirected.take(0, from));
    from = files::any_number;
    if (job.is_full()) return shell.complain("pipeline", "it has too many parts");
    if (command.next != nullptr) {
      const auto pipe = files::PipeEnd::make(files::Session{});
      if (!pipe.ok()) return shell.complain("pipe", abi::sentence(pipe.error().error));
      static_cast<void>(redirected.take(1, pipe->write));
      from = pipe->read;
    }
    start_command(shell, job, command);
  }
}

Job* begin_job(Shell& shell, std::string_view text) {
  Job* job = shell.jobs.find_free();
  if (job == nullptr) {
    shell.complain("jobs", "there are too many; 'wait' waits for them");
    return nullptr;
  }
  const auto limits = std::exchange(shell.limits, {});
  const bool is_limited = limits.pages != 0 || limits.processes != 0;
  const abi::Status begun = job->begin(text, shell.has_terminal || is_limited, limits);
  if (begun.ok()) return job;
  shell.complain("jobs", abi::sentence(begun.error()));
  return nullptr;
}

int run_in_background(Shell& shell, const AndOr& item) {
  Job* job = begin_job(shell, item.source);
  if (job == nullptr) return 1;
  {
    // Nobody types for it.
    Redirected redirected{shell.streams};
    if (!shell.is_interactive || shell.streams[0].kind == Streams::Kind::terminal)
      static_cast<void>(redirected.open(0, "/dev/null", files::open_flag::read));
    const Pipeline& first = *item.pipelines.first;
    if (first.next == nullptr && !first.is_negated && !first.is_timed)
      start_pipeline(shell, *job, first);
    else
      start_part(shell, *job, shell.streams, item.source);
  }
  shell.jobs.to_background(*job);
  shell.last_background = job->last_pid();
  if (shell.is_interactive) {
    base::Text<64> line;
    line << '[' << job->number << "] " << job->last_pid() << '\n';
    shell.say(line.view());
  }
  return 0;
}

int run_together(Shell& shell, const Pipeline& pipeline, u64& run_time) {
  Job* job = begin_job(shell, pipeline.source);
  if (job == nullptr) return 1;
  start_pipeline(shell, *job, pipeline);
  const int status = wait_for(shell, *job);
  run_time = job->run_time();
  job->end();
  return status;
}

u64 milliseconds(u64 ticks) { return ticks * 1000 / ipc::machine::counter_frequency(); }

int run_pipeline(Shell& shell, const Pipeline& pipeline) {
  const u64 start = ipc::machine::counter();
  u64 run_time = 0;
  const Command& first = *pipeline.commands.first;
  const int status =
      first.next == nullptr ? run_command(shell, first) : run_together(shell, pipeline, run_time);
  if (pipeline.is_timed) {
    const u64 passed = milliseconds(ipc::machine::counter() - start);
    base::Text<64> line;
    line << "time: " << passed / 1000 << '.' << static_cast<char>('0' + passed / 100 % 10)
         << static_cast<char>('0' + passed / 10 % 10) << static_cast<char>('0' + passed % 10)
         << " s\n";
    shell.say(line.view());
  }
  if (!pipeline.is_negated) return status;
  return status == 0 ? 1 : 0;
}

void run_and_or(Shell& shell, const AndOr& item) {
  if (item.in_background) {
    shell.status = run_in_background(shell, item);
    return;
  }
  for (const Pipeline& pipeline : item.pipelines) {
    if (pipeline.connector == Connector::on_success && shell.status != 0) continue;
    if (pipeline.connector == Connector::on_failure && shell.status == 0) continue;
    const bool was_testing = shell.is_testing;
    const bool is_tested = was_testing || pipeline.next != nullptr || pipeline.is_negated;
    shell.is_testing = is_tested;
    shell.status = run_pipeline(shell, pipeline);
    shell.is_testing = was_testing;
    if (shell.flow != Flow::on) return;
    // set -e: whatever is not tested must not fail.
    if (shell.options.ends_on_error && shell.status != 0 && !is_tested)
      shell.flow = Flow::leave_shell;
  }
}

}  // namespace

int run_sequence(Shell& shell, const Sequence& sequence) {
  for (const AndOr& item : sequence) {
    if (!shell.is_going_on()) break;
    run_and_or(shell, item);
  }
  return shell.status;
}

int run_text(Shell& shell, std::string_view text) {
  u64 at = 0;
  while (at < text.size() && shell.is_going_on()) {
    const Rewound rewound{shell.arena};
    Parser parser{shell.arena, text, at};
    const auto line = parser.next_line();
    if (!line.ok()) {
      shell.complain([&](auto& out) { explain(out, line.error(), text); });
      return shell.status = status_wrong_use;
    }
    at = parser.at();
    run_sequence(shell, *line);
  }
  return shell.status;
}

int run_command(Shell& shell, const Command& command) {
  if (command.kind == CommandKind::simple) return run_simple(shell, command);
  Redirected redirected{shell.streams};
  if (!redirect(shell, redirected, command.redirections)) return 1;
  return run_compound(shell, command);
}

int run_program(Shell& shell, std::span<const std::string_view> words,
                std::span<const std::string_view> assignments) {
  const auto environment = environment_of(shell, assignments);
  if (!environment.has_value()) {
    shell.complain({.what = Failure::no_memory});
    return 1;
  }
  Job* job = begin_job(shell, words[0]);
  if (job == nullptr) return 1;
  start_program(shell, *job, shell.streams, words, *environment);
  const int status = wait_for(shell, *job);
  job->end();
  return status;
}

}  // namespace shell
