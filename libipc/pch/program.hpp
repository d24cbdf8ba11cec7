// SPDX-License-Identifier: MIT
// What nearly every source of a program includes, compiled once per target, and given to the
// assembler, too.
#pragma once
#ifndef __ASSEMBLER__

#include <abi/pch/common.hpp>
#include <base/text.hpp>
#include <libipc/call.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>

#endif
