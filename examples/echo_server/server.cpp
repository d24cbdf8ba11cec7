// SPDX-License-Identifier: MIT
// A server: a handler for each request of the protocol, and a loop that calls them.
#include "echo.hpp"
#include <libipc/process/self.hpp>
#include <libipc/serve.hpp>

namespace {

// Whoever starts the server puts the endpoint, with the right to receive, into its first grant.
constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::first_grant};

struct Echo {
  echo::u64 shouts = 0;

  abi::Result<echo::Shout::Reply> handle(const echo::Shout& request, const ipc::Caller&) {
    if (request.bytes > echo::max_text) return abi::Error::too_big;
    ++shouts;
    echo::Shout::Reply reply{};
    std::memcpy(reply.text, request.text, request.bytes);
    auto* letters = reinterpret_cast<char*>(reply.text);
    for (echo::u64 i = 0; i < request.bytes; ++i)
      if (letters[i] >= 'a' && letters[i] <= 'z') letters[i] = static_cast<char>(letters[i] - 32);
    return reply;
  }

  abi::Result<echo::Count::Reply> handle(const echo::Count&, const ipc::Caller&) {
    return echo::Count::Reply{shouts};
  }
};

}  // namespace

int main() {
  const auto reply = ipc::make<ipc::Reply>();
  if (!reply.ok()) return 1;
  Echo echo;
  // Returns when the endpoint is gone, and with it everybody who could ask.
  ipc::serve<echo::Protocol>(endpoint, *reply, echo);
  return 0;
}
