// SPDX-License-Identifier: MIT
// Paths as text; nobody looks whether there is anything.
#pragma once

#include <string_view>

namespace kit {

// "/usr/lib/" is lib in /usr; "/" is "/" in "/"; "name" is in ".".
std::string_view base_name(std::string_view path);
std::string_view folder_name(std::string_view path);

// Without slashes at the end, unless it is nothing but these.
std::string_view without_end_slashes(std::string_view path);

}  // namespace kit
