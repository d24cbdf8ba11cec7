// SPDX-License-Identifier: MIT
// A spawn, from the request to the dispatch. All that can be refused is looked at before anything
// is made; what fails later is put back by ending the half-made process.
//
//   request -> image -> arguments -> charge, shell -> segments -> stack -> bundle -> dispatch
#pragma once

#include <abi/proto/procmgr.hpp>
#include <servers/procmgr/image/arguments.hpp>
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

// The process, which runs already unless the flag `suspended` is set.
base::Result<Process*, SpawnError> spawn(const SpawnOrder& order);

// What it would be.
base::Result<abi::procmgr::Plan, SpawnError> explain(const SpawnOrder& order);

}  // namespace procmgr
