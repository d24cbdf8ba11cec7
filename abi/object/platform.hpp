// SPDX-License-Identifier: MIT
// Methods of Platform: the machine as a whole.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::platform {

// Ends the machine with a status from 0 to 255 that whoever started it can see. Does not return.
struct PowerOff {
  static constexpr u32 op = method(ObjectType::platform, 1);
  static constexpr std::string_view name = "platform.power_off";
  u64 status;
  struct Reply {};
};

struct Reset {
  static constexpr u32 op = method(ObjectType::platform, 2);
  static constexpr std::string_view name = "platform.reset";
  struct Reply {};
};

// Makes the kernel panic, so that whatever reports panics can be tested.
struct Panic {
  static constexpr u32 op = method(ObjectType::platform, 3);
  static constexpr std::string_view name = "platform.panic";
  struct Reply {};
};

using Methods = RequestList<PowerOff, Reset, Panic>;

}  // namespace abi::platform
