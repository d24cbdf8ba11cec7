// SPDX-License-Identifier: MIT
#include <abi/object/cnode.hpp>
#include <user/support/process.hpp>

namespace support {
namespace {

using abi::all_rights;
using abi::SlotName;

// A copy of a Frame, for mapping it into another address space.
abi::Result<ipc::Owned<ipc::Frame>> copy_of(ipc::SlotAllocator& slots, abi::CapPtr frame) {
  ipc::Owned<ipc::Frame> copy{slots, TRY(slots.allocate())};
  TRY(ipc::invoke(slots.cnode_of(copy.at()),
                  abi::cnode::Copy{.index = ipc::index_in_leaf(copy.at()),
                                   .source = SlotName::own(frame),
                                   .rights = all_rights}));
  return copy;
}

// Where the first process has the image page at `physical`, and with what rights.
const abi::ImageSegment* segment_of(const abi::BootInfo& info, u64 physical) {
  for (const abi::ImageSegment& segment : info.image)
    if (physical - segment.physical_address < segment.size && physical >= segment.physical_address)
      return &segment;
  return nullptr;
}

}  // namespace

abi::Status Process::share_image(ipc::SlotAllocator& slots) {
  const abi::BootInfo& info = *environment().boot_info;
  u64 count = 0;
  for (const abi::Grant& grant : info.image_frames) {
    const abi::ImageSegment* segment = segment_of(info, grant.base);
    if (segment == nullptr || (segment->rights & abi::frame_right::write.bits) != 0) continue;
    if (count == max_image_frames) return abi::Error::no_space;
    ipc::Owned<ipc::Frame>& copy = image_[count++];
    copy = TRY(copy_of(slots, grant.cap));
    const u64 address = segment->virtual_address + (grant.base - segment->physical_address);
    TRY(space_.map(copy, address, u64{1} << grant.size_bits,
                   abi::frame::MapFlags{segment->rights}));
  }
  return {};
}

// The block is mapped twice: in the process, and here, where its start is written into it.
abi::Status Process::make_block(AddressSpace& own, const ThreadSetting& setting) {
  const ThreadBlock theirs{layout::child_block};
  auto block = TRY(space_.map_new(theirs.base, ThreadBlock::size_bits, read_write));
  own_view_ = TRY(copy_of(own.memory().slots(), block.at()));
  const ThreadBlock ours{TRY(own.reserve(ThreadBlock::size))};
  TRY(own.map(own_view_, ours.base, ThreadBlock::size, read_write));
  control_ = reinterpret_cast<ipc::ThreadControl*>(ours.control());
  ThreadSetting with_cspace = setting;
  with_cspace.cspace = root_;
  parts_ = TRY(make_thread(own.memory(), vspace_, std::move(block), with_cspace));
  parts_.base = theirs.base;
  return {};
}

abi::Result<Process> Process::make(AddressSpace& own, const ThreadSetting& setting) {
  Process process;
  Memory& memory = own.memory();
  process.vspace_ = TRY(memory.make<ipc::VSpace>());
  process.root_ = TRY(memory.make<ipc::CNode>(1));
  process.leaf_ = TRY(memory.make<ipc::CNode>(abi::leaf_bits));
  TRY(ipc::invoke(process.root_.get(), abi::cnode::Copy{.index = 0,
                                                        .source = SlotName::own(process.leaf_.at()),
                                                        .rights = all_rights}));
  process.space_ = AddressSpace{memory, process.vspace_};
  TRY(process.share_image(memory.slots()));
  TRY(process.make_block(own, setting));
  return process;
}

abi::Status Process::give(u64 index, abi::CapPtr source, abi::Rights rights) {
  return ipc::invoke(
             leaf_.get(),
             abi::cnode::Copy{.index = index, .source = SlotName::own(source), .rights = rights})
      .error();
}

abi::Status Process::give_badged(u64 index, ipc::Cap<ipc::Endpoint> source, abi::Rights rights,
                                 abi::Badge badge) {
  return ipc::invoke(leaf_.get(), abi::cnode::Mint{.index = index,
                                                   .source = SlotName::own(source.at()),
                                                   .rights = rights,
                                                   .data = badge.value()})
      .error();
}

abi::Status Process::start(ThreadFunction function, u64 argument) {
  const ThreadBlock theirs{parts_.base};
  *control_ = {.buffer = reinterpret_cast<abi::IpcBuffer*>(theirs.buffer()),
               .function = function,
               .argument = reinterpret_cast<void*>(argument)};
  return dispatch(parts_);
}

}  // namespace support
