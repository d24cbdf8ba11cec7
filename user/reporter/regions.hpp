// SPDX-License-Identifier: MIT
// The regions of a record, and what lies where.
#pragma once

#include <abi/crash.hpp>
#include <abi/proto/procmgr.hpp>
#include <base/text.hpp>
#include <span>

namespace reporter {

using abi::u64;
using abi::procmgr::RegionKind;

std::span<const abi::CrashRegion> regions_of(const abi::CrashRecord& record);

// Null: the address lies in none.
const abi::CrashRegion* region_at(const abi::CrashRecord& record, u64 address);

// In the part of the address space that is kept free so that a stack that grows too far meets it.
bool is_in_stack_guard(const abi::CrashRecord& record, u64 address);

// "image", "stack" and so on.
std::string_view name_of(RegionKind kind);

// "r-x".
void write_access(base::TextWriter& out, abi::u32 access);

// Which region the address is in, or near to: "in the stack (rw-)", "16 bytes behind memory (r--)".
void write_whereabouts(base::TextWriter& out, const abi::CrashRecord& record, u64 address);

}  // namespace reporter
