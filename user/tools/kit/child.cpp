// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/files/program.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace kit {

namespace {

using abi::procmgr::EndKind;

constexpr std::string_view usual_folders = "/bin";
constexpr int was_killed = 137;
constexpr int has_crashed = 139;
constexpr u64 standard_streams = 3;

int status_of(const ipc::Process::Record& record) {
  switch (record.kind) {
    case EndKind::exited: return static_cast<int>(record.status & 255);
    case EndKind::faulted: return has_crashed;
    case EndKind::over_quota:
    case EndKind::killed:
    case EndKind::parent_died:
    case EndKind::running: break;
  }
  return was_killed;
}

// A session of the child's own, in which what is open as a standard stream here is open too.
Outcome<ipc::files::OwnedSession> make_session(bool has_input) {
  auto session = TRY(ipc::files::OwnedSession::make(files));
  for (u64 number = has_input ? 0 : 1; number < standard_streams; ++number)
    static_cast<void>(session.inherit(files, number, number));
  if (!has_input) static_cast<void>(session.open(0, "/dev/null", open_flag::read));
  return session;
}

// Of what this program has, all that a command needs. What is not there the child lacks as well.
abi::Result<ipc::Bundle> make_bundle(ipc::Cap<ipc::Endpoint> session, bool has_input) {
  using namespace abi::bundle_slot;
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::files, session));
  for (const abi::CapPtr slot : {output, error, spawner, modules, inspect, inspector})
    static_cast<void>(bundle.give(slot, ipc::Cap<ipc::Endpoint>{slot}));
  if (has_input) static_cast<void>(bundle.give(input, ipc::Cap<ipc::Endpoint>{input}));
  return bundle;
}

int start_and_wait(std::string_view path, const Command& command) {
  const auto session = make_session(command.has_input);
  if (!session.ok()) return complain(path, session.error()), status_cannot_start;
  auto bundle = make_bundle(*session, command.has_input);
  if (!bundle.ok()) return complain(path, abi::sentence(bundle.error())), status_cannot_start;
  const auto record = ipc::files::run(files, path, command.words,
                                      {.environment = command.environment, .bundle = &*bundle});
  if (record.ok()) return status_of(*record);
  base::Text<> reason;
  reason << record.error();
  complain(path, reason.view());
  return status_cannot_start;
}

}  // namespace

std::optional<std::string_view> variable(ipc::Strings environment, std::string_view name) {
  for (const std::string_view one : environment)
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return one.substr(name.size() + 1);
  return std::nullopt;
}

ipc::Strings strings_of(char* const* environment, std::span<std::string_view> room) {
  u64 count = 0;
  while (environment[count] != nullptr) ++count;
  return strings_of(Words{environment, count}, room);
}

ipc::Strings strings_of(Words words, std::span<std::string_view> room) {
  const u64 count = std::min(words.size(), room.size());
  for (u64 i = 0; i < count; ++i) room[i] = words[i];
  return room.first(count);
}

CommandPaths::CommandPaths(std::string_view name, ipc::Strings environment)
    : name_(name), folders_(variable(environment, "PATH").value_or(usual_folders)) {}

std::string_view CommandPaths::next() {
  const bool has_slash = name_.find('/') != name_.npos;
  while (!is_done_ && !name_.empty()) {
    const auto end = folders_.find(':');
    const std::string_view folder = folders_.substr(0, end);
    is_done_ = has_slash || end == folders_.npos;
    if (has_slash) return name_;
    if (!is_done_) folders_.remove_prefix(end + 1);
    base::TextWriter path{path_};
    path << (folder.empty() ? "." : folder) << '/' << name_;
    if (!path.truncated()) return path.view();
  }
  return {};
}

bool is_command(std::string_view path) {
  const auto attributes = stat({path});
  return attributes.ok() && attributes->kind == Kind::file &&
         (attributes->mode & abi::files::mode::execute) != 0;
}

int run_command(const Command& command) {
  const std::string_view name = command.words.front();
  out.flush();
  CommandPaths paths{name, command.environment};
  bool is_there = false;
  for (auto path = paths.next(); !path.empty(); path = paths.next()) {
    if (is_command(path)) return start_and_wait(path, command);
    is_there = is_there || stat({path}).ok();
  }
  if (is_there) return complain(name, "this cannot be started"), status_cannot_start;
  complain(name, "there is no such command");
  return status_not_found;
}

}  // namespace kit
