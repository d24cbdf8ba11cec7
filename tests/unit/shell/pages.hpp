// SPDX-License-Identifier: MIT
// The memory that arenas of these tests get: as much as a test leaves them.
#pragma once

#include <base/units.hpp>

namespace shell_test {

inline constexpr base::u64 plenty = 1'000'000;

// Pages that can still be had.
extern base::u64 pages_left;

// So few for a while.
class FewPages {
 public:
  explicit FewPages(base::u64 pages) : before_(pages_left) { pages_left = pages; }
  FewPages(const FewPages&) = delete;
  FewPages& operator=(const FewPages&) = delete;
  ~FewPages() { pages_left = before_; }

 private:
  base::u64 before_;
};

}  // namespace shell_test
