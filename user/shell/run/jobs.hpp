// SPDX-License-Identifier: MIT
// Jobs: the processes of one pipeline, and everything that these start.
//
// A job of an interactive shell has an account of its own, and so does all that its processes
// start. To end the job is one request: kill the account. Other shells start their processes in the
// job that they are in themselves, or there would be an account for each shell that runs in
// another.
#pragma once

#include <user/shell/run/events.hpp>

namespace shell {

inline constexpr u64 max_parts = 16;
inline constexpr u64 max_jobs = 16;

// Statuses as those of other shells.
inline constexpr int status_wrong_use = 2;
inline constexpr int status_cannot_start = 126;
inline constexpr int status_not_found = 127;
inline constexpr int status_interrupted = 130;
inline constexpr int status_killed = 137;
inline constexpr int status_crashed = 139;

int status_of(const ipc::Process::Record& record);

// A process of a job.
struct Part {
  ipc::Process process;
  bool is_running = false;
  int status = 0;
  ipc::Process::Record record{};
  char name[24] = {};
};

class Job {
 public:
  constexpr Job() = default;

  // `text`: what was typed. Limits are those of its account.
  abi::Status begin(std::string_view text, bool has_account,
                    const abi::procmgr::Limits& limits = {});
  void end();
  [[nodiscard]] bool is_in_use() const { return in_use_; }

  // A process that was started. There is room for it.
  void add(ipc::Process process, std::string_view name, Events& events);
  // One that could not be started.
  void add_failed(int status);
  [[nodiscard]] bool is_full() const { return count_ == max_parts; }

  // Looks who has ended. False: nobody runs any more.
  bool refresh();
  void wait(Events& events);
  void kill();

  [[nodiscard]] std::span<const Part> parts() const { return {parts_, count_}; }
  // The last one's.
  [[nodiscard]] int status() const { return count_ == 0 ? 0 : parts_[count_ - 1].status; }
  [[nodiscard]] u64 run_time() const;
  [[nodiscard]] u64 last_pid() const { return count_ == 0 ? 0 : parts_[count_ - 1].process.pid(); }
  [[nodiscard]] bool has(u64 pid) const;

  [[nodiscard]] ipc::Cap<ipc::Endpoint> account() const { return account_; }
  [[nodiscard]] std::string_view text() const { return {text_, text_length_}; }

  // How users name it: %1, %2, ...; 0: it is in the foreground.
  u32 number = 0;

 private:
  static constexpr u64 max_text = 60;

  bool in_use_ = false;
  bool is_watched_ = true;
  u64 count_ = 0;
  Part parts_[max_parts];
  ipc::Owned<ipc::Endpoint> account_;
  char text_[max_text] = {};
  u64 text_length_ = 0;
};

class Jobs {
 public:
  constexpr Jobs() = default;

  // One that is not in use; null: there are too many.
  Job* find_free();
  // Gets a number, and is in the background from now on.
  void to_background(Job& job);
  // By its number; null: there is none.
  Job* find(u32 number);
  // That has a process with this pid.
  Job* find_pid(u64 pid);

  [[nodiscard]] std::span<Job> all() { return jobs_; }

 private:
  Job jobs_[max_jobs];
};

}  // namespace shell
