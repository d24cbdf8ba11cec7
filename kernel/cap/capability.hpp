// SPDX-License-Identifier: MIT
// A capability: what it is for, what its holder may do, and where the object lies, in one word.
//
//   63         62     61       60       59  52 51  48 47                            6 5     0
//   [callable | leaf | anchor | device | rights | type |  object address, bits 47..6  | bits  ]
//
// Object addresses are kernel pointers, sign-extended from bit 47 (Untyped and Frame: physical
// addresses). All objects are aligned to 64 bytes, so the low six bits are free for a size.
// What an IPC asks of type, rights and size is computed once, into one bit each: `callable` is an
// Endpoint with the right send, `leaf` a CNode of 256 slots.
#pragma once

#include <abi/object.hpp>
#include <base/bits.hpp>
#include <base/units.hpp>

namespace kernel {

using abi::ObjectType;
using abi::Rights;
using base::PhysAddr;
using base::u32;
using base::u64;

class Capability {
 public:
  constexpr Capability() = default;

  static Capability to_object(ObjectType type, const void* object, unsigned bits = 0) {
    return Capability{encode(type, reinterpret_cast<u64>(object), bits)};
  }
  static constexpr Capability to_memory(ObjectType type, PhysAddr base, unsigned bits,
                                        bool device) {
    return Capability{encode(type, base.value(), bits) | (device ? device_bit : 0)};
  }

  [[nodiscard]] constexpr bool is_null() const { return raw_ == 0; }
  [[nodiscard]] constexpr ObjectType type() const {
    return static_cast<ObjectType>(base::field(raw_, type_shift, 4));
  }
  [[nodiscard]] constexpr Rights rights() const { return {base::field(raw_, rights_shift, 8)}; }
  [[nodiscard]] constexpr unsigned bits() const { return static_cast<unsigned>(raw_ & 63); }
  [[nodiscard]] constexpr bool is_device() const { return (raw_ & device_bit) != 0; }
  [[nodiscard]] constexpr bool is_callable() const { return (raw_ & callable_bit) != 0; }
  [[nodiscard]] constexpr bool is_leaf() const { return (raw_ & leaf_bit) != 0; }
  [[nodiscard]] constexpr bool is_anchor() const { return (raw_ & anchor_bit) != 0; }

  template <class T>
  [[nodiscard]] T* object() const {
    return reinterpret_cast<T*>(static_cast<base::i64>(raw_ << 16) >> 16 & ~base::i64{63});
  }
  [[nodiscard]] constexpr PhysAddr physical() const {
    return PhysAddr{raw_ & base::mask_of(48) & ~u64{63}};
  }

  // The same object with at most these rights.
  [[nodiscard]] constexpr Capability reduced_to(Rights rights) const {
    const u64 removed = (~rights.bits & 0xff) << rights_shift;
    return Capability{summarised(raw_ & ~removed)};
  }
  [[nodiscard]] constexpr Capability as_anchor() const { return Capability{raw_ | anchor_bit}; }
  // What is derived from an anchor is none.
  [[nodiscard]] constexpr Capability without_anchor() const {
    return Capability{raw_ & ~anchor_bit};
  }
  // A naturally aligned part of a Frame.
  [[nodiscard]] constexpr Capability part(u64 offset, unsigned bits) const {
    return Capability{(raw_ & ~u64{63}) + offset | bits};
  }

  friend constexpr bool operator==(Capability, Capability) = default;

 private:
  constexpr explicit Capability(u64 raw) : raw_(raw) {}

  static constexpr unsigned type_shift = 48;
  static constexpr unsigned rights_shift = 52;
  static constexpr u64 device_bit = u64{1} << 60;
  static constexpr u64 anchor_bit = u64{1} << 61;
  static constexpr u64 leaf_bit = u64{1} << 62;
  static constexpr u64 callable_bit = u64{1} << 63;

  static constexpr u64 encode(ObjectType type, u64 address, unsigned bits) {
    return summarised((address & base::mask_of(48)) | bits | static_cast<u64>(type) << type_shift |
                      abi::all_rights.bits << rights_shift);
  }
  static constexpr u64 summarised(u64 raw) {
    const Capability cap{raw & ~(callable_bit | leaf_bit)};
    if (cap.type() == ObjectType::endpoint && cap.rights().has(abi::endpoint_right::send))
      return cap.raw_ | callable_bit;
    if (cap.type() == ObjectType::cnode && cap.bits() == abi::leaf_bits) return cap.raw_ | leaf_bit;
    return cap.raw_;
  }

  u64 raw_ = 0;
};

static_assert(sizeof(Capability) == 8);
static_assert(abi::object_type_count <= 16);

}  // namespace kernel
