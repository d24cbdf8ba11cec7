// SPDX-License-Identifier: MIT
// IrqControl gives interrupts to handlers, IrqHandler is one of them.
#include <abi/object/time.hpp>
#include <sched/kernel.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>
#include <syscall/signal_source.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace right = abi::irq_handler_right;

Answer<abi::irq_control::Attach> perform(Invocation& invocation,
                                         const abi::irq_control::Attach& request) {
  if (request.trigger > 1) return Error::bad_argument;
  Slot* slot = TRY(find_capability(invocation.caller, request.handler, ObjectType::irq_handler,
                                   right::configure));
  if (request.number == core.machine.timer_interrupt) return Error::denied;
  if (!core.interrupts.has(request.number)) return Error::out_of_range;
  if (core.interrupts.handler(request.number) != nullptr) return Error::occupied;
  auto& handler = *slot->cap.object<IrqHandler>();
  if (handler.is_attached()) return Error::busy;

  core.interrupts.attach(core.machine, handler, static_cast<u32>(request.number),
                         request.trigger == 1);
  return abi::irq_control::Attach::Reply{};
}

namespace method = abi::irq_handler;

Answer<method::Configure> perform(Invocation& invocation, const method::Configure& request) {
  if (!invocation.target.cap.rights().has(right::configure)) return Error::denied;
  auto& handler = *invocation.target.cap.object<IrqHandler>();
  TRY(configure_target(invocation, handler.target, request.notification));
  return method::Configure::Reply{};
}

Answer<method::Acknowledge> perform(Invocation& invocation, const method::Acknowledge&) {
  if (!invocation.target.cap.rights().has(right::acknowledge)) return Error::denied;
  auto& handler = *invocation.target.cap.object<IrqHandler>();
  if (!handler.is_attached()) return Error::not_found;

  core.interrupts.unmask(core.machine, handler);
  return method::Acknowledge::Reply{};
}

}  // namespace

void invoke_irq_control(Invocation& invocation, u32 label) {
  invoke<abi::irq_control::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

void invoke_irq_handler(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
