// SPDX-License-Identifier: MIT
// What the meaning of words depends on, and expansion asks for: variables, files, the output of
// commands. The shell is one; tests are others.
#pragma once

#include <base/result.hpp>
#include <optional>
#include <user/shell/language/memory.hpp>

namespace shell {

struct FileName {
  std::string_view name;
  bool is_directory = false;
};

class Surroundings {
 public:
  // Of a variable, or of '?', '$' and '!'. Valid until the next request.
  virtual std::optional<std::string_view> value_of(std::string_view name) = 0;
  // False: there is no room for it.
  virtual bool assign(std::string_view name, std::string_view value) = 0;
  // $1, $2, ...
  virtual std::span<const std::string_view> parameters() = 0;
  // $0
  virtual std::string_view own_name() = 0;
  // What the commands print; nothing: they could not be started, which has been said.
  virtual std::optional<std::string_view> output_of(std::string_view commands) = 0;
  // The names in a directory, without "." and ".."; of a directory that is not there: none.
  virtual std::span<const FileName> names_in(std::string_view directory) = 0;
  virtual bool exists(std::string_view path) = 0;
  // A variable without a value is a mistake.
  virtual bool demands_values() { return false; }
  // Patterns become the names of files.
  virtual bool finds_files() { return true; }

 protected:
  ~Surroundings() = default;
};

// Why words could not be expanded.
enum class Failure : u8 {
  none,
  no_memory,
  no_room,   // for a variable
  unset,     // and a value is demanded of all
  demanded,  // ${name?text}
  bad_parameter,
  bad_arithmetic,
  not_run,  // said already
};

struct ExpandError {
  Failure what = Failure::none;
  std::string_view name;  // whose
  std::string_view text;  // of ${name?text}, or what is wrong with the arithmetic

  friend constexpr bool operator==(const ExpandError&, const ExpandError&) = default;
};

template <class T>
using Expanded = base::Result<T, ExpandError>;

}  // namespace shell
