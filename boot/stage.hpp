// SPDX-License-Identifier: MIT
// What boot/ knows while it runs, and how a step ends that cannot go on.
#pragma once

#include <boot/machine/report.hpp>
#include <boot/memory/memory_plan.hpp>

namespace boot {

// Too large for a stack, so there is one of it in .bss; it goes from step to step by reference.
struct Stage {
  Board board;
  Notices notices;
  MemoryPlan plan;
};

// The value, or the end: one line that says what is wrong with `subject`.
template <class T>
T require(const Result<T>& result, std::string_view subject) {
  if (!result.ok()) report.stop(subject, result.error());
  return result.value();
}

inline std::span<const u8> bytes_at(const u8* begin, u64 size) {
  return {begin, static_cast<std::size_t>(size)};
}

}  // namespace boot
