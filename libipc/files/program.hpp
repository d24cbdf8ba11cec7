// SPDX-License-Identifier: MIT
// Programs from the file server: the image by its path, scripts by the interpreter that their first
// line names.
//
//   auto files = TRY(ipc::files::OwnedSession::make(ipc::files::Session{}));
//   files.open(0, "/dev/null", open_flag::read);                 // file actions, in order
//   TRY(bundle.give(abi::bundle_slot::files, Cap<Endpoint>{files}));
//   auto process = ipc::files::start(ipc::files::Session{}, "/bin/tool", arguments, {.bundle =
//   &bundle});
#pragma once

#include <libipc/files/session.hpp>
#include <libipc/process/spawn.hpp>

namespace ipc::files {

// Interpreters that are scripts themselves: so many in a row.
inline constexpr u64 max_interpreters = 4;
// What a script and its interpreters can have.
inline constexpr u64 max_script_arguments = 256;

// As ipc::spawn and ipc::run, for the program at `path` as this session sees it. What is wrong with
// the path has the step `image` and no fault.
SpawnResult<Process> start(const Session& session, std::string_view path, Strings arguments,
                           const SpawnOptions& options = {});
SpawnResult<Process::Record> run(const Session& session, std::string_view path, Strings arguments,
                                 const SpawnOptions& options = {});

}  // namespace ipc::files
