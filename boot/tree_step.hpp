// SPDX-License-Identifier: MIT
// First step: the device tree, whose address is all that boot/ is given.
#pragma once

#include <boot/stage.hpp>

namespace boot {

// Maps the tree, reads it into `stage.board`, and finds the serial port. Where the tree lies.
Range read_device_tree(u64 address, Stage& stage);

}  // namespace boot
