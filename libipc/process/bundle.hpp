// SPDX-License-Identifier: MIT
// The capabilities that a child will start with: an empty leaf, lent by procmgr, that becomes the
// child's leaf 1.
//
//   make() ---- give(slot, cap) ... ---- spawn: the child has it, the bundle is empty
//                                   \--- spawn fails: it is as it was
#pragma once

#include <libipc/process/self.hpp>

namespace ipc {

class Bundle {
 public:
  static abi::Result<Bundle> make();

  constexpr Bundle() = default;

  // A copy of `cap`, with at most `rights`, will stand in the child's slot `slot`, which is one of
  // abi::bundle_slot. Grants of one's own stand from `first_grant` on, without gaps: the child uses
  // the slots behind them. Errors: occupied, invalid_capability.
  template <Object T>
  abi::Status give(abi::CapPtr slot, Cap<T> cap, abi::Rights rights = abi::all_rights) {
    return put(slot, cap.at(), rights);
  }

  // A spawner whose children `account` pays for: what a job needs to have processes of its own.
  // `priority`: their highest; 0: that of this process's spawner.
  abi::Status give_spawner(Cap<Endpoint> account, u64 priority = 0);

  // For spawn: the handle that travels, and that it has gone.
  [[nodiscard]] Cap<Endpoint> handle() const { return handle_; }
  void has_gone();

 private:
  Bundle(Owned<CNode> leaf, Owned<Endpoint> handle)
      : leaf_(std::move(leaf)), handle_(std::move(handle)) {}

  abi::Status put(abi::CapPtr slot, abi::CapPtr source, abi::Rights rights);

  Owned<CNode> leaf_;
  Owned<Endpoint> handle_;
};

}  // namespace ipc
