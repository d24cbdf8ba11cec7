// SPDX-License-Identifier: MIT
#include <libipc/stream/printer.hpp>

namespace ipc {

void Printer::put(std::string_view text) {
  const bool ends_line = stream_.is_terminal() && text.find('\n') != text.npos;
  if (text.size() > capacity - used_) flush();
  if (text.size() > capacity) {
    // It would only be copied.
    if (ok()) problem_ = stream_.write(text).error();
    return;
  }
  std::memcpy(text_ + used_, text.data(), text.size());
  used_ += text.size();
  if (ends_line) flush();
}

void Printer::flush() {
  if (used_ != 0 && ok()) problem_ = stream_.write({text_, used_}).error();
  used_ = 0;
}

Printer& Printer::padded(std::string_view text, int width) {
  const auto wanted = static_cast<u64>(width < 0 ? -width : width);
  if (width < 0) *this << text;
  for (u64 i = text.size(); i < wanted; ++i) *this << ' ';
  if (width >= 0) *this << text;
  return *this;
}

}  // namespace ipc
