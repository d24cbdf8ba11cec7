// SPDX-License-Identifier: MIT
#include <libipc/files/program.hpp>
#include <libipc/start/main.hpp>
#include <user/inspect/kit/outcome.hpp>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>

namespace {

using namespace inspect;
namespace flag = abi::procmgr::spawn_flag;

constexpr kit::Usage usage{
    .name = "spawn",
    .operands = "[--json] [--explain] [--wait] [--suspended] PROGRAM [ARGUMENT...]",
    .sentence = "Starts a program and says its pid; or what a start of it would need.",
    .least = 1,
    .has_command = true};

constexpr Column plan_columns[] = {
    {"entry", "entry", Form::address},
    {"segments", "segments", Form::count},
    {"pages shared with others", "shared_pages", Form::count},
    {"pages of its own, at most", "private_pages", Form::count},
    {"stack pointer", "stack_pointer", Form::address},
    {"arguments", "argument_bytes", Form::bytes},
};

constexpr Column pid_columns[] = {{"process", "pid", Form::count}};

constexpr u64 most_words = 256;

std::string_view find_program(std::string_view name, ipc::Strings environment) {
  kit::CommandPaths paths{name, environment};
  static constinit char found[1024];
  for (auto path = paths.next(); !path.empty(); path = paths.next()) {
    if (!kit::is_command(path)) continue;
    base::TextWriter copy{found};
    copy << path;
    return copy.view();
  }
  kit::give_up(name, "there is no such program");
}

ipc::files::OwnedSession make_session() {
  constexpr u64 standard_streams = 3;
  auto session = ipc::files::OwnedSession::make(kit::files);
  if (!session.ok()) kit::give_up("a session for it", session.error());
  for (u64 number = 0; number < standard_streams; ++number)
    static_cast<void>(session->inherit(kit::files, number, number));
  return std::move(*session);
}

// What this program has, and nothing that it has not.
ipc::Bundle make_bundle(const ipc::files::OwnedSession& session) {
  using namespace abi::bundle_slot;
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) inspect::give_up("a bundle for it", bundle.error());
  static_cast<void>(bundle->give(files, ipc::Cap<ipc::Endpoint>{session}));
  for (const abi::CapPtr slot : {input, output, error, spawner, modules, abi::bundle_slot::inspect})
    static_cast<void>(bundle->give(slot, ipc::Cap<ipc::Endpoint>{slot}));
  static_cast<void>(bundle->give(abi::bundle_slot::inspector,
                                 ipc::Cap<ipc::Inspector>{abi::bundle_slot::inspector}));
  return std::move(*bundle);
}

[[noreturn]] void refuse(std::string_view path, const ipc::SpawnError& why) {
  base::Text<> sentence;
  sentence << why;
  kit::give_up(path, sentence.view());
}

int explain(std::string_view path, ipc::Strings words, ipc::Strings environment, bool json) {
  const auto image = kit::files.open_image(path);
  if (!image.ok()) kit::give_up(path, image.error());
  const auto plan = ipc::explain(*image, words, {.environment = environment});
  if (!plan.ok()) refuse(path, plan.error());
  Table table{plan_columns};
  table.row() << plan->entry << plan->segments << plan->shared_pages << plan->private_pages
              << plan->stack_pointer << plan->argument_bytes;
  table.print_facts(json);
  return kit::finish();
}

}  // namespace

int main(int argc, char** argv, char** environment_words) {
  const bool explains = take_flag(argc, argv, "--explain", Where::in_front);
  const bool waits = take_flag(argc, argv, "--wait", Where::in_front);
  const bool is_suspended = take_flag(argc, argv, "--suspended", Where::in_front);
  const Command command = begin(usage, argc, argv);
  if (waits && is_suspended) kit::misused("--wait", "a suspended program does not end");
  static std::string_view room[most_words];
  static std::string_view variables[kit::most_variables];
  const ipc::Strings words = kit::strings_of(command.operands, room);
  const ipc::Strings environment = kit::strings_of(environment_words, variables);
  const std::string_view path = find_program(words.front(), environment);
  if (explains) return explain(path, words, environment, command.json);
  const auto session = make_session();
  auto bundle = make_bundle(session);
  const auto process = ipc::files::start(
      kit::files, path, words,
      {.environment = environment, .flags = is_suspended ? flag::suspended : 0, .bundle = &bundle});
  if (!process.ok()) refuse(path, process.error());
  if (waits) return print_end(*process, command.json);
  Table table{pid_columns};
  table.row() << process->pid();
  table.print_facts(command.json);
  return kit::finish();
}
