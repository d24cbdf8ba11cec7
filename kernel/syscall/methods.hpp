// SPDX-License-Identifier: MIT
// The methods of each kind of object, one file each. A method without an implementation does not
// compile.
#pragma once

#include <syscall/invocation.hpp>

namespace kernel {

void invoke_untyped(Invocation& invocation, u32 label);
void invoke_cnode(Invocation& invocation, u32 label);
void invoke_frame(Invocation& invocation, u32 label);
void invoke_page_table(Invocation& invocation, u32 label);
void invoke_vspace(Invocation& invocation, u32 label);
void invoke_thread(Invocation& invocation, u32 label);
void invoke_sched_context(Invocation& invocation, u32 label);
void invoke_timer(Invocation& invocation, u32 label);
void invoke_irq_control(Invocation& invocation, u32 label);
void invoke_irq_handler(Invocation& invocation, u32 label);
void invoke_inspector(Invocation& invocation, u32 label);
void invoke_platform(Invocation& invocation, u32 label);

}  // namespace kernel
