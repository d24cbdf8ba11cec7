// SPDX-License-Identifier: MIT
// What the Inspector tells of capabilities and objects (abi/object/inspector.hpp).
#pragma once

#include <abi/object/inspector.hpp>
#include <object/endpoint.hpp>

namespace kernel {

// For people to compare, never for the kernel to follow.
template <class T>
abi::inspector::Id id_of(const T* object) {
  return abi::inspector::Id{reinterpret_cast<u64>(object)};
}

abi::inspector::Capability capability_record(const Slot& slot);

abi::inspector::Describe::Reply describe(const Slot& slot);

}  // namespace kernel
