// SPDX-License-Identifier: MIT
// Failures on request, so that tests can show that every step of every operation is put back: the
// k-th allocation from now on fails, once. Builds for release leave it out.
#pragma once

#include <abi/error.hpp>
#include <procmgr_configuration.hpp>

namespace procmgr {

class Injector {
 public:
  constexpr Injector() = default;

  // 0: none.
  void fail_at(base::u64 k) { left_ = k; }
  [[nodiscard]] base::u64 left() const { return left_; }

  // Asked before each allocation of memory, slot or kernel object.
  abi::Status allocate() {
    if constexpr (injects)
      if (is_in_request && left_ != 0 && --left_ == 0) return abi::Error::no_memory;
    return {};
  }

  // Page faults do not count: they would hit the program that tests.
  bool is_in_request = false;

 private:
  base::u64 left_ = 0;
};

}  // namespace procmgr
