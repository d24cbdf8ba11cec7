// SPDX-License-Identifier: MIT
// Where an arena's chunks come from: procmgr, and in tests on the host a stand-in.
#pragma once

#include <abi/types.hpp>
#include <cstddef>
#include <span>

namespace ipc {

// Whole pages, zeroed and paid for; empty: there are none.
std::span<std::byte> take_pages(abi::u64 bytes);
void give_pages(std::span<std::byte> pages);

}  // namespace ipc
