// SPDX-License-Identifier: MIT
// A spawn, from the request to the dispatch. All that can be refused is looked at before anything
// is made; what fails later is put back by ending the half-made process.
//
//   request -> image -> arguments -> charge, shell -> segments -> stack -> bundle -> dispatch
#pragma once

#include <abi/proto/procmgr.hpp>
#include <servers/procmgr/image/elf.hpp>
#include <servers/procmgr/process/process.hpp>
#include <servers/procmgr/process/spawner.hpp>

namespace procmgr {

using abi::procmgr::Refusal;
using abi::procmgr::SpawnFault;
using abi::procmgr::SpawnStep;

// What a spawn is made of, looked up.
struct SpawnOrder {
  u64 flags = 0;
  u64 argc = 0;
  u64 envc = 0;
  u64 string_bytes = 0;
  u64 priority = 0;
  Limits limits{};
  MemoryObject* image = nullptr;
  Rights image_rights;
  MemoryObject* block = nullptr;
  Bundle* bundle = nullptr;
  Account* account = nullptr;
  Process* parent = nullptr;          // null: procmgr itself
  std::span<const u64> inline_words;  // the arguments, if there is no block
};

struct SpawnError {
  abi::Error error = abi::Error::none;
  Refusal refusal{};

  friend constexpr bool operator==(const SpawnError& a, const SpawnError& b) {
    return a.error == b.error;
  }
};

// The error of one step.
class At {
 public:
  constexpr explicit At(SpawnStep step) : step_(step) {}
  constexpr SpawnError operator()(abi::Error error) const {
    return {error, {step_, SpawnFault::none, 0}};
  }

 private:
  SpawnStep step_;
};

// A process that is complete but for what its spawner gives away.
struct Spawning {
  Process* process = nullptr;
  const Image* image = nullptr;
};

// All steps that can fail for want of something. After an error nothing has changed.
base::Result<Spawning, SpawnError> prepare(const SpawnOrder& order);

// Bundle and block change hands, and the process runs, unless the flag `suspended` is set. What can
// be refused is refused before the bundle is gone; only a spawner that changes its block meanwhile
// loses both. After an error the process is to be abandoned.
base::Result<void, SpawnError> launch(const Spawning& spawning, const SpawnOrder& order);

// What it would be.
base::Result<abi::procmgr::Plan, SpawnError> explain(const SpawnOrder& order);

}  // namespace procmgr
