// SPDX-License-Identifier: MIT
// Does it fault? A piece of code on a thread of its own, and what the kernel says if it faults.
#pragma once

#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <user/support/fault_report.hpp>

namespace kit {

struct Probe {
  bool faulted = false;
  abi::FaultKind kind = abi::FaultKind::other;
  abi::FaultMessage fault{};
};

template <class Body>
Probe probe(Context& t, Body&& body) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto whole = [&] {
    body();
    ipc::sys::send(endpoint.at(), {}, abi::MessageInfo::make(0, 0));
  };
  Worker worker{t, whole, {.pager = endpoint, .handler = endpoint}};
  const ipc::Message message = ipc::sys::recv(endpoint, reply);
  if (message.info.kind() != abi::Kind::fault) return {};
  ipc::sys::send(reply.at(), {},
                 abi::MessageInfo::make(static_cast<u32>(abi::FaultReply::stop), 0));
  return {true, static_cast<abi::FaultKind>(message.info.label()), support::fault_of(message)};
}

inline Probe probe_read(Context& t, u64 address) {
  return probe(t, [=] { peek(address); });
}
inline Probe probe_write(Context& t, u64 address) {
  return probe(t, [=] { poke(address, 1); });
}

}  // namespace kit
