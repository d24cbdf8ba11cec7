// SPDX-License-Identifier: MIT
// What the contents of files ask of memory objects, without saying what those are. The server does
// it with procmgr; tests have objects of their own.
#pragma once

#include <base/units.hpp>

namespace vfs {

// The number of a memory object that this server holds; 0 is none.
using ObjectNumber = base::u32;

// Nobody needs it here any more. Whoever has mapped it keeps it.
void drop_object(ObjectNumber number);

struct Contents;

// A pipe that nobody has open any more.
void end_pipe(Contents& contents);

}  // namespace vfs
