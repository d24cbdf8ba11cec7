// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/each.hpp>

namespace {

constexpr kit::Usage usage{
    .name = "kill", .operands = "[-9] PID...", .sentence = "Ends processes.", .least = 1};

}  // namespace

int main(int argc, char** argv) {
  // There is only one way to kill. Fingers know it by another name.
  static_cast<void>(inspect::take_flag(argc, argv, "-9"));
  return inspect::do_to_each(inspect::begin(usage, argc, argv).operands,
                             abi::procmgr::process_right::kill, &ipc::Process::kill);
}
