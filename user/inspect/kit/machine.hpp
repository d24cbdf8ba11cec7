// SPDX-License-Identifier: MIT
// What procmgr tells of the machine, through the capability `inspect`. A command that has not got
// it ends here, and says so.
#pragma once

#include <abi/proto/inspect.hpp>
#include <libipc/process/spawn.hpp>
#include <user/inspect/kit/begin.hpp>
#include <user/inspect/kit/list.hpp>

namespace inspect {

namespace proto = abi::procmgr;
using abi::Rights;
using proto::ProcessEntry;

inline constexpr ipc::Cap<ipc::Endpoint> machine{abi::bundle_slot::inspect};

// Asks, and gives up if the answer is an error that `expected` is not.
template <abi::Request R>
abi::Result<typename R::Reply> ask(const R& request, abi::Error expected = abi::Error::none) {
  const auto answer = ipc::call(machine, request);
  if (answer.ok() || answer.error() == expected) return answer;
  if (answer.error() == abi::Error::invalid_capability || answer.error() == abi::Error::denied)
    lacks_inspect();
  give_up(R::name, answer.error());
}

// All processes, by pid.
class Processes {
 public:
  Processes();
  [[nodiscard]] std::span<ProcessEntry> all() { return list_.all(); }
  // Null: there is none.
  ProcessEntry* with_pid(u64 pid);
  ProcessEntry* with_number(u64 shell);

 private:
  List<ProcessEntry> list_;
};

// The process with this pid, with these rights. Ends the program, or complains and gives nothing,
// if there is no such process or the rights are denied.
ProcessEntry find_process(u64 pid);
ipc::Process open_process(const ProcessEntry& entry, Rights rights);
abi::Result<ipc::Process> try_to_open(u64 pid, Rights rights);

std::string_view name_of(const ProcessEntry& entry);
// "exited with 3", "killed by 12", "faulted: page at 0x0"
void write_end(base::TextWriter& out, const proto::ExitRecord& record);
// As a shell has it: 137 if it was killed, 139 if it crashed.
int status_of(const proto::ExitRecord& record);

}  // namespace inspect
