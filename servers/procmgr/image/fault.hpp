// SPDX-License-Identifier: MIT
// What is wrong with an image or its arguments, and where.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <base/result.hpp>

namespace procmgr {

using base::u32;
using base::u64;
using base::u8;

struct ImageFault {
  abi::procmgr::SpawnFault fault = abi::procmgr::SpawnFault::none;
  u64 detail = 0;

  friend constexpr bool operator==(const ImageFault&, const ImageFault&) = default;
};

template <class T>
using Checked = base::Result<T, ImageFault>;

}  // namespace procmgr
