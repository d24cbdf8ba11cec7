// SPDX-License-Identifier: MIT
// Where a path really leads: no links, no "." and "..", from the root.
#pragma once

#include <user/tools/kit/place.hpp>

namespace kit {

class RealPath {
 public:
  // All parts but the last must be there. Until the next call.
  Outcome<std::string_view> find(std::string_view path);

 private:
  Outcome<void> take_part();
  Outcome<void> take_link();
  Outcome<void> append(std::string_view part);
  void go_up();

  static constexpr u64 room = 2 * abi::files::max_path;

  // What is resolved, and what is still to come.
  char done_[room];
  u64 done_bytes_ = 0;
  char rest_[room];
  u64 rest_start_ = 0;  // the rest stands at the end of its room
  u64 links_ = 0;
};

}  // namespace kit
