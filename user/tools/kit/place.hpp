// SPDX-License-Identifier: MIT
// Where something is in the tree of files: a path, or a name in a directory that is open. With the
// latter a tool goes as deep as a tree is, where no path would be short enough.
#pragma once

#include <libipc/files/session.hpp>

namespace kit {

using abi::files::Attributes;
using abi::files::Kind;
using abi::files::Outcome;
using abi::files::Problem;
using base::u64;
namespace open_flag = abi::files::open_flag;

inline constexpr ipc::files::Session files;

struct Place {
  std::string_view path;
  u64 base = abi::files::working_directory;  // or an open directory, of which `path` is a name
};

enum class Links { followed, kept };

Outcome<Attributes> stat(Place place, Links links = Links::followed);
Outcome<ipc::files::File> open(Place place, u64 flags = open_flag::read, abi::u16 mode = 0644);
Outcome<void> remove(Place place, abi::files::Removes what = abi::files::Removes::anything);
Outcome<void> make_directory(Place place, u64 mode = 0755);
Outcome<void> make_link(std::string_view text, Place place);
// Into `to`; too_big if there is no room.
Outcome<std::string_view> read_link(Place place, std::span<char> to);
Outcome<void> set_mode(Place place, u64 mode);
Outcome<void> set_time(Place place, u64 nanoseconds);
Outcome<void> set_time_to_now(Place place);

inline bool is(const Problem& problem, abi::Error error) { return problem.error == error; }

}  // namespace kit
