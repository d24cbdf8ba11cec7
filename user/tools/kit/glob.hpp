// SPDX-License-Identifier: MIT
// Patterns of names: "*" any bytes, "?" one byte, "[a-z]" one of these, "\" takes the next as it
// is.
#pragma once

#include <string_view>

namespace kit {

// All of the name. In time that grows with the product of both lengths, at most.
bool matches_glob(std::string_view pattern, std::string_view name);

}  // namespace kit
