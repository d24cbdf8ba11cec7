// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/process/self.hpp>
#include <libipc/process/text.hpp>

namespace ipc {

abi::Result<Owned<Notification>> with_bits(Cap<Notification> notification, u64 bits) {
  LandingSlot slot = TRY(LandingSlot::make());
  TRY(invoke(slots().cnode_of(slot.at()),
             abi::cnode::Mint{.index = index_in_leaf(slot.at()),
                              .source = abi::SlotName::own(notification.at()),
                              .rights = abi::notification_right::signal,
                              .data = bits}));
  return slot.landed<Notification>();
}

void log(std::string_view text) {
  while (!text.empty()) {
    abi::procmgr::Log request{};
    const std::string_view piece = take_piece(text, sizeof(request.text));
    request.bytes = piece.size();
    put_text(request.text, piece);
    // Without a log there is nobody to tell.
    if (!call(self, request).ok()) return;
  }
}

void exit(u32 status) {
  static_cast<void>(call(self, abi::procmgr::Exit{.status = status}));
  // procmgr answers nobody who ends. Where there is no procmgr, a fault is an end as well.
  __builtin_trap();
}

}  // namespace ipc
