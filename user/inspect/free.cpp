// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "free",
                           .operands = "[--json]",
                           .sentence = "Says how much memory is free. `mem` tells more.",
                           .most = 0};

constexpr Column columns[] = {
    {"TOTAL", "total_bytes", Form::bytes},
    {"USED", "used_bytes", Form::bytes},
    {"FREE", "free_bytes", Form::bytes},
};

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const auto info = ask(proto::InfoMachine{});
  const u64 free = info->ledger.free * base::page_size;
  Table table{columns};
  table.row() << info->memory_bytes << info->memory_bytes - free << free;
  table.print(command.json);
  return kit::finish();
}
