// SPDX-License-Identifier: MIT
// A first message between two address spaces. The server's half runs in a process that shares
// nothing writable with ours: what it knows arrives in a message.
#include <libipc/call.hpp>
#include <libipc/serve.hpp>
#include <user/root/greeting.hpp>
#include <user/root/second_process.hpp>
#include <user/support/process.hpp>

namespace {

using abi::u64;
using ipc::Cap;
using ipc::Endpoint;

// What stands where in the second process's CSpace.
constexpr u64 endpoint_slot = 1;
constexpr u64 reply_slot = 2;

constexpr abi::Badge our_badge{42};

struct Adder {
  abi::Result<greeting::Add::Reply> handle(const greeting::Add& request,
                                           const ipc::Caller& caller) {
    return greeting::Add::Reply{.sum = request.a + request.b, .caller = caller.badge};
  }
};

// Runs in the second process.
void serve_greetings(void*) {
  Adder adder;
  ipc::serve<greeting::Protocol>(Cap<Endpoint>{abi::cap_at(0, endpoint_slot)},
                                 Cap<ipc::Reply>{abi::cap_at(0, reply_slot)}, adder);
  for (;;) ipc::yield();
}

}  // namespace

abi::Status talk_to_second_process() {
  support::Environment& environment = support::environment();
  auto process = TRY(support::Process::make(environment.self, {}));
  auto endpoint = TRY(environment.memory.make<Endpoint>());
  auto reply = TRY(environment.memory.make<ipc::Reply>());
  TRY(process.give(endpoint_slot, endpoint.at(), abi::endpoint_right::receive));
  TRY(process.give(reply_slot, reply.at()));

  // We call through a capability with a badge: that is how the server knows who asks.
  ipc::Owned<Endpoint> badged{environment.slots, TRY(environment.slots.allocate())};
  TRY(ipc::invoke(environment.slots.cnode_of(badged.at()),
                  abi::cnode::Mint{.index = ipc::index_in_leaf(badged.at()),
                                   .source = abi::SlotName::own(endpoint.at()),
                                   .rights = abi::endpoint_right::send,
                                   .data = our_badge.value()}));
  TRY(process.start(serve_greetings, 0));

  const auto answer = TRY(ipc::call(badged.get(), greeting::Add{.a = 1200, .b = 82}));
  support::print([&](auto& line) {
    line << "second process: 1200 + 82 = " << answer.sum << ", asked by badge "
         << answer.caller.value();
  });
  return {};
}
