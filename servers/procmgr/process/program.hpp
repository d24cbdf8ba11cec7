// SPDX-License-Identifier: MIT
// What a program finds in its address space: its image, its stack, its arguments.
#pragma once

#include <servers/procmgr/image/arguments.hpp>
#include <servers/procmgr/process/spawn.hpp>

namespace procmgr {

// The sealed object's program, read once.
base::Result<const Image*, SpawnError> image_of(MemoryObject& object, Rights rights);

// Nothing changes, but that pages of the block that nobody has touched come into being.
base::Result<Arguments, SpawnError> check_arguments_of(const SpawnOrder& order);

// Everything that the program needs, and shows the first of it. The arguments have been checked.
base::Result<void, SpawnError> set_up_memory(Process& process, const SpawnOrder& order,
                                             const Image& image, const Arguments& arguments);

// The argument block becomes the process's alone, is checked once more, since others could write it
// until now, and made into what a program expects. Nothing happens if there is none.
base::Result<void, SpawnError> take_block(Process& process, const SpawnOrder& order,
                                          const Image& image);

// How many pages are shown, and how many copied.
void plan_memory(const Image& image, abi::procmgr::Plan& plan);

}  // namespace procmgr
