// SPDX-License-Identifier: MIT
// New processes.
//
//   const auto image = TRY(ipc::MemoryObject::open_module("hello.elf"));
//   const std::string_view arguments[] = {"hello", "42"};
//   const auto record = ipc::run(image, arguments);  // record->status is 42
//
// A child gets what these functions name and nothing else.
#pragma once

#include <libipc/process/arguments.hpp>
#include <libipc/process/bundle.hpp>

namespace ipc {

struct SpawnOptions {
  Cap<Endpoint> spawner{abi::bundle_slot::spawner};
  Strings environment;
  // abi::procmgr::spawn_flag: suspended, new_job, die_with_parent, has_handler. The parent is
  // whoever made the bundle, so without a bundle there is none to die with. With has_handler the
  // child's faults go to the endpoint in the bundle's slot `handler` before they end it.
  u64 flags = 0;
  Bundle* bundle = nullptr;       // becomes the child's; after an error it can be used again
  Cap<Endpoint> account;          // pays; none: the spawner's
  u64 priority = 0;               // 0: the spawner's highest
  abi::procmgr::Limits limits{};  // of a new job
};

// A process that this one has a handle for. Without the handle it runs on.
class Process {
 public:
  using Record = abi::procmgr::ExitRecord;

  constexpr Process() = default;
  Process(Owned<Endpoint> handle, u64 pid) : handle_(std::move(handle)), pid_(pid) {}

  operator Cap<Endpoint>() const { return handle_.get(); }
  [[nodiscard]] u64 pid() const { return pid_; }

  // How it ended, when it has; or now, with the error would_block if it has not.
  [[nodiscard]] abi::Result<Record> wait() const { return ended(0); }
  [[nodiscard]] abi::Result<Record> poll() const { return ended(1); }

  // When it has ended, and at once if it has, the notification gets the bits of this capability
  // (right signal). It costs a handle until then, or until the notification is gone.
  [[nodiscard]] abi::Status watch(Cap<Notification> notification) const;

  [[nodiscard]] abi::Status kill() const;
  [[nodiscard]] abi::Status suspend() const;
  [[nodiscard]] abi::Status resume() const;
  [[nodiscard]] abi::Result<abi::procmgr::InfoProcess::Reply> info() const;

 private:
  [[nodiscard]] abi::Result<Record> ended(u64 poll) const;

  Owned<Endpoint> handle_;
  u64 pid_ = 0;
};

// Starts the program in `image`, a memory object that is sealed and may be executed. Nothing has
// happened after an error.
SpawnResult<Process> spawn(Cap<Endpoint> image, Strings arguments,
                           const SpawnOptions& options = {});

// Starts it and waits until it has ended, in one request.
SpawnResult<Process::Record> run(Cap<Endpoint> image, Strings arguments,
                                 const SpawnOptions& options = {});

// Checks everything and starts nothing.
SpawnResult<abi::procmgr::Plan> explain(Cap<Endpoint> image, Strings arguments,
                                        const SpawnOptions& options = {});

}  // namespace ipc
