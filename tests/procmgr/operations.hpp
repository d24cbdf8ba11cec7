// SPDX-License-Identifier: MIT
// What procmgr can be asked for, as operations that give back what they made and can fail at any
// point.
#pragma once

#include <tests/procmgr/kit.hpp>

namespace procmgr_test {

struct Operation {
  std::string_view name;
  abi::Status (*run)();
};

std::span<const Operation> operations();

// A child that gets all that a spawner can give: a block, a bundle, a job.
abi::Status spawn_with_everything();
// A bundle could not be used again after a refusal.
bool a_bundle_was_lost();

abi::Status make_account_once();

// Needs a notification that is made before.
void prepare_watches();
abi::Status watch_once();

}  // namespace procmgr_test
