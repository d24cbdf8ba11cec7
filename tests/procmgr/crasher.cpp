// SPDX-License-Identifier: MIT
// Crashes in the way that its argument names, below functions that a backtrace can show.
#include <libipc/process/output.hpp>

namespace crasher {

using base::u64;

// What the compiler must not see through.
template <class T>
T unknown(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

[[gnu::noinline]] void read_through(const u64* pointer) {
  ipc::print([&](auto& line) { line << *unknown(pointer); });
}

[[gnu::noinline]] u64 descend(u64 depth) {
  if (depth == ~u64{0}) return depth;
  u64 page[64];
  unknown(&page[0])[depth % 64] = depth;
  return descend(unknown(depth) + 1) + page[depth % 64];
}

[[gnu::noinline]] void run_undefined() { asm volatile("udf #7"); }

// The call is not the last thing that it does, or it would be a jump.
[[gnu::noinline]] void jump_to(u64 address) {
  reinterpret_cast<void (*)()>(unknown(address))();
  asm volatile("");
}

[[gnu::noinline]] void write_to_text() {
  *reinterpret_cast<volatile u64*>(unknown(&run_undefined)) = 0;
}

namespace deep {

[[gnu::noinline]] void fail() { __builtin_trap(); }

}  // namespace deep

[[gnu::noinline]] void crash(std::string_view how) {
  if (how == "null") read_through(unknown<const u64*>(nullptr) + 2);
  if (how == "overflow") ipc::print([&](auto& line) { line << descend(0); });
  if (how == "undefined") run_undefined();
  if (how == "nowhere") jump_to(0x1234'5678);
  if (how == "text") write_to_text();
  if (how == "trap") deep::fail();
  asm volatile("");
}

}  // namespace crasher

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) crasher::crash(argv[i]);
  return argc;
}
