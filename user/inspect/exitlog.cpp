// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <libipc/time.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "exitlog",
                           .operands = "[--json]",
                           .sentence = "Lists the last 64 processes that ended, and how.",
                           .most = 0};

constexpr Column columns[] = {
    {"PID", "pid", Form::count},
    {"", "number", Form::count},
    {"", "account", Form::count},
    {"ENDED AGO", "ended_ago_ns", Form::time},
    {"CPU", "cpu_ns", Form::time},
    {"PEAK", "peak_bytes", Form::bytes},
    {"FAULTS", "faults", Form::count},
    {"MESSAGES", "messages", Form::count},
    {"", "kind", Form::count},
    {"", "status", Form::count},
    {"", "address", Form::address},
    {"", "pc", Form::address},
    {"", "detail", Form::count},
    {"NAME", "name"},
    {"HOW", "how"},
};

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  Table table{columns};
  for (u64 after = 0;;) {
    const auto exit = ask(proto::NextExit{.after = after}, abi::Error::not_found);
    if (!exit.ok()) break;
    after = exit->number;
    const proto::ExitRecord& record = exit->record;
    const std::string_view name{exit->name};
    base::Text<128> how;
    write_end(how, record);
    table.row() << record.pid << exit->number << exit->account
                << ipc::nanoseconds_in(ipc::machine::counter() - exit->ended)
                << ipc::nanoseconds_in(record.run_time) << u64{record.peak_pages} * base::page_size
                << u64{record.faults} << record.messages << static_cast<u64>(record.kind)
                << u64{record.status} << record.address << record.pc << record.detail << name
                << how.view();
  }
  table.print(command.json);
  return kit::finish();
}
