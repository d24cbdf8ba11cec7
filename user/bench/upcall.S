// SPDX-License-Identifier: MIT
.text
.globl return_at_once
return_at_once:
    svc #13                   // abi::Syscall::upcall_return
