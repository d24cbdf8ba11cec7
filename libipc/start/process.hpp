// SPDX-License-Identifier: MIT
// Start-up of a process that procmgr made, from its entry point to `main`:
//
//   _start -> start_process -> relocate -> main -> self.exit(main's result)
//
// Nothing else runs before `main`; constructors of globals in particular do not.
#pragma once

#include <abi/process.hpp>

namespace ipc::start {

// How a program ends that could not be started: the status of its end.
enum class StartFailure : abi::u32 {
  no_process_page = 240,      // the auxiliary vector does not name it
  foreign_relocation = 241,   // the image wants more than to be moved
  dynamic_initialiser = 242,  // it has globals with constructors that would have to run
};

}  // namespace ipc::start
