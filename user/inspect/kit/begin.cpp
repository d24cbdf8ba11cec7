// SPDX-License-Identifier: MIT
#include <abi/error.hpp>
#include <user/inspect/kit/begin.hpp>

namespace inspect {

namespace {

constexpr unsigned not_a_digit = 16;

unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return not_a_digit;
}

u64 number_of(std::string_view word, std::string_view digits, unsigned base) {
  u64 value = 0;
  for (const char c : digits) {
    const unsigned digit = digit_of(c);
    if (digit >= base || value > (~u64{0} - digit) / base) kit::misused(word, "is no number");
    value = value * base + digit;
  }
  if (digits.empty()) kit::misused(word, "is no number");
  return value;
}

}  // namespace

bool take_flag(int& argc, char** argv, std::string_view flag, Where where) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view{argv[i]} == "--") return false;
    if (where == Where::in_front && argv[i][0] != '-') return false;
    if (argv[i] != flag) continue;
    for (int k = i; k < argc; ++k) argv[k] = argv[k + 1];
    --argc;
    return true;
  }
  return false;
}

Command begin(const kit::Usage& usage, int argc, char** argv) {
  const Where where = usage.has_command ? Where::in_front : Where::anywhere;
  const bool json = take_flag(argc, argv, "--json", where);
  return {.operands = kit::start(usage, argc, argv), .json = json};
}

u64 pid_of(std::string_view word) {
  const u64 pid = number_of(word, word, 10);
  if (pid == 0) kit::misused(word, "is no process: pids begin at 1");
  return pid;
}

u64 address_of(std::string_view word) {
  if (word.starts_with("0x")) return number_of(word, word.substr(2), 16);
  return number_of(word, word, 10);
}

void lacks_inspect() {
  kit::give_up("denied", "this needs the capability `inspect`, and the program has none");
}

void lacks_inspector() {
  kit::give_up("denied", "this needs the capability `inspector`, and the program has none");
}

void give_up(std::string_view what, abi::Error error) { kit::give_up(what, abi::sentence(error)); }

}  // namespace inspect
