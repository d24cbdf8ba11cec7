// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <user/tools/kit/destination.hpp>
#include <user/tools/kit/path.hpp>

namespace kit {

Destination::Destination(Words operands) : last_(operands.back()) {
  const auto attributes = stat({last_});
  is_directory_ = attributes.ok() && attributes->kind == Kind::directory;
  if (!is_directory_ && operands.size() > 2) give_up(last_, "it is no directory");
}

Outcome<std::string_view> Destination::path_for(std::string_view source) {
  if (!is_directory_) return last_;
  base::TextWriter path{path_};
  path << last_ << (last_.ends_with('/') ? "" : "/") << base_name(source);
  if (path.truncated()) return Problem{abi::Error::too_big, abi::files::Fault::path_too_long};
  return path.view();
}

}  // namespace kit
