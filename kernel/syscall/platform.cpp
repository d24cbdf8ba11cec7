// SPDX-License-Identifier: MIT
#include <abi/object/platform.hpp>
#include <debug/panic.hpp>
#include <machine/power.hpp>
#include <sched/kernel.hpp>
#include <syscall/methods.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::platform;

Answer<method::PowerOff> perform(Invocation&, const method::PowerOff& request) {
  if (request.status > 255) return Error::out_of_range;
  machine::power_off(core.machine, request.status);
}

Answer<method::Reset> perform(Invocation&, const method::Reset&) { machine::reset(core.machine); }

Answer<method::Panic> perform(Invocation&, const method::Panic&) {
  panic("asked for by the holder of the Platform capability");
}

}  // namespace

void invoke_platform(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
