// SPDX-License-Identifier: MIT
// The console, with one request more: it crashes. For tests of what becomes of its clients, and of
// the next life.
#include <libipc/process/self.hpp>
#include <servers/console/start.hpp>
#include <tests/console/roles.hpp>

namespace {

constexpr ipc::Cap<ipc::Endpoint> endpoint{abi::bundle_slot::serve};

using Protocol =
    abi::RequestList<console::proto::Write, console::proto::Read, console::proto::SetMode,
                     console::proto::Info, console::proto::Flush, console_test::Crash>;

struct Mortal : console::Console {
  using Console::Console;
  using Console::handle;
  static abi::Result<console_test::Crash::Reply> handle(const console_test::Crash&,
                                                        const ipc::Caller&) {
    __builtin_trap();
  }
};

abi::Status run(std::span<char* const> arguments) {
  static constinit ipc::OwedAnswers answers;
  TRY(answers.start());
  const auto notification = TRY(ipc::bind_notification());
  Mortal console{answers, TRY(console::make_parts(notification))};
  TRY(console::add_terminals(console, arguments));
  console::start_ports(console);
  TRY(ipc::ready());
  console.take_over();
  return ipc::serve<Protocol>(endpoint, answers, console);
}

}  // namespace

int main(int argc, char** argv) { return run({argv + 1, argv + argc}).ok() ? 0 : 1; }
