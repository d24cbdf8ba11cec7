// SPDX-License-Identifier: MIT
// Parts of pipelines that only a shell can run, and the output of commands: each in a shell of its
// own, which gets all that this one knows.
#include <user/shell/run/launch.hpp>
#include <user/shell/run/state.hpp>

namespace shell {

namespace files = ipc::files;

namespace {

// Reads what the job writes, until it has ended and nothing is left.
bool read_all(Shell& shell, Job& job, files::PipeEnd& pipe, TextBuilder& text) {
  if (!shell.events.watch(pipe).ok()) return false;
  char some[1024];
  for (bool is_running = true;;) {
    const auto count = pipe.try_read(std::as_writable_bytes(std::span{some}));
    if (count.ok() && *count != 0) {
      text << std::string_view{some, *count};
      if (!text.ok()) return false;
      continue;
    }
    const bool is_empty = !count.ok() && count.error().error == abi::Error::would_block;
    // What runs on in the background may hold the pipe for ever.
    if (!is_empty || !is_running) return true;
    // Whatever it has written it wrote before its end, so there is one look more.
    is_running = job.refresh();
    if (!is_running || pipe.is_ready()) continue;
    shell.events.wait();
    if (!shell.is_going_on()) return false;
  }
}

}  // namespace

void start_part(Shell& shell, Job& job, const Streams& streams, std::string_view commands) {
  Growing<std::string_view> words{shell.arena};
  words.push(shell_path);
  words.push("--part");
  words.push(commands);
  words.push(shell.name);
  words.push(shell.arguments);
  const Words state = state_of(shell, commands);
  if (!words.ok() || state.empty()) {
    shell.complain("memory", "there is none left for this command");
    return job.add_failed(status_cannot_start);
  }
  start_program(shell, job, streams, words.items(), state);
}

std::optional<std::string_view> Shell::output_of(std::string_view commands) {
  Job* job = jobs.find_free();
  const auto pipe = files::PipeEnd::make(files::Session{});
  if (job == nullptr || !pipe.ok() || !job->begin(commands, has_terminal).ok()) {
    if (pipe.ok()) close_number(pipe->read), close_number(pipe->write);
    complain("$(...)", "there is no room for another job");
    return std::nullopt;
  }
  {
    Redirected redirected{streams};
    static_cast<void>(redirected.take(1, pipe->write));
    start_part(*this, *job, streams, commands);
  }
  TextBuilder text{arena};
  auto end = files::PipeEnd::open(files::Session{}, pipe->read);
  const bool is_read = end.ok() && read_all(*this, *job, *end, text);
  // Whoever still writes into it hears that nobody reads.
  if (end.ok())
    end->close();
  else
    close_number(pipe->read);
  if (!is_read) job->kill();
  status = wait_for(*this, *job);
  ++substitutions;
  job->end();
  if (is_read) return text.view();
  if (!text.ok()) complain("$(...)", "there is no memory for its output");
  return std::nullopt;
}

}  // namespace shell
