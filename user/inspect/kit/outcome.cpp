// SPDX-License-Identifier: MIT
#include <libipc/time.hpp>
#include <user/inspect/kit/outcome.hpp>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/output.hpp>

namespace inspect {

namespace {

constexpr Column columns[] = {
    {"process", "pid", Form::count},
    {"end", "how"},
    {"", "kind", Form::count},
    {"", "status", Form::count},
    {"time on the CPU", "cpu_ns", Form::time},
    {"memory at most", "peak_bytes", Form::bytes},
    {"faults", "faults", Form::count},
    {"messages", "messages", Form::count},
};

}  // namespace

int print_end(const ipc::Process& process, bool json) {
  kit::out.flush();
  const auto record = process.wait();
  if (!record.ok()) give_up("wait", record.error());
  base::Text<128> how;
  write_end(how, *record);
  Table table{columns};
  table.row() << record->pid << how.view() << static_cast<u64>(record->kind) << u64{record->status}
              << ipc::nanoseconds_in(record->run_time) << u64{record->peak_pages} * base::page_size
              << u64{record->faults} << record->messages;
  table.print_facts(json);
  return kit::finish(status_of(*record));
}

}  // namespace inspect
