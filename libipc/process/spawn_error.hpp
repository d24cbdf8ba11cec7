// SPDX-License-Identifier: MIT
// Why a process was not started.
#pragma once

#include <abi/proto/sentences.hpp>
#include <base/text.hpp>

namespace ipc {

struct SpawnError {
  abi::Error error = abi::Error::none;
  abi::procmgr::SpawnStep step = abi::procmgr::SpawnStep::request;
  abi::procmgr::SpawnFault fault = abi::procmgr::SpawnFault::none;
  abi::u64 detail = 0;  // which segment, argument, byte or address

  friend constexpr bool operator==(const SpawnError&, const SpawnError&) = default;
};

template <class T>
using SpawnResult = base::Result<T, SpawnError>;

// "failed while checking the image: the file is no ELF file (0x0)"
constexpr base::TextWriter& operator<<(base::TextWriter& out, const SpawnError& why) {
  out << "failed while " << sentence(why.step) << ": ";
  if (why.fault == abi::procmgr::SpawnFault::none) return out << abi::sentence(why.error);
  return out << sentence(why.fault) << " (" << base::Hex{why.detail} << ")";
}

}  // namespace ipc
