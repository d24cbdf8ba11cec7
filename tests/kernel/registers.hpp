// SPDX-License-Identifier: MIT
// System calls with every register set by the caller. See registers.S, which knows the offsets.
#pragma once

#include <abi/types.hpp>
#include <cstddef>

struct AllRegisters {
  abi::u64 x[31] = {};
  abi::u64 stack_moved = 0;  // out: by how many bytes; 0 is right
  abi::u64 flags = 0;        // NZCV, as in the system register
};

static_assert(offsetof(AllRegisters, stack_moved) == 248 && offsetof(AllRegisters, flags) == 256);

using SystemCall = void (*)(AllRegisters*);

extern "C" {
void system_call_0(AllRegisters*);
void system_call_1(AllRegisters*);
void system_call_2(AllRegisters*);
void system_call_3(AllRegisters*);
void system_call_4(AllRegisters*);
void system_call_5(AllRegisters*);
void system_call_6(AllRegisters*);
void system_call_7(AllRegisters*);
void system_call_8(AllRegisters*);
void system_call_9(AllRegisters*);
void system_call_10(AllRegisters*);
void system_call_11(AllRegisters*);
void system_call_12(AllRegisters*);
void system_call_13(AllRegisters*);
void system_call_65535(AllRegisters*);
}
