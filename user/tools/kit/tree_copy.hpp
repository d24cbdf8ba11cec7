// SPDX-License-Identifier: MIT
// Copies of files and trees.
#pragma once

#include <user/tools/kit/walk.hpp>

namespace kit {

// The contents and the mode, and the time if it is kept. A file that stands there already is
// written over.
Outcome<void> copy_file(Place from, Place to, bool keeps_time);

// A tree with all that is in it: links stay links, modes stay. What fails is complained about, and
// the rest is copied. False: something failed.
bool copy_tree(std::string_view from, std::string_view to, bool keeps_times);

}  // namespace kit
