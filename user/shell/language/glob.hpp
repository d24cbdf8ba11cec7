// SPDX-License-Identifier: MIT
// Patterns that name files.
#pragma once

#include <user/shell/language/growing.hpp>
#include <user/shell/language/surroundings.hpp>

namespace shell {

// The paths that match, sorted, behind those that `found` has. None: nothing is added.
void glob(Arena& arena, Surroundings& surroundings, std::string_view pattern,
          Growing<std::string_view>& found);

}  // namespace shell
