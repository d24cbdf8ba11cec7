// SPDX-License-Identifier: MIT
// What all kernel objects with a life of their own have in common: they live while a capability
// to them exists, and end in steps (life/teardown.hpp).
#pragma once

#include <abi/object.hpp>
#include <base/units.hpp>

namespace kernel {

using abi::ObjectType;
using base::u32;
using base::u64;

class Object {
 public:
  constexpr explicit Object(ObjectType type) : type_(type) {}

  [[nodiscard]] ObjectType type() const { return type_; }

  // Capabilities to it, in slots anywhere.
  [[nodiscard]] u32 references() const { return references_; }
  void add_reference() { ++references_; }
  // True: that was the last one.
  [[nodiscard]] bool drop_reference() { return --references_ == 0; }

  // The next object that waits to be torn down.
  Object* next_to_end = nullptr;

 private:
  u32 references_ = 0;
  ObjectType type_;
};

}  // namespace kernel
