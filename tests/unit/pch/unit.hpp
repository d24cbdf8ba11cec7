// SPDX-License-Identifier: MIT
// What nearly every unit test includes, and what takes most of the time to compile one: compiled
// once.
#pragma once

#include <abi/pch/common.hpp>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>
