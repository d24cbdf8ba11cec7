// SPDX-License-Identifier: MIT
// Jobs in the foreground: until they end, or somebody types Ctrl-C.
#include <abi/fault.hpp>
#include <abi/proto/sentences.hpp>
#include <user/shell/run/launch.hpp>

namespace shell {

using abi::procmgr::EndKind;

void tell_end(Shell& shell, const Part& part) {
  const auto& record = part.record;
  switch (record.kind) {
    case EndKind::exited:
    case EndKind::killed:
    case EndKind::running: return;
    case EndKind::faulted:
      return shell.complain([&](auto& line) {
        line << part.name << ": it crashed: " << name_of(static_cast<abi::FaultKind>(record.status))
             << " at address " << base::Hex{record.address} << ", pc " << base::Hex{record.pc};
      });
    case EndKind::over_quota:
    case EndKind::parent_died: return shell.complain(part.name, sentence(record.kind));
  }
}

int wait_for(Shell& shell, Job& job) {
  bool is_killed = false;
  while (job.refresh()) {
    job.wait(shell.events);
    if (!is_killed && shell.events.was_interrupted()) {
      job.kill();
      is_killed = true;
    }
  }
  for (const Part& part : job.parts()) tell_end(shell, part);
  if (!is_killed) return job.status();
  // Ctrl-C ends the whole line.
  shell.flow = Flow::interrupted;
  return status_interrupted;
}

}  // namespace shell
