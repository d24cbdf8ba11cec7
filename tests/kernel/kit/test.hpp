// SPDX-License-Identifier: MIT
// What a test is: a name to select it by, a sentence that it shows to be true, and a function.
#pragma once

#include <span>
#include <string_view>

namespace kit {

class Context;

struct Test {
  std::string_view name;      // "object.what"
  std::string_view sentence;  // "a call arrives with its words"
  void (*function)(Context& t);
};

using Table = std::span<const Test>;

}  // namespace kit
