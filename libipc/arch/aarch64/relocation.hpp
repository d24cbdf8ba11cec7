// SPDX-License-Identifier: MIT
// What a static, position-independent image needs done to itself: see libipc/start/relocate.hpp.
#pragma once

#include <abi/types.hpp>

namespace ipc::machine {

// "Add the distance to where the image was linked" (ELF for the Arm 64-bit Architecture,
// R_AARCH64_RELATIVE). The only relocation that a linker leaves in an image without libraries.
inline constexpr abi::u32 relative_relocation = 1027;

}  // namespace ipc::machine
