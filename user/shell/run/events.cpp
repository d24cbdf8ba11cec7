// SPDX-License-Identifier: MIT
#include <user/shell/run/events.hpp>

namespace shell {

// Nothing is made before it is needed: many shells run one command and end.
abi::Status Events::prepare() {
  if (when_ended_) return {};
  if (!notification_) notification_ = TRY(ipc::make<ipc::Notification>());
  when_ended_ = TRY(ipc::with_bits(notification_, ended));
  return {};
}

abi::Status Events::watch(const ipc::Process& process) {
  TRY(prepare());
  return process.watch(when_ended_);
}

abi::Status Events::watch_interrupt(const ipc::Terminal& terminal) {
  TRY(prepare());
  if (!when_interrupted_) when_interrupted_ = TRY(ipc::with_bits(notification_, interrupt));
  return terminal.watch(when_interrupted_, ipc::terminal_event::interrupt).error();
}

ipc::files::Outcome<void> Events::watch(ipc::files::PipeEnd& pipe) {
  const abi::Status prepared = prepare();
  if (!prepared.ok()) return ipc::files::Problem{prepared.error()};
  return pipe.watch(notification_, readable);
}

void Events::take(const abi::Result<u64>& bits) {
  if (bits.ok() && (*bits & interrupt) != 0) was_interrupted_ = true;
}

void Events::wait() { take(ipc::wait(notification_)); }

bool Events::was_interrupted() {
  if (when_interrupted_) take(ipc::poll(notification_));
  return was_interrupted_;
}

void Events::forget_interrupt() {
  was_interrupted();
  was_interrupted_ = false;
}

}  // namespace shell
