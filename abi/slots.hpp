// SPDX-License-Identifier: MIT
// Well-known slots of the first process. What stands in leaves above 0 is listed in BootInfo.
#pragma once

#include <abi/types.hpp>

namespace abi::root_slot {

inline constexpr CapPtr null{0};
inline constexpr CapPtr thread{1};
inline constexpr CapPtr vspace{2};
inline constexpr CapPtr cspace{3};  // the root CNode: its slots hold the leaves
inline constexpr CapPtr leaf0{4};   // the CNode in which these slots stand
inline constexpr CapPtr sched_context{5};
inline constexpr CapPtr ipc_buffer{6};  // Frame
inline constexpr CapPtr boot_info{7};   // Frame, read only
inline constexpr CapPtr platform{8};
inline constexpr CapPtr irq_control{9};
inline constexpr CapPtr inspector{10};
inline constexpr CapPtr first_free{16};  // leaf 0, from here on, is empty

// log2 of the slots in the first process's root CNode.
inline constexpr unsigned root_cnode_bits = 10;

}  // namespace abi::root_slot
