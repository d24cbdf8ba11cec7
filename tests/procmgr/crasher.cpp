// SPDX-License-Identifier: MIT
// Crashes in the way that its argument names, below functions that a backtrace can show.
//
//   crasher HOW                          null, overflow, undefined, nowhere, text or trap
//   crasher spawn (IMAGE HOW TIMES)...   starts others that do; the status is how many crashed
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>

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

// How many of them crashed.
int spawn(std::string_view name, std::string_view how, std::string_view times) {
  const auto image = ipc::MemoryObject::open_module(name);
  if (!image.ok()) return 0;
  u64 count = 0;
  for (const char digit : times) count = count * 10 + static_cast<u64>(digit - '0');
  int crashed = 0;
  for (u64 i = 0; i < count; ++i) {
    const std::string_view words[] = {name, how};
    const auto record = ipc::run(*image, words);
    if (record.ok() && record->kind == abi::procmgr::EndKind::faulted) ++crashed;
  }
  return crashed;
}

}  // namespace crasher

int main(int argc, char** argv) {
  if (argc < 2) return 0;
  if (std::string_view{argv[1]} != "spawn") {
    crasher::crash(argv[1]);
    return argc;
  }
  int crashed = 0;
  for (int i = 2; i + 2 < argc; i += 3)
    crashed += crasher::spawn(argv[i], argv[i + 1], argv[i + 2]);
  return crashed;
}
