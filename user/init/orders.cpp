// SPDX-License-Identifier: MIT
#include <user/init/orders.hpp>

namespace init {
namespace {

// The number in front of `text`, which is taken off; 0 if there is none, or one too large.
u32 take_number(std::string_view& text) {
  u32 number = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (number > 9'999) return 0;
    number = number * 10 + static_cast<u32>(text.front() - '0');
    text.remove_prefix(1);
  }
  return number;
}

}  // namespace

abi::Status Orders::take(std::string_view key, std::string_view text) {
  if (key == "word") return words.add(text);
  if (key == "set") return environment.add(text);
  if (key == "get") return gets.add(text);
  if (key != "window") return abi::Error::bad_argument;
  columns = take_number(text);
  if (!text.starts_with('x')) return abi::Error::bad_argument;
  text.remove_prefix(1);
  rows = take_number(text);
  return text.empty() ? abi::Status{} : abi::Error::bad_argument;
}

abi::Status Orders::read(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\0');
    const auto sign = text.substr(0, end).find('=');
    if (end == text.npos || sign == text.npos) return abi::Error::bad_argument;
    TRY(take(text.substr(0, sign), text.substr(sign + 1, end - sign - 1)));
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace init
