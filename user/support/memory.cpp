// SPDX-License-Identifier: MIT
#include <user/support/memory.hpp>

namespace support {
namespace {

using abi::Error;
using ipc::Cap;
using ipc::Untyped;

abi::SlotName slot_name(const ipc::SlotAllocator& slots, abi::CapPtr at) {
  return abi::SlotName::in(slots.cnode_of(at).at(), ipc::index_in_leaf(at));
}

// The half of an Untyped (of 2^bits bytes at `base`) in which `physical` lies; both halves are new.
abi::Result<abi::CapPtr> split(ipc::SlotAllocator& slots, Cap<Untyped> whole, u64 half_bits,
                               bool upper) {
  const abi::CapPtr first = TRY(slots.allocate_run(2));
  TRY(ipc::invoke(whole, abi::untyped::Retype{.type = static_cast<u64>(abi::ObjectType::untyped),
                                              .size_bits = half_bits,
                                              .first = slot_name(slots, first),
                                              .count = 2}));
  return abi::CapPtr{first.value() + (upper ? 1 : 0)};
}

}  // namespace

abi::Result<abi::CapPtr> Memory::retype(abi::ObjectType type, u64 size_bits, u64 count) {
  const abi::CapPtr first = TRY(slots_->allocate_run(count));
  const abi::untyped::Retype request{.type = static_cast<u64>(type),
                                     .size_bits = size_bits,
                                     .first = slot_name(*slots_, first),
                                     .count = count};
  Error error = Error::no_memory;
  for (const abi::Grant& grant : grants_) {
    if (grant.is_device != 0) continue;
    error = ipc::invoke(Cap<Untyped>{grant.cap}, request).error();
    // Other errors would be the same for every grant.
    if (error != Error::no_memory) break;
  }
  if (error == Error::none) return first;
  for (u64 i = 0; i < count; ++i) slots_->release(abi::CapPtr{first.value() + i});
  return error;
}

abi::Result<ipc::Owned<ipc::Frame>> Memory::make_device_page(u64 physical) {
  for (const abi::Grant& grant : grants_) {
    const u64 offset = physical - grant.base;
    if (grant.is_device == 0 || physical < grant.base || offset >> grant.size_bits != 0) continue;
    // Untyped memory is taken from its start on. Halving it leads to any page in it, and leaves
    // the other halves for others.
    Cap<Untyped> part{grant.cap};
    for (u64 bits = grant.size_bits; bits > base::page_bits; --bits)
      part = Cap<Untyped>{TRY(split(*slots_, part, bits - 1, (offset >> (bits - 1) & 1) != 0))};
    ipc::Owned<ipc::Frame> page{*slots_, TRY(slots_->allocate())};
    TRY(ipc::invoke(part, abi::untyped::Retype{.type = static_cast<u64>(abi::ObjectType::frame),
                                               .size_bits = base::page_bits,
                                               .first = slot_name(*slots_, page.at()),
                                               .count = 1}));
    return page;
  }
  return Error::not_found;
}

u64 Memory::free_bytes() const {
  u64 sum = 0;
  for (const abi::Grant& grant : grants_) {
    if (grant.is_device != 0) continue;
    const auto info = ipc::invoke(Cap<Untyped>{grant.cap}, abi::untyped::Info{});
    if (info.ok()) sum += info->free_bytes;
  }
  return sum;
}

}  // namespace support
