// SPDX-License-Identifier: MIT
// Trees as archives of the form "newc", for streams of any length.
#pragma once

#include <string_view>

namespace kit {

// Writes the tree to the output: files, directories and links, with modes and times. What fails is
// complained about. The archive has no end before `finish_archive`.
void pack_tree(std::string_view path);
void finish_archive();

// Makes what the archive in the standard input holds, below the working directory. Names that lead
// out of it are complained about, and left out.
void unpack();
// Writes its names.
void list_archive();

}  // namespace kit
