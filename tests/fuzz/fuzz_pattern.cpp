// SPDX-License-Identifier: MIT
// Regular expressions of any bytes: the first byte chooses the form, a zero byte separates the
// expression from the text. Where the C library takes an expression that means the same here, both
// find the same.
#include <libipc/text/name_pattern.hpp>
#include <regex.h>
#include <string>
#include <user/tools/kit/pattern.hpp>

namespace {

void require(bool promise) {
  if (!promise) __builtin_trap();
}

// What only one of the two has: escapes for classes and edges, names of classes that hang on the
// language, braces that mean themselves, and operators with nothing in front of them.
bool means_the_same(std::string_view expression) {
  return expression.size() < 24 && expression.find_first_not_of("abcd.*|()[]") == expression.npos &&
         expression.find("[.") == expression.npos && expression.find("(*") == expression.npos &&
         expression.find("|*") == expression.npos && expression.find("()") == expression.npos &&
         expression.find("(|") == expression.npos && expression.find("|)") == expression.npos &&
         expression.find("||") == expression.npos && !expression.starts_with('*');
}

constinit kit::Pattern pattern;

void compare(const std::string& expression, const std::string& text, bool ours) {
  regex_t compiled;
  if (regcomp(&compiled, expression.c_str(), REG_NOSUB | REG_EXTENDED) != 0) return;
  const bool theirs = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  require(ours == theirs);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto end = rest.find('\0');
  const std::string expression{rest.substr(0, end)};
  const std::string text{end == rest.npos ? std::string_view{} : rest.substr(end + 1)};
  static_cast<void>(ipc::matches_name(expression, text));
  const kit::Syntax syntax{(*data & 1) != 0, (*data & 2) != 0, (*data & 4) != 0};
  pattern.clear();
  if (pattern.add(expression, syntax) != kit::PatternFault::none) return 0;
  const bool ours = pattern.matches(text);
  if (*data == 1 && means_the_same(expression) && text.find('\0') == text.npos)
    compare(expression, text, ours);
  // A second expression that matches everything.
  if (pattern.add("", {}) == kit::PatternFault::none) require(pattern.matches(text));
  return 0;
}
