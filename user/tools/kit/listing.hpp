// SPDX-License-Identifier: MIT
// The names in a directory, all of them as they are at one time, sorted by their bytes.
#pragma once

#include <libipc/memory/arena.hpp>
#include <user/tools/kit/place.hpp>

namespace kit {

// In a list, in order. They stand in the arena.
struct Name {
  std::string_view text;
  Kind kind = Kind::none;
  Name* next = nullptr;
};

// The first name, or nothing if the directory is empty. Those that `is_wanted` does not want are
// left out. Error: no_memory.
using NameFilter = bool (*)(const Name& name);
Outcome<Name*> read_names(const ipc::files::File& directory, ipc::Arena& arena,
                          NameFilter is_wanted = nullptr);

}  // namespace kit
