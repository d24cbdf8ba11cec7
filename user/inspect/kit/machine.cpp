// SPDX-License-Identifier: MIT
#include <abi/fault.hpp>
#include <abi/proto/sentences.hpp>
#include <algorithm>
#include <user/inspect/kit/machine.hpp>

namespace inspect {

namespace {

using abi::Error;
using proto::EndKind;

// False: there are no more.
bool next_process(u64& from, ProcessEntry& entry) {
  for (;;) {
    const auto answer = ask(proto::NextProcess{.from = from}, Error::not_found);
    if (!answer.ok()) return false;
    from = answer->next;
    entry = answer->process;
    if (entry.pid != 0) return true;
  }
}

abi::Result<ipc::Process> open(const ProcessEntry& entry, Rights rights) {
  auto handle = ipc::obtain<ipc::Endpoint>(
      machine, proto::OpenProcess{.number = entry.number, .pid = entry.pid, .rights = rights},
      {abi::process_slot::account});
  if (!handle.ok()) return handle.error();
  return ipc::Process{std::move(*handle), entry.pid};
}

}  // namespace

Processes::Processes() {
  ProcessEntry entry;
  for (u64 from = 0; next_process(from, entry);) list_.add(entry);
  std::ranges::sort(list_.all(), {}, &ProcessEntry::pid);
}

ProcessEntry* Processes::with_pid(u64 pid) { return find(list_, &ProcessEntry::pid, pid); }

ProcessEntry* Processes::with_number(u64 shell) {
  return find(list_, &ProcessEntry::number, shell);
}

ProcessEntry find_process(u64 pid) {
  ProcessEntry entry;
  for (u64 from = 0; next_process(from, entry);)
    if (entry.pid == pid) return entry;
  base::Text<32> what;
  what << "process " << pid;
  kit::give_up(what.view(), "there is no such process");
}

ipc::Process open_process(const ProcessEntry& entry, Rights rights) {
  auto process = open(entry, rights);
  if (process.ok()) return std::move(*process);
  base::Text<32> what;
  what << "process " << entry.pid;
  give_up(what.view(), process.error());
}

abi::Result<ipc::Process> try_to_open(u64 pid, Rights rights) {
  ProcessEntry entry;
  for (u64 from = 0; next_process(from, entry);)
    if (entry.pid == pid) return open(entry, rights);
  return Error::not_found;
}

std::string_view name_of(const ProcessEntry& entry) {
  return {entry.name, std::ranges::find(entry.name, '\0')};
}

void write_end(base::TextWriter& out, const proto::ExitRecord& record) {
  switch (record.kind) {
    case EndKind::running: out << "runs"; return;
    case EndKind::exited: out << "exited with " << record.status; return;
    case EndKind::killed:
      out << "killed";
      if (record.detail != 0) out << " by " << record.detail;
      return;
    case EndKind::faulted:
      out << abi::name_of(static_cast<abi::FaultKind>(record.status)) << " at "
          << base::Hex{record.address} << ", pc " << base::Hex{record.pc};
      return;
    case EndKind::over_quota: out << "over its quota at " << base::Hex{record.address}; return;
    case EndKind::parent_died: out << "died with its parent " << record.detail; return;
  }
}

int status_of(const proto::ExitRecord& record) {
  constexpr int was_killed = 137;
  constexpr int has_crashed = 139;
  if (record.kind == EndKind::exited) return static_cast<int>(record.status & 255);
  return record.kind == EndKind::faulted ? has_crashed : was_killed;
}

}  // namespace inspect
