// SPDX-License-Identifier: MIT
// A crash, told to people:
//
//   what happened, in one sentence
//   where it was, and who had called
//   registers, regions, the top of the stack
#pragma once

#include <abi/crash.hpp>
#include <user/reporter/symbols.hpp>

namespace reporter {

// Where lines go, one by one and without their ends.
struct Lines {
  void (*write)(void* context, std::string_view line) = nullptr;
  void* context = nullptr;
};

// `symbols` are the image's; without any, addresses are told as offsets in the image.
void write_report(const abi::CrashRecord& record, const Symbols& symbols, const Lines& lines);

}  // namespace reporter
