// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <libipc/process/slots.hpp>
#include <servers/console/watchers.hpp>

namespace console {

void Watchers::take_out(u64 i) {
  for (; i + 1 < count_; ++i) watchers_[i] = std::move(watchers_[i + 1]);
  watchers_[--count_] = {};
}

// A notification ends with the process that made it, and then its slot is empty.
void Watchers::drop_dead() {
  for (u64 i = count_; i-- != 0;) {
    const auto at = watchers_[i].notification.at();
    const auto found = ipc::invoke(ipc::slots().cnode_of(at),
                                   abi::cnode::Identify{.index = ipc::index_in_leaf(at)});
    if (!found.ok() || found->type != static_cast<u64>(abi::ObjectType::notification)) take_out(i);
  }
}

abi::Result<u64> Watchers::add(ipc::Owned<ipc::Notification> notification, u64 events) {
  if (count_ == most) drop_dead();
  if (count_ == most) return abi::Error::no_space;
  watchers_[count_++] = {std::move(notification), events, ++last_number_};
  return last_number_;
}

abi::Status Watchers::remove(u64 number) {
  for (u64 i = 0; i < count_; ++i) {
    if (watchers_[i].number != number) continue;
    take_out(i);
    return {};
  }
  return abi::Error::not_found;
}

void Watchers::interrupt() {
  for (u64 i = count_; i-- != 0;) {
    if ((watchers_[i].events & event::interrupt) == 0) continue;
    if (signal_one(watchers_[i])) return;
    take_out(i);
  }
}

void Watchers::signal(u64 events) {
  if ((events & event::interrupt) != 0) interrupt();
  events &= ~event::interrupt;
  for (u64 i = count_; i-- != 0;)
    if ((watchers_[i].events & events) != 0 && !signal_one(watchers_[i])) take_out(i);
}

}  // namespace console
