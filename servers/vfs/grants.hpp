// SPDX-License-Identifier: MIT
// What the boot manifest grants to this server:
//
//   serves = yes
//   grant 16 = archive                  the boot archive, which is the tree's first contents
//   grant 17 = endpoint console badge 1 what /dev/console stands for
#pragma once

#include <abi/process.hpp>
#include <libipc/cap.hpp>

namespace vfs::grant {

inline constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::serve};
inline constexpr ipc::Cap<ipc::Endpoint> archive{abi::bundle_slot::first_grant};
inline constexpr ipc::Cap<ipc::Endpoint> console{
    abi::CapPtr{abi::bundle_slot::first_grant.value() + 1}};

}  // namespace vfs::grant
