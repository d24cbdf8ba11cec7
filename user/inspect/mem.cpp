// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "mem",
                           .operands = "[--json]",
                           .sentence = "Says what the machine's memory is used for.",
                           .most = 0};

constexpr Column columns[] = {
    {"memory of the machine", "total_bytes", Form::bytes},
    {"free", "free_bytes", Form::bytes},
    {"programs and their files", "programs_bytes", Form::bytes},
    {"process shells", "shells_bytes", Form::bytes},
    {"kernel objects", "objects_bytes", Form::bytes},
    {"tables of procmgr", "procmgr_bytes", Form::bytes},
    {"boot archive", "archive_bytes", Form::bytes},
    {"kernel", "kernel_bytes", Form::bytes},
    {"other", "other_bytes", Form::bytes},
    {"processes", "processes", Form::count},
};

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const auto info = ask(proto::InfoMachine{});
  const auto& ledger = info->ledger;
  // procmgr's own image, what lies between, and the records of the page allocator.
  const u64 other = info->memory_bytes - ledger.total * base::page_size - info->archive_bytes -
                    info->kernel_bytes;
  Table table{columns};
  table.row() << info->memory_bytes << ledger.free * base::page_size
              << ledger.owned * base::page_size << ledger.shells * base::page_size
              << ledger.kernel * base::page_size << ledger.own * base::page_size
              << info->archive_bytes << info->kernel_bytes << other << ledger.processes;
  table.print_facts(command.json);
  return kit::finish();
}
