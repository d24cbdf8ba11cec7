// SPDX-License-Identifier: MIT
#include <cstring>
#include <libipc/process/self.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace kit {

constinit Output out;

namespace {

void write(std::string_view text) {
  const auto written = ipc::output().write(text);
  if (written.ok()) return;
  if (written.error().error != abi::Error::gone) complain("standard output", written.error());
  ipc::exit(1);
}

}  // namespace

void Output::put(std::string_view text) {
  if (text.size() > capacity - used_) flush();
  // What is long would only be copied.
  if (text.size() > capacity / 2) {
    flush();
    return write(text);
  }
  std::memcpy(text_ + used_, text.data(), text.size());
  used_ += text.size();
  if (text.ends_with('\n') && ipc::output().is_terminal()) flush();
}

void Output::flush() {
  const std::string_view text{text_, used_};
  used_ = 0;
  if (!text.empty()) write(text);
}

void Output::blanks(u64 count) {
  for (; count != 0; --count) *this << ' ';
}

Output& Output::right(std::string_view text, u64 width) {
  if (text.size() < width) blanks(width - text.size());
  return *this << text;
}

Output& Output::left(std::string_view text, u64 width) {
  *this << text;
  if (text.size() < width) blanks(width - text.size());
  return *this;
}

Output& Output::right(u64 number, u64 width) {
  base::Text<32> text;
  text << number;
  return right(text.view(), width);
}

}  // namespace kit
