// SPDX-License-Identifier: MIT
#include <tests/process/check.hpp>

namespace process_test {
namespace {

constexpr u64 max_entries = abi::argument_block::max_entries;

constinit std::string_view strings[max_entries + 1];

// `count` arguments of `length` bytes, behind the program's name and its command.
bool arrive(const Checks& checks, const ipc::MemoryObject& image, u64 count, u64 length) {
  static constinit char text[256 * base::kib] = {};
  for (char& c : text) c = 'x';
  const std::span all{strings, count};
  for (std::string_view& string : all) string = {text, length};
  all[0] = checks.program();
  all[1] = "count";
  const std::string_view environment[] = {"A=1", "B=2"};
  const auto ran = ipc::run(image, all.first(count - 2), {.environment = environment});
  return ran.ok() && ran->status == count;
}

abi::Status check(Checks& checks) {
  const auto image = TRY(ipc::MemoryObject::open_module(checks.program()));
  checks.expect(arrive(checks, image, 4, 1), "arguments in a message arrive");
  checks.expect(arrive(checks, image, 100, 20), "arguments in a block arrive");
  checks.expect(arrive(checks, image, 2048, 62), "2,048 arguments of 126 KiB arrive");
  checks.expect(arrive(checks, image, max_entries, 62), "4,096 arguments of 252 KiB arrive");
  checks.expect(!arrive(checks, image, max_entries, 66), "more are refused");
  return {};
}

}  // namespace

void check_arguments(Checks& checks) { checks.ran(check(checks), "arguments"); }

}  // namespace process_test
