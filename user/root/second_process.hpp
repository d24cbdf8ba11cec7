// SPDX-License-Identifier: MIT
#pragma once

#include <abi/error.hpp>

// Makes a second process, sends it a message, and prints what it answers.
abi::Status talk_to_second_process();
