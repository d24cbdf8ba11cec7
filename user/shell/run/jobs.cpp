// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/run/jobs.hpp>

namespace shell {

using abi::procmgr::EndKind;

int status_of(const ipc::Process::Record& record) {
  switch (record.kind) {
    case EndKind::exited: return static_cast<int>(record.status & 255);
    case EndKind::faulted: return status_crashed;
    case EndKind::over_quota:
    case EndKind::killed:
    case EndKind::parent_died:
    case EndKind::running: break;
  }
  return status_killed;
}

abi::Status Job::begin(std::string_view text, bool has_account,
                       const abi::procmgr::Limits& limits) {
  if (has_account)
    account_ = TRY(ipc::obtain<ipc::Endpoint>(ipc::Cap<ipc::Endpoint>{abi::process_slot::account},
                                              abi::procmgr::CreateAccount{.limits = limits}));
  in_use_ = true;
  is_watched_ = true;
  count_ = 0;
  number = 0;
  text_length_ = std::min<u64>(text.size(), max_text);
  std::copy_n(text.begin(), text_length_, text_);
  return {};
}

void Job::end() {
  for (Part& part : std::span{parts_, count_}) part.process = {};
  account_.reset();
  count_ = 0;
  in_use_ = false;
}

void Job::add(ipc::Process process, std::string_view name, Events& events) {
  Part& part = parts_[count_++];
  part.process = std::move(process);
  part.is_running = true;
  part.status = 0;
  part.record = {};
  const u64 length = std::min<u64>(name.size(), sizeof(part.name) - 1);
  *std::copy_n(name.begin(), length, part.name) = '\0';
  if (!events.watch(part.process).ok()) is_watched_ = false;
}

void Job::add_failed(int status) {
  Part& part = parts_[count_++];
  part.is_running = false;
  part.status = status;
  part.record = {};
}

bool Job::refresh() {
  bool is_running = false;
  for (Part& part : std::span{parts_, count_}) {
    if (!part.is_running) continue;
    const auto record = part.process.poll();
    if (record.error() == abi::Error::would_block) {
      is_running = true;
      continue;
    }
    part.is_running = false;
    part.record = record.ok() ? *record : ipc::Process::Record{};
    part.status = record.ok() ? status_of(*record) : status_killed;
    // Nothing but the record is left of it.
    part.process = ipc::Process{{}, part.process.pid()};
  }
  return is_running;
}

// Nobody will tell the shell of the end of one that is not watched.
void Job::wait(Events& events) {
  if (is_watched_) return events.wait();
  for (const Part& part : parts())
    if (part.is_running) static_cast<void>(part.process.wait());
}

void Job::kill() {
  if (account_)
    static_cast<void>(ipc::call(account_, abi::procmgr::KillAccount{}, {ipc::self.at()}, {}));
  for (const Part& part : parts())
    if (part.is_running) static_cast<void>(part.process.kill());
}

u64 Job::run_time() const {
  u64 sum = 0;
  for (const Part& part : parts()) sum += part.record.run_time;
  return sum;
}

bool Job::has(u64 pid) const {
  return std::any_of(parts().begin(), parts().end(),
                     [&](const Part& part) { return part.process.pid() == pid; });
}

Job* Jobs::find_free() {
  for (Job& job : jobs_)
    if (!job.is_in_use()) return &job;
  return nullptr;
}

void Jobs::to_background(Job& job) {
  u32 number = 1;
  while (find(number) != nullptr) ++number;
  job.number = number;
}

Job* Jobs::find(u32 number) {
  for (Job& job : jobs_)
    if (job.is_in_use() && job.number == number) return &job;
  return nullptr;
}

Job* Jobs::find_pid(u64 pid) {
  for (Job& job : jobs_)
    if (job.is_in_use() && job.has(pid)) return &job;
  return nullptr;
}

}  // namespace shell
