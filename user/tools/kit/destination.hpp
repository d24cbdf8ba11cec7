// SPDX-License-Identifier: MIT
// Where "cp a b c" and the like put things: at the last path, or, if that is a directory, in it.
#pragma once

#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace kit {

class Destination {
 public:
  // The last of the operands, for the others. Ends the tool if there are several and it is no
  // directory.
  explicit Destination(Words operands);

  // Where `source` goes; until the next call. Error: too_big.
  Outcome<std::string_view> path_for(std::string_view source);

 private:
  std::string_view last_;
  bool is_directory_ = false;
  char path_[abi::files::max_path];
};

}  // namespace kit
