// SPDX-License-Identifier: MIT
// Patterns as the shell has them: '*' is any text, '?' any character, '[a-z]' one of several; a
// backslash takes the meaning from what follows.
#pragma once

#include <user/shell/language/memory.hpp>

namespace shell {

// The whole text is what the pattern says.
bool matches(std::string_view pattern, std::string_view text);

// Something in it can match more than itself.
bool has_wildcards(std::string_view pattern);

// Without its backslashes, in place: how long it is then.
u64 remove_escapes(std::span<char> pattern);

}  // namespace shell
