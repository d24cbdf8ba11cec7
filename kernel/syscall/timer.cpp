// SPDX-License-Identifier: MIT
#include <abi/object/time.hpp>
#include <ipc/interrupt.hpp>
#include <syscall/methods.hpp>
#include <syscall/signal_source.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::timer;
namespace right = abi::timer_right;

Answer<method::Configure> perform(Invocation& invocation, const method::Configure& request) {
  if (!invocation.target.cap.rights().has(right::configure)) return Error::denied;
  auto& timer = *invocation.target.cap.object<Timer>();
  TRY(configure_target(invocation, timer.target, request.notification));
  return method::Configure::Reply{};
}

Answer<method::Set> perform(Invocation& invocation, const method::Set& request) {
  if (!invocation.target.cap.rights().has(right::set)) return Error::denied;
  auto& timer = *invocation.target.cap.object<Timer>();
  return method::Set::Reply{.replaced = set_timer(timer, request.deadline)};
}

}  // namespace

void invoke_timer(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
