// SPDX-License-Identifier: MIT
// The way into the kernel and out of it.
//
// While a program runs, SP_EL1 points at its thread's Context (machine/context.hpp; a Thread begins
// with it) and TPIDR_EL1 at the top of this CPU's kernel stack. So the first instructions can save
// registers without having one free.

.set svc_class, 0x5600        // ESR_EL1: SVC in AArch64, 32-bit instruction
.set svc_foreign, 0           // abi::Syscall
.set svc_call, 1
.set svc_reply_recv, 2
.set svc_last, 12             // of the native ones: in all of them the same registers are dead
.set svc_upcall_return, 13

.set context_sp, 240          // x30 and SP_EL0
.set context_pc, 256          // ELR_EL1 and SPSR_EL1
.set context_tls, 272         // TPIDR_EL0
.set upcall_frame, 280        // object/thread.hpp, ThreadFrame
.set upcall_entry, 288
.set posted_bits, 296

.set frame_busy, 0            // abi::UpcallFrame: busy and reason
.set frame_bits, 16           // bits and stack
.set frame_stack, 24
.set frame_pc, 32             // pc and sp
.set frame_flags, 48

.section .text.vectors, "ax"

// A vector for what happens in a program: 32 instructions of room each.
.macro from_program cause
.balign 128
    stp x0, x1, [sp, #0]
    mov x0, #\cause
    b save_and_trap
.endm

// A vector for what happens in the kernel: always our own mistake. No program runs any more after
// that, so the registers of programs are free.
.macro from_kernel cause
.balign 128
    msr tpidrro_el0, x0
    mov x0, #\cause
    b kernel_mistake
.endm

// The vector for synchronous exceptions: an `svc` with the number of a frequent call goes a short
// way.
.macro system_call_or_trap
.balign 128
    stp x16, x17, [sp, #128]
    mrs x16, esr_el1
    mov w17, #svc_class << 16
    sub w16, w16, w17         // the number, or far above all numbers
    cmp w16, #svc_call
    b.eq enter_call
    cmp w16, #svc_reply_recv
    b.eq enter_reply_recv
    cbz w16, enter_upcall
    cmp w16, #svc_last
    b.ls enter_other_call
    cmp w16, #svc_upcall_return
    b.eq leave_upcall
other_trap:
    ldp x16, x17, [sp, #128]
    stp x0, x1, [sp, #0]
    mov x0, #0
    b save_and_trap
.endm

.balign 2048
.globl trap_vectors
trap_vectors:
    from_kernel 0             // EL1 on SP_EL0, which the kernel never uses
    from_kernel 1
    from_kernel 2
    from_kernel 3
    from_kernel 0             // EL1: synchronous, IRQ, FIQ, SError
    from_kernel 1
    from_kernel 2
    from_kernel 3
    system_call_or_trap       // EL0 in AArch64
    from_program 1
    from_program 2
    from_program 3
    from_program 4            // EL0 in AArch32 cannot happen: no SPSR ever asks for it
    from_program 4
    from_program 4
    from_program 4

save_and_trap:
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    mrs x2, sp_el0
    stp x30, x2, [sp, #context_sp]
    mrs x3, elr_el1
    mrs x4, spsr_el1
    stp x3, x4, [sp, #context_pc]
    mrs x5, tpidr_el0
    str x5, [sp, #context_tls]
    mov x1, sp
    mrs x2, tpidr_el1
    mov sp, x2
    mov x29, xzr              // backtraces end here
    mov x30, xzr
    cmp x0, #1
    b.eq interrupt
    bl kernel_trap            // (cause, thread) -> the thread to run next

// x0: the Context of the thread to run.
.globl run_context
run_context:
    ldp x30, x1, [x0, #context_sp]
    msr sp_el0, x1
    ldp x2, x3, [x0, #context_pc]
    msr elr_el1, x2
    msr spsr_el1, x3
    ldr x4, [x0, #context_tls]
    msr tpidr_el0, x4
    mov sp, x0
    ldp x28, x29, [sp, #224]
    ldp x26, x27, [sp, #208]
    ldp x24, x25, [sp, #192]
    ldp x22, x23, [sp, #176]
    ldp x20, x21, [sp, #160]
    ldp x18, x19, [sp, #144]
    ldp x16, x17, [sp, #128]
    ldp x14, x15, [sp, #112]
    ldp x12, x13, [sp, #96]
    ldp x10, x11, [sp, #80]
    ldp x8, x9, [sp, #64]
    ldp x6, x7, [sp, #48]
    ldp x4, x5, [sp, #32]
    ldp x2, x3, [sp, #16]
    ldp x0, x1, [sp, #0]
    eret

interrupt:
    mov x0, x1
    bl kernel_interrupt       // (thread) -> the thread to run next
    b run_context

// x0: cause. The old stack may be the reason, so the report has one of its own.
kernel_mistake:
    msr tpidr_el0, x1
    mov x1, sp
    msr sp_el0, x1
    adrp x1, panic_stack_top
    add x1, x1, :lo12:panic_stack_top
    sub sp, x1, #288          // machine/mistake.hpp
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    mrs x2, tpidrro_el0       // x0
    mrs x3, tpidr_el0         // x1
    stp x2, x3, [sp, #0]
    mrs x2, sp_el0            // sp
    stp x30, x2, [sp, #240]
    mrs x2, elr_el1
    mrs x3, spsr_el1
    stp x2, x3, [sp, #256]
    mrs x2, esr_el1
    mrs x3, far_el1
    stp x2, x3, [sp, #272]
    mov x1, sp
    bl kernel_fault           // (cause, registers)
    b .

// The short way in. An IPC is a function call, so only what survives one is saved; x0..x7, x10 and
// x11 stay where they are, because the partner finds them there. ipc/fast_path.cpp decides; its
// functions take the thread in x20, the message words in x0..x7, x10 and x11.
.macro enter_short_way
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x19, [sp, #152]
    mrs x12, sp_el0
    mrs x13, elr_el1
    mrs x14, tpidr_el0
    stp x30, x12, [sp, #context_sp]
    stp x13, xzr, [sp, #context_pc]   // the condition flags are dead
    str x14, [sp, #context_tls]
    mov x20, sp
    mrs x12, tpidr_el1
    mov sp, x12
.endm

enter_call:
    enter_short_way
    b fast_call
enter_reply_recv:
    enter_short_way
    b fast_reply_recv

// w16: the number.
enter_other_call:
    enter_short_way
    mov w21, w16
    b system_call_slowly

// An upcall and the way back, for a foreign thread: the whole change of place in its address space,
// with all registers as they are. abi/upcall.hpp says what stands in its frame, which is reached
// through the window on memory. Whatever is unusual is a trap like any other.
enter_upcall:
    ldr x17, [sp, #upcall_frame]
    cbz x17, other_trap
    ldr x16, [x17, #frame_busy]
    cbnz x16, other_trap
    mrs x16, elr_el1
    str x16, [x17, #frame_pc]
    mrs x16, sp_el0
    str x16, [x17, #frame_pc + 8]
    mrs x16, spsr_el1
    str x16, [x17, #frame_flags]
    mov x16, #1
    stp x16, xzr, [x17, #frame_busy]
    str xzr, [x17, #frame_bits]
    ldr x16, [x17, #frame_stack]
    msr sp_el0, x16
    ldr x16, [sp, #upcall_entry]
    msr elr_el1, x16
    ldp x16, x17, [sp, #128]
    eret

leave_upcall:
    ldr x17, [sp, #upcall_frame]
    cbz x17, other_trap
    ldr x16, [sp, #posted_bits]
    cbnz x16, other_trap
    ldr x16, [x17, #frame_pc]
    msr elr_el1, x16
    ldr x16, [x17, #frame_pc + 8]
    msr sp_el0, x16
    ldr x16, [x17, #frame_flags]
    and x16, x16, #0xf0000000 // the condition flags: nobody chooses another mode
    msr spsr_el1, x16
    str xzr, [x17, #frame_busy]
    ldp x16, x17, [sp, #128]
    eret

// It was not a frequent case after all: x0..x7, x10 and x11 are as they were, the rest is dead.
.macro save_message
    stp x0, x1, [x20, #0]
    stp x2, x3, [x20, #16]
    stp x4, x5, [x20, #32]
    stp x6, x7, [x20, #48]
    stp x10, x11, [x20, #80]
    mov x0, x20
    mov x1, x21
    mov x29, xzr
    mov x30, xzr
.endm

// x20: the thread, x21: the slot of the object that it calls.
.globl leave_to_invoke
leave_to_invoke:
    save_message
    bl kernel_invoke          // (thread, slot) -> the thread to run next
    b run_context

.globl leave_to_slow_call
leave_to_slow_call:
    mov x21, #svc_call
    b system_call_slowly
.globl leave_to_slow_reply_recv
leave_to_slow_reply_recv:
    mov x21, #svc_reply_recv

// x20: the thread, x21: the number of the system call.
system_call_slowly:
    save_message
    bl kernel_system_call     // (thread, number) -> the thread to run next
    b run_context

// Into the thread in x20, which was stopped by a trap: it gets all its registers back.
.globl leave_to_trapped
leave_to_trapped:
    mov x0, x20
    b run_context

// The short way out, into the thread in x20, which waited in an IPC.
.globl leave_to_program
leave_to_program:
    ldp x30, x12, [x20, #context_sp]
    ldp x13, x14, [x20, #context_pc]
    ldr x15, [x20, #context_tls]
    msr sp_el0, x12
    msr elr_el1, x13
    msr spsr_el1, x14
    msr tpidr_el0, x15
    mov sp, x20
    ldr x19, [sp, #152]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    mov x8, xzr               // nothing of the partner or the kernel shows
    mov x9, xzr
    mov x12, xzr
    mov x13, xzr
    mov x14, xzr
    mov x15, xzr
    mov x16, xzr
    mov x17, xzr
    mov x18, xzr
    eret

// Where boot/ enters: x0 is the address of BootInfo.
.section .text.start, "ax"
.globl kernel_start
kernel_start:
    adrp x1, kernel_stack_top
    add x1, x1, :lo12:kernel_stack_top
    mov sp, x1
    msr tpidr_el1, x1
    mov x29, xzr
    mov x30, xzr
    bl kernel_main            // (boot info) -> the Context of the first thread
    b run_context

.section .text.floating_point, "ax"
.arch_extension fp
.arch_extension simd

// The work of machine/floating_point.hpp: x12 is where to save, x13 where to load from, x14 where to
// go on; x15 is free, and nothing else may change.
.set fp_status, 512

.macro save_all
    stp q0, q1, [x12, #0]
    stp q2, q3, [x12, #32]
    stp q4, q5, [x12, #64]
    stp q6, q7, [x12, #96]
    stp q8, q9, [x12, #128]
    stp q10, q11, [x12, #160]
    stp q12, q13, [x12, #192]
    stp q14, q15, [x12, #224]
    stp q16, q17, [x12, #256]
    stp q18, q19, [x12, #288]
    stp q20, q21, [x12, #320]
    stp q22, q23, [x12, #352]
    stp q24, q25, [x12, #384]
    stp q26, q27, [x12, #416]
    stp q28, q29, [x12, #448]
    stp q30, q31, [x12, #480]
    mrs x15, fpsr
    str x15, [x12, #fp_status]
    mrs x15, fpcr
    str x15, [x12, #fp_status + 8]
.endm

.macro load_all
    ldp q0, q1, [x13, #0]
    ldp q2, q3, [x13, #32]
    ldp q4, q5, [x13, #64]
    ldp q6, q7, [x13, #96]
    ldp q8, q9, [x13, #128]
    ldp q10, q11, [x13, #160]
    ldp q12, q13, [x13, #192]
    ldp q14, q15, [x13, #224]
    ldp q16, q17, [x13, #256]
    ldp q18, q19, [x13, #288]
    ldp q20, q21, [x13, #320]
    ldp q22, q23, [x13, #352]
    ldp q24, q25, [x13, #384]
    ldp q26, q27, [x13, #416]
    ldp q28, q29, [x13, #448]
    ldp q30, q31, [x13, #480]
    ldr x15, [x13, #fp_status]
    msr fpsr, x15
    ldr x15, [x13, #fp_status + 8]
    msr fpcr, x15
.endm

.globl save_floating_point
save_floating_point:
    save_all
    br x14

.globl exchange_floating_point
exchange_floating_point:
    save_all
.globl load_floating_point
load_floating_point:
    load_all
    br x14

.section .stacks, "aw", %progbits
.balign 4096
.globl kernel_stack_bottom
kernel_stack_bottom:
    .skip 16384
.globl kernel_stack_top
kernel_stack_top:
    .skip 8192
.globl panic_stack_top
panic_stack_top:
