// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/outcome.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{
    .name = "wait",
    .operands = "[--json] PID",
    .sentence = "Waits until a process has ended, says how, and ends with its status.",
    .least = 1,
    .most = 1};

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const ProcessEntry entry = find_process(pid_of(command.operands[0]));
  return print_end(open_process(entry, proto::process_right::wait), command.json);
}
