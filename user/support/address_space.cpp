// SPDX-License-Identifier: MIT
#include <user/support/address_space.hpp>

namespace support {

using abi::Error;

abi::Result<u64> AddressSpace::reserve(u64 length, u64 alignment) {
  const auto start = base::align_up(next_ + base::page_size, alignment);
  if (!start || *start > layout::dynamic_end || length > layout::dynamic_end - *start)
    return Error::no_space;
  next_ = *start + length;
  return *start;
}

abi::Status AddressSpace::add_table(u64 address) {
  ipc::Owned<ipc::PageTable> table = TRY(memory_->make<ipc::PageTable>());
  TRY(ipc::invoke(table.get(), abi::page_table::Map{.vspace = vspace_.at(), .address = address}));
  static_cast<void>(table.release());
  return {};
}

abi::Status AddressSpace::map(ipc::Cap<ipc::Frame> frame, u64 address, u64 length,
                              abi::frame::MapFlags flags) {
  for (;;) {
    const auto mapped = ipc::invoke_with_detail(frame, abi::frame::Map{.vspace = vspace_.at(),
                                                                       .address = address,
                                                                       .offset = 0,
                                                                       .length = length,
                                                                       .flags = flags});
    if (mapped.ok()) return {};
    if (mapped.error().error != Error::needs_table) return mapped.error().error;
    TRY(add_table(mapped.error().detail));
  }
}

abi::Result<ipc::Owned<ipc::Frame>> AddressSpace::map_new(u64 address, u64 size_bits,
                                                          abi::frame::MapFlags flags) {
  ipc::Owned<ipc::Frame> frame = TRY(memory_->make<ipc::Frame>(size_bits));
  TRY(map(frame, address, u64{1} << size_bits, flags));
  return frame;
}

abi::Status AddressSpace::prepare(u64 address) {
  for (;;) {
    const abi::Status added = add_table(address);
    if (added.error() == Error::occupied) return {};
    TRY(added);
  }
}

}  // namespace support
