// SPDX-License-Identifier: MIT
// Surroundings for words to be expanded in: a few variables and files, and commands whose output is
// known.
#pragma once

#include <map>
#include <set>
#include <string>
#include <user/shell/language/surroundings.hpp>
#include <vector>

namespace shell_test {

class World final : public shell::Surroundings {
 public:
  std::map<std::string, std::string, std::less<>> variables;
  std::vector<std::string> arguments;
  std::map<std::string, std::string, std::less<>> outputs;
  std::set<std::string, std::less<>> paths;  // a folder ends with a slash
  bool has_room = true;
  bool demands = false;

  std::optional<std::string_view> value_of(std::string_view name) override {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  }
  bool assign(std::string_view name, std::string_view value) override {
    if (has_room) variables[std::string{name}] = value;
    return has_room;
  }
  std::span<const std::string_view> parameters() override {
    views_.assign(arguments.begin(), arguments.end());
    return views_;
  }
  std::string_view own_name() override { return "shell"; }
  bool demands_values() override { return demands; }
  std::optional<std::string_view> output_of(std::string_view commands) override {
    const auto found = outputs.find(commands);
    if (found == outputs.end()) return std::nullopt;
    return found->second;
  }
  std::span<const shell::FileName> names_in(std::string_view directory) override {
    std::string start{directory == "." ? "" : directory};
    if (!start.empty() && !start.ends_with('/')) start += '/';
    names_.clear();
    for (const std::string_view path : paths) {
      if (!path.starts_with(start) || path.size() == start.size()) continue;
      const std::string_view rest = path.substr(start.size());
      const auto slash = rest.find('/');
      if (slash != rest.npos && slash + 1 != rest.size()) continue;
      names_.push_back({rest.substr(0, slash), slash != rest.npos});
    }
    return names_;
  }
  bool exists(std::string_view path) override {
    return paths.contains(path) || paths.contains(std::string{path} + '/');
  }

 private:
  std::vector<std::string_view> views_;
  std::vector<shell::FileName> names_;
};

}  // namespace shell_test
