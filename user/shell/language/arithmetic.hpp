// SPDX-License-Identifier: MIT
// $((...)): whole numbers of 64 bits that wrap, as in C.
#pragma once

#include <user/shell/language/surroundings.hpp>

namespace shell {

// Names are variables; one without a number is 0. What is wrong is said in the error's text.
Expanded<i64> evaluate(std::string_view text, Surroundings& surroundings);

}  // namespace shell
