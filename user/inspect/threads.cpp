// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <libipc/time.hpp>
#include <user/inspect/kit/kernel.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "threads",
                           .operands = "[--json]",
                           .sentence = "Lists the kernel's threads, and what each waits for.",
                           .most = 0};

constexpr Column columns[] = {
    {"PID", "pid", Form::count},
    {"STATE", "state"},
    {"PRIO", "priority", Form::count},
    {"CPU", "cpu_ns", Form::time},
    {"MESSAGES", "messages", Form::count},
    {"FAULTS", "faults", Form::count},
    {"PC", "pc", Form::address},
    {"SP", "sp", Form::address},
    {"", "object", Form::address},
    {"WAITS FOR", "waits_for"},
    {"NAME", "name"},
};

void add(Table& table, const Thread& thread, const ProcessEntry* process, Kernel& kernel) {
  const kernel::ThreadRecord& record = thread.record;
  table.row() << (process == nullptr ? 0 : process->pid) << abi::thread::name_of(record.state)
              << record.priority.level << ipc::nanoseconds_in(record.run_time) << record.messages
              << record.faults << record.pc << record.sp << thread.id.value();
  table.add_if_any(kernel.waits_for(thread))
      << (process == nullptr ? "procmgr" : name_of(*process));
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  Processes processes;
  if (!has_inspector()) lacks_inspector();
  Kernel kernel{processes};
  Table table{columns};
  // Threads of shells that no process uses at present are left out.
  for (const Thread& thread : kernel.threads())
    if (thread.shell == Thread::none) add(table, thread, nullptr, kernel);
  for (const ProcessEntry& process : processes.all())
    if (const Thread* thread = kernel.thread_of(process)) add(table, *thread, &process, kernel);
  table.print(command.json);
  return kit::finish();
}
