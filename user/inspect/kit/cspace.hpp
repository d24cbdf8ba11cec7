// SPDX-License-Identifier: MIT
// All capabilities that a process holds.
#pragma once

#include <user/inspect/kit/kernel.hpp>

namespace inspect {

struct Held {
  u64 leaf = 0;
  u64 index = 0;
  kernel::Capability capability{};
};

// In the order of their addresses. Nothing, if the process has gone.
void read_cspace(const Thread& thread, List<Held>& held);

// What the slot is called that every process has for the same: "output"; empty: it has no name.
std::string_view name_of_slot(u64 leaf, u64 index);
// "send, grant"
void write_rights(base::TextWriter& out, abi::ObjectType type, Rights rights);

}  // namespace inspect
