// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/each.hpp>

namespace {

constexpr kit::Usage usage{.name = "suspend",
                           .operands = "PID...",
                           .sentence = "Stops processes until they are resumed.",
                           .least = 1};

}  // namespace

int main(int argc, char** argv) {
  return inspect::do_to_each(inspect::begin(usage, argc, argv).operands,
                             abi::procmgr::process_right::suspend, &ipc::Process::suspend);
}
