// SPDX-License-Identifier: MIT
// The steps of the tour: each says something about Aril, and a command that shows whether it is
// true.
#pragma once

#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell::tour {

struct Step {
  std::string_view title;
  std::string_view text;
  std::string_view command;
  bool (*holds)(std::string_view output);
  std::string_view conclusion;
};

std::span<const Step> all_steps();

}  // namespace shell::tour
