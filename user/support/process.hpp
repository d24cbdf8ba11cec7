// SPDX-License-Identifier: MIT
// A second process made of the program's own image: the code and the constants are shared, read
// only; everything else is its own. So its code finds no variable of the first process, only its
// stack, its argument and the capabilities that it was given. When the handle goes, the process
// goes; its page tables stay, unused, in the memory that they were made of.
#pragma once

#include <user/support/thread.hpp>

namespace support {

class Process {
 public:
  constexpr Process() = default;

  // An address space with the image, a CSpace of one empty leaf, a thread that is ready to start.
  // `setting.cspace` is ignored.
  static abi::Result<Process> make(AddressSpace& own, const ThreadSetting& setting);

  // Gives it a copy of a capability, at `cap_at(0, index)` of its CSpace.
  abi::Status give(u64 index, abi::CapPtr source, abi::Rights rights = abi::all_rights);

  // Gives it a child of an endpoint's capability with this badge.
  abi::Status give_badged(u64 index, ipc::Cap<ipc::Endpoint> source, abi::Rights rights,
                          abi::Badge badge);

  // Runs `function(argument)` in it; `argument` is a number to it, not memory that it could see.
  abi::Status start(ThreadFunction function, u64 argument);

  [[nodiscard]] ipc::Cap<ipc::Thread> thread() const { return parts_.thread; }
  [[nodiscard]] ipc::Cap<ipc::CNode> root() const { return root_; }
  [[nodiscard]] ipc::Cap<ipc::CNode> leaf() const { return leaf_; }
  [[nodiscard]] AddressSpace& space() { return space_; }

 private:
  abi::Status share_image(ipc::SlotAllocator& slots);
  abi::Status make_block(AddressSpace& own, const ThreadSetting& setting);

  static constexpr u64 max_image_frames = 32;

  ipc::Owned<ipc::VSpace> vspace_;
  ipc::Owned<ipc::Frame> image_[max_image_frames];
  ipc::Owned<ipc::CNode> root_;
  ipc::Owned<ipc::CNode> leaf_;
  ipc::Owned<ipc::Frame> own_view_;
  ThreadParts parts_;
  AddressSpace space_;
  ipc::ThreadControl* control_ = nullptr;  // in our own address space
};

}  // namespace support
