// SPDX-License-Identifier: MIT
// Patterns of names: '*' is any text, '?' any character, '[a-z]' and '[[:digit:]]' one of several;
// a backslash takes the meaning from what follows.
#pragma once

#include <base/units.hpp>
#include <span>
#include <string_view>

namespace ipc {

using base::u64;

// The whole name is what the pattern says. Takes time that grows with the product of both lengths,
// at most.
bool matches_name(std::string_view pattern, std::string_view name);

// Something in it can match more than itself.
bool has_wildcards(std::string_view pattern);

// Without its backslashes, in place: how long it is then.
u64 remove_escapes(std::span<char> pattern);

}  // namespace ipc
