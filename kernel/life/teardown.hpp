// SPDX-License-Identifier: MIT
// The ends of objects that no capability names any more.
#pragma once

#include <cap/object.hpp>

namespace kernel {

// A bounded piece of work. True: nothing is left to do, nobody knows the object.
bool teardown_step(Object& object);

}  // namespace kernel
