// SPDX-License-Identifier: MIT
// How a tool begins, complains, and ends:
//
//   int main(int argc, char** argv) {
//     const auto files = kit::start(usage, argc, argv);
//     for (const std::string_view file : files) { ... kit::complain(file, problem); ... }
//     return kit::finish();
//   }
#pragma once

#include <abi/proto/files.hpp>
#include <user/tools/kit/options.hpp>

namespace kit {

using abi::files::Outcome;
using abi::files::Problem;

inline constexpr int status_failed = 1;
inline constexpr int status_usage = 2;

// Reads the options, explains the tool if that is wanted, ends it if they are wrong. The operands.
Words start(const Usage& usage, int argc, char** argv);

// "NAME: what: sentence" on the error stream. The tool's status is 1 from then on.
void complain(std::string_view what, const Problem& problem);
void complain(std::string_view what, std::string_view sentence);
// The same, and the end: nothing can be done without it.
[[noreturn]] void give_up(std::string_view what, std::string_view sentence);
[[noreturn]] void give_up(std::string_view what, const Problem& problem);
// What is wrong with the command line: status 2.
[[noreturn]] void misused(std::string_view what, std::string_view sentence);

// A problem for people. What the protocol says of its tables means here that there is no room.
std::string_view reason(const Problem& problem);

inline constexpr std::string_view no_memory = "there is not enough memory for this";

// For tools that mean something else by 1: the status after a complaint from now on.
void set_failure_status(int status);

// The last word of a tool: all output is out. Its status: what it was set to, or `result`.
int finish(int result = 0);

}  // namespace kit
