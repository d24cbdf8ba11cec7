// SPDX-License-Identifier: MIT
// What capabilities to procmgr have in common: each is a handle, for an object and with rights.
#pragma once

#include <abi/object.hpp>
#include <abi/request.hpp>

namespace abi::procmgr {

// What a handle is for. Its requests have numbers from `base_of(kind)` on.
enum class HandleKind : u64 {
  none = 0,
  self = 1,     // the process that holds it
  memory = 2,   // a memory object
  process = 3,  // another process
  spawner = 4,
  account = 5,
  bundle = 6,
  modules = 7,  // the boot archive
  crashes = 8,  // the records of processes that crashed
  system = 9,   // the machine as a whole
};

constexpr u32 op_of(HandleKind kind, u32 number) {
  return 0x1000 | static_cast<u32>(kind) << 8 | number;
}

constexpr std::string_view name_of(HandleKind kind) {
  switch (kind) {
    case HandleKind::none: return "none";
    case HandleKind::self: return "self";
    case HandleKind::memory: return "memory";
    case HandleKind::process: return "process";
    case HandleKind::spawner: return "spawner";
    case HandleKind::account: return "account";
    case HandleKind::bundle: return "bundle";
    case HandleKind::modules: return "modules";
    case HandleKind::crashes: return "crashes";
    case HandleKind::system: return "system";
  }
  return "?";
}

// ---- Any handle -----------------------------------------------------------------------------

// Another handle for the same object with at most these rights. Of a self handle: a process handle
// for the same process. Capabilities of the answer: the handle.
struct Reduce {
  static constexpr u32 op = op_of(HandleKind::none, 1);
  static constexpr std::string_view name = "handle.reduce";
  Rights rights;
  struct Reply {
    static constexpr u64 caps = 1;
  };
};

struct Identify {
  static constexpr u32 op = op_of(HandleKind::none, 2);
  static constexpr std::string_view name = "handle.identify";
  struct Reply {
    HandleKind kind;
    Rights rights;
    u64 id;  // of the process, else 0
  };
};

using AnyHandle = RequestList<Reduce, Identify>;

}  // namespace abi::procmgr
