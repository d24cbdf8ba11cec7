// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <libipc/time.hpp>
#include <user/inspect/kit/kernel.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;
using abi::thread::State;

constexpr kit::Usage usage{.name = "ps",
                           .operands = "[--json]",
                           .sentence = "Lists all processes, children below their parents.",
                           .most = 0};

constexpr Column columns[] = {
    {"PID", "pid", Form::count},
    {"", "parent", Form::count},
    {"ACCOUNT", "account", Form::count},
    {"STATE", "state"},
    {"", "thread_state"},
    {"PRIO", "priority", Form::count},
    {"MEMORY", "memory_bytes", Form::bytes},
    {"", "peak_bytes", Form::bytes},
    {"", "object_bytes", Form::bytes},
    {"", "regions", Form::count},
    {"CPU", "cpu_ns", Form::time},
    {"AGE", "age_ns", Form::time},
    {"", "messages", Form::count},
    {"", "faults", Form::count},
    {"", "server", Form::flag},
    {"WAITS FOR", "waits_for"},
    {"NAME", "name"},
};

// In words for people: what procmgr and the kernel say together.
std::string_view state_of(const ProcessEntry& process) {
  // While procmgr looks, it waits for the answer.
  if (process.pid == ipc::process_page().pid) return "runs";
  if (process.state != proto::ProcessState::running) return proto::name_of(process.state);
  switch (static_cast<State>(process.thread_state)) {
    case State::ready: return "ready";
    case State::suspended: return "suspended";
    case State::faulted: return "faulted";
    case State::sending:
    case State::receiving:
    case State::replying:
    case State::waiting: return "waits";
  }
  return "?";
}

void add(Table& table, const ProcessEntry& process, u64 depth, Kernel& kernel) {
  table.row() << process.pid << process.parent << process.account;
  table.add(proto::name_of(process.state), state_of(process))
      << abi::thread::name_of(static_cast<State>(process.thread_state)) << process.priority
      << process.pages * base::page_size << process.peak_pages * base::page_size
      << process.object_bytes << process.regions << ipc::nanoseconds_in(process.run_time)
      << ipc::nanoseconds_in(ipc::machine::counter() - process.started) << process.messages
      << process.faults << u64{process.server != 0};
  const Thread* thread = kernel.thread_of(process);
  table.add_if_any(thread == nullptr ? "" : kernel.waits_for(*thread));
  base::Text<128> shown;
  for (u64 i = 0; i < depth && i < 32; ++i) shown << "  ";
  shown << name_of(process);
  table.add(name_of(process), shown.view());
}

// The first one behind `after` that has this parent. Whose parent has gone stands at the top.
ProcessEntry* next_child(Processes& processes, u64 parent, u64 after) {
  for (ProcessEntry& process : processes.all())
    if (process.pid > after && process.parent == parent) return &process;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  Processes processes;
  Kernel kernel{processes};
  Table table{columns};
  for (ProcessEntry& process : processes.all())
    if (processes.with_pid(process.parent) == nullptr) process.parent = 0;
  // Down to the first child, else on to the next of the same parent, else up.
  u64 depth = 0;
  for (ProcessEntry* at = next_child(processes, 0, 0); at != nullptr;) {
    add(table, *at, depth, kernel);
    if (ProcessEntry* child = next_child(processes, at->pid, 0)) {
      at = child;
      ++depth;
      continue;
    }
    for (;;) {
      if (ProcessEntry* next = next_child(processes, at->parent, at->pid)) {
        at = next;
        break;
      }
      at = processes.with_pid(at->parent);
      if (at == nullptr) break;
      --depth;
    }
  }
  table.print(command.json);
  return kit::finish();
}
