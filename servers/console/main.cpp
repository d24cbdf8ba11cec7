// SPDX-License-Identifier: MIT
// The console; docs/console.md says what it serves. It is also the example of a server that never
// waits: what it cannot answer yet it owes (libipc/owed.hpp).
#include <libipc/process/self.hpp>
#include <servers/console/start.hpp>

namespace {

constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::serve};

// Returns only if the console cannot work, or is not wanted any more.
abi::Status run(std::span<char* const> arguments) {
  static constinit ipc::OwedAnswers answers;
  TRY(answers.start());
  const auto notification = TRY(ipc::bind_notification());
  console::Console console{answers, TRY(console::make_parts(notification))};
  TRY(console::add_terminals(console, arguments));
  console::start_ports(console);
  TRY(ipc::ready());
  console.take_over();
  ipc::ReceiveSlots slots{ipc::slots(), 1};
  return ipc::serve<abi::console::Protocol>(endpoint, answers, console, &slots);
}

}  // namespace

int main(int argc, char** argv) {
  const abi::Status end = run({argv + 1, argv + argc});
  ipc::log("console: it ends:");
  ipc::log(abi::sentence(end.error()));
  return 1;
}
