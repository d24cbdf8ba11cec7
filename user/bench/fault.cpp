// SPDX-License-Identifier: MIT
// A page fault, to a pager in another address space and back. The pager maps nothing: the same
// instruction faults again, as often as it is resumed.
#include <abi/fault.hpp>
#include <user/bench/measure.hpp>
#include <user/bench/partner.hpp>

namespace bench {
namespace {

void touch_nothing(void* address) {
  for (;;) static_cast<void>(*static_cast<volatile u64*>(address));
}

}  // namespace

abi::Status fault_rows() {
  support::Memory& memory = support::environment().memory;
  const auto pager = TRY(memory.make<ipc::Endpoint>());
  const auto reply = TRY(memory.make<ipc::Reply>());
  constexpr auto resume = abi::MessageInfo::make(static_cast<abi::u32>(abi::FaultReply::resume), 0);
  Partner partner = TRY(Partner::make(pager));
  TRY(partner.process.start(touch_nothing, support::layout::dynamic_start));
  if (ipc::sys::recv(pager, reply).info.kind() != abi::Kind::fault) return abi::Error::not_found;
  measure("fault.page", [&] { ipc::sys::reply_recv(pager, {}, resume); });
  return {};
}

}  // namespace bench
