// SPDX-License-Identifier: MIT
// The kernel's state held against the model's, word by word.
#pragma once

#include <model/model.hpp>
#include <stdexcept>

namespace model {

// What the kernel and the model disagree about.
struct Difference : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws a Difference, or the kernel's own check() panics. Objects in `outside` are those that the
// model takes as given: their slots are not compared.
void compare(Model& model, const std::set<u64>& outside);

}  // namespace model
