// SPDX-License-Identifier: MIT
// What the checks share: their names, their count, and the program that they start.
#pragma once

#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>

namespace process_test {

using abi::Error;
using ipc::u64;

class Checks {
 public:
  explicit Checks(std::string_view name) : name_(name) {}

  [[nodiscard]] std::string_view program() const { return name_; }
  [[nodiscard]] int failures() const { return failures_; }

  void expect(bool holds, std::string_view what) {
    if (!holds) ++failures_;
    ipc::print([&](auto& line) { line << (holds ? "pass " : "FAIL ") << what; });
  }

  // A check that returned early.
  template <class T, class E>
  void ran(const base::Result<T, E>& result, std::string_view what) {
    if (result.ok()) return;
    expect(false, what);
    if constexpr (std::same_as<E, Error>)
      ipc::print([&](auto& line) { line << "     " << abi::sentence(result.error()); });
    else
      ipc::print([&](auto& line) { line << "     " << result.error(); });
  }

 private:
  std::string_view name_;
  int failures_ = 0;
};

void check_spawn(Checks& checks);
void check_arguments(Checks& checks);
void check_memory(Checks& checks);
void check_slots(Checks& checks);

}  // namespace process_test
