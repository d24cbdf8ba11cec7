// SPDX-License-Identifier: MIT
#include <libipc/files/program.hpp>
#include <libipc/process/bundle.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {

namespace files = ipc::files;
using abi::procmgr::SpawnFault;
using abi::procmgr::SpawnStep;
using ipc::Cap;
using ipc::Endpoint;

namespace {

// A child's own session, with its streams in it. Who shall not look into the machine, does not see
// it under /proc either.
Outcome<files::OwnedSession> make_session(const Streams& streams, u32 withholds) {
  namespace right = abi::files::session_right;
  const files::Session own;
  const bool inspects = (withholds & withheld::inspect) == 0;
  auto session = TRY(files::OwnedSession::make(
      own, {.rights = inspects ? right::all : right::change | right::ignore_modes}));
  for (u64 i = 0; i < Streams::count; ++i)
    if (streams[i].kind == Streams::Kind::file) TRY(session.inherit(own, streams[i].number, i));
  return session;
}

// What this shell does not have, its children do not get either: that is no error.
template <class Capability>
abi::Status hand_on(ipc::Bundle& bundle, abi::CapPtr slot, Capability capability) {
  const abi::Status given = bundle.give(slot, capability);
  return given.error() == abi::Error::invalid_capability ? abi::Status{} : given;
}

abi::Status give_streams(ipc::Bundle& bundle, const Streams& streams, u32 withholds) {
  constexpr struct {
    abi::CapPtr slot;
    u32 bit;
  } slots[] = {{abi::bundle_slot::input, withheld::input},
               {abi::bundle_slot::output, withheld::output},
               {abi::bundle_slot::error, withheld::error}};
  for (u64 i = 0; i < 3; ++i)
    if (streams[i].kind == Streams::Kind::terminal && (withholds & slots[i].bit) == 0)
      TRY(hand_on(bundle, slots[i].slot, Cap<Endpoint>{streams[i].terminal}));
  return {};
}

// All that a child holds.
abi::Result<ipc::Bundle> make_bundle(const Job& job, const Streams& streams,
                                     const files::OwnedSession& session, u32 withholds) {
  auto bundle = TRY(ipc::Bundle::make());
  if ((withholds & withheld::files) == 0)
    TRY(hand_on(bundle, abi::bundle_slot::files, Cap<Endpoint>{session}));
  TRY(give_streams(bundle, streams, withholds));
  constexpr Cap<Endpoint> spawner{abi::bundle_slot::spawner};
  if ((withholds & withheld::spawner) == 0)
    TRY(job.account() ? bundle.give_spawner(job.account())
                      : hand_on(bundle, abi::bundle_slot::spawner, spawner));
  if ((withholds & withheld::modules) == 0)
    TRY(hand_on(bundle, abi::bundle_slot::modules, Cap<Endpoint>{abi::bundle_slot::modules}));
  if ((withholds & withheld::inspect) == 0)
    for (const abi::CapPtr slot : {abi::bundle_slot::inspect, abi::bundle_slot::inspector})
      TRY(hand_on(bundle, slot, Cap<Endpoint>{slot}));
  return bundle;
}

// One attempt to start the file at `path`.
struct Attempt {
  Shell& shell;
  Job& job;
  ipc::Bundle& bundle;
  Words words;
  Words environment;

  ipc::SpawnResult<ipc::Process> start(std::string_view path, Words with) const {
    const ipc::SpawnOptions options{
        .environment = environment, .bundle = &bundle, .account = job.account()};
    return files::start(files::Session{}, path, with, options);
  }

  // A text without "#!" is a script of the shell's own.
  ipc::SpawnResult<ipc::Process> start_or_interpret(std::string_view path) const {
    auto process = start(path, words);
    if (process.ok() || process.error().fault != SpawnFault::not_elf) return process;
    Growing<std::string_view> longer{shell.arena};
    longer.push(words[0]);
    longer.push(path);
    longer.push(words.subspan(1));
    if (!longer.ok()) return process;
    return start(shell_path, longer.items());
  }
};

bool is_missing(const ipc::SpawnError& why) {
  return why.step == SpawnStep::image && why.fault == SpawnFault::none &&
         why.error == abi::Error::not_found;
}

std::string_view take_folder(std::string_view& path) {
  const u64 end = path.find(':');
  const std::string_view folder = path.substr(0, end);
  path = end == path.npos ? std::string_view{} : path.substr(end + 1);
  return folder.empty() ? "." : folder;
}

std::string_view joined(Arena& arena, std::string_view folder, std::string_view name) {
  TextBuilder text{arena};
  text << folder << (folder.ends_with('/') ? "" : "/") << name;
  return text.ok() ? text.view() : std::string_view{};
}

// In the folders of PATH, up to the first where there is something.
ipc::SpawnResult<ipc::Process> start_somewhere(const Attempt& attempt) {
  const std::string_view name = attempt.words[0];
  if (name.find('/') != name.npos) return attempt.start_or_interpret(name);
  std::string_view path = attempt.shell.variables.find("PATH").value_or("/bin");
  ipc::SpawnResult<ipc::Process> process{
      ipc::SpawnError{.error = abi::Error::not_found, .step = SpawnStep::image}};
  while (!path.empty() && is_missing(process.error()))
    process = attempt.start_or_interpret(joined(attempt.shell.arena, take_folder(path), name));
  return process;
}

int explain_failure(Shell& shell, std::string_view name, const ipc::SpawnError& why) {
  if (is_missing(why)) {
    const bool is_path = name.find('/') != name.npos;
    shell.complain(name, is_path ? "there is no such file" : "there is no such command");
    return status_not_found;
  }
  shell.complain([&](auto& line) {
    line << name << ": ";
    if (why.error == abi::Error::invalid_capability)
      line << "this shell holds nothing that could start it";
    else if (why.error == abi::Error::denied && why.fault == SpawnFault::none)
      line << "it may not be run; 'chmod 755' could change that";
    else if (why.fault == SpawnFault::none)
      line << abi::sentence(why.error);
    else
      line << sentence(why.fault);
  });
  return status_cannot_start;
}

int failed(Shell& shell, std::string_view name, abi::Error error) {
  shell.complain(name, abi::sentence(error));
  return status_cannot_start;
}

// A new process in the job, or the status instead.
int launch(Shell& shell, Job& job, const Streams& streams, Words words, Words environment) {
  const auto session = make_session(streams, shell.withholds);
  if (!session.ok()) return failed(shell, words[0], session.error().error);
  auto bundle = make_bundle(job, streams, *session, shell.withholds);
  if (!bundle.ok()) return failed(shell, words[0], bundle.error());
  const Attempt attempt{shell, job, *bundle, words, environment};
  auto process = start_somewhere(attempt);
  if (!process.ok()) return explain_failure(shell, words[0], process.error());
  job.add(std::move(*process), words[0], shell.events);
  return 0;
}

}  // namespace

void start_program(Shell& shell, Job& job, const Streams& streams, Words words, Words environment) {
  const int status = launch(shell, job, streams, words, environment);
  if (status != 0) job.add_failed(status);
}

std::string_view find_program(Shell& shell, std::string_view name) {
  if (name.find('/') != name.npos) return shell.exists(name) ? name : std::string_view{};
  std::string_view path = shell.variables.find("PATH").value_or("/bin");
  while (!path.empty()) {
    const std::string_view candidate = joined(shell.arena, take_folder(path), name);
    if (shell.exists(candidate)) return candidate;
  }
  return {};
}

}  // namespace shell
