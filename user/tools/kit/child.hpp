// SPDX-License-Identifier: MIT
// Another command, for tools that start one.
#pragma once

#include <libipc/process/arguments.hpp>
#include <optional>
#include <user/tools/kit/options.hpp>

namespace kit {

inline constexpr int status_cannot_start = 126;
inline constexpr int status_not_found = 127;

// The value of a variable, if it is there. The environment is "NAME=VALUE" for each.
std::optional<std::string_view> variable(ipc::Strings environment, std::string_view name);

// The environment, an array that a null ends, or words; as many as there is room for.
ipc::Strings strings_of(char* const* environment, std::span<std::string_view> room);
ipc::Strings strings_of(Words words, std::span<std::string_view> room);
inline constexpr u64 most_variables = 1'024;

// The next place where a command may be: as it stands, if it has a slash, else in the folders of
// PATH, one after the other. Empty: there are no more.
class CommandPaths {
 public:
  CommandPaths(std::string_view name, ipc::Strings environment);
  std::string_view next();

 private:
  std::string_view name_;
  std::string_view folders_;
  bool is_done_ = false;
  char path_[1'024];
};
// Whether something is there that can be started.
bool is_command(std::string_view path);

struct Command {
  ipc::Strings words;
  ipc::Strings environment;
  bool has_input = true;  // this program's; else it has none
};
// Runs it until it has ended, with this program's streams, working directory and files. Its status:
// 127 and 126 (after a complaint) if it was not found or not started, 137 if it was killed, 139 if
// it crashed.
int run_command(const Command& command);

}  // namespace kit
