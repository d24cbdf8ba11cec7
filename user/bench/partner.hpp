// SPDX-License-Identifier: MIT
// The other side of what is measured: a process with an address space and a CSpace of its own.
#pragma once

#include <user/support/process.hpp>

namespace bench {

using abi::u64;
using ipc::Cap;

// What stands where in the partner's CSpace.
namespace partner_slot {
inline constexpr u64 endpoint = 1;
inline constexpr u64 reply = 2;
inline constexpr u64 first_note = 3;
inline constexpr u64 second_note = 4;
inline constexpr u64 receive = 32;  // empty from here on: capabilities may come
inline constexpr u64 receive_count = 200;
}  // namespace partner_slot

inline constexpr Cap<ipc::Endpoint> partner_endpoint{abi::cap_at(0, partner_slot::endpoint)};
inline constexpr Cap<ipc::Reply> partner_reply{abi::cap_at(0, partner_slot::reply)};

struct Partner {
  support::Process process;
  ipc::Owned<ipc::Endpoint> endpoint;
  ipc::Owned<ipc::Reply> reply;

  // Not started yet. Same priority as ours; its faults come to `pager`.
  static abi::Result<Partner> make(Cap<ipc::Endpoint> pager = {}) {
    support::Environment& environment = support::environment();
    Partner partner;
    partner.process =
        TRY(support::Process::make(environment.self, {.pager = pager, .handler = pager}));
    partner.endpoint = TRY(environment.memory.make<ipc::Endpoint>());
    partner.reply = TRY(environment.memory.make<ipc::Reply>());
    TRY(partner.process.give(partner_slot::endpoint, partner.endpoint.at()));
    TRY(partner.process.give(partner_slot::reply, partner.reply.at()));
    return partner;
  }
};

}  // namespace bench
