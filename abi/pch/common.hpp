// SPDX-License-Identifier: MIT
// What nearly every source includes, compiled once per target. It is also given to the assembler.
#pragma once
#ifndef __ASSEMBLER__

#include <abi/fault.hpp>
#include <abi/object/cnode.hpp>
#include <abi/object/inspector.hpp>
#include <abi/object/memory.hpp>
#include <abi/object/platform.hpp>
#include <abi/object/thread.hpp>
#include <abi/object/time.hpp>
#include <abi/request.hpp>
#include <algorithm>
#include <array>
#include <base/list.hpp>
#include <base/result.hpp>
#include <base/units.hpp>
#include <optional>
#include <span>
#include <string_view>

#endif
