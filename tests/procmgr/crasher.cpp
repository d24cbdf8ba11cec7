// SPDX-License-Identifier: MIT
// Crashes in the way that its argument names, below functions that a backtrace can show.
//
//   crasher HOW                          null, overflow, undefined, nowhere, text or trap
//   crasher hole                         starts a copy of itself whose symbols cannot be read
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

// A copy of this program, of which only the pages that are loaded are there. Then the account is
// used up, so that no page can be added to it: whoever reads the copy's symbols had better ask.
abi::Status crash_with_hole() {
  constexpr u64 loaded = 8 * base::page_size;
  const auto file = TRY(ipc::MemoryObject::open_module("bin/crasher"));
  const u64 bytes = TRY(file.info()).bytes;
  const auto copy = TRY(ipc::MemoryObject::create(bytes));
  const auto from = TRY(file.map(loaded, {.access = ipc::memory_right::read}));
  const auto to = TRY(copy.map(loaded));
  for (u64 i = 0; i < loaded; ++i) to[i] = from[i];
  TRY(ipc::unmap(to));
  TRY(copy.seal());
  const std::string_view words[] = {"hole", "null"};
  const auto child = ipc::spawn(copy, words,
                                {.flags = abi::procmgr::spawn_flag::suspended,
                                 .account = ipc::Cap<ipc::Endpoint>{abi::process_slot::account}});
  if (!child.ok()) return child.error().error;
  while (ipc::map_new(base::page_size, {.flags = abi::procmgr::map_flag::populate}).ok()) continue;
  TRY(child->resume());
  TRY(child->wait());
  return {};
}

// In a job of its own, with few pages, and with what it needs to start others.
ipc::SpawnResult<ipc::Process::Record> run_in_job(const ipc::MemoryObject& image,
                                                  ipc::Strings words) {
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return ipc::SpawnError{.error = bundle.error()};
  for (const abi::CapPtr slot : {abi::bundle_slot::spawner, abi::bundle_slot::modules})
    static_cast<void>(bundle->give(slot, ipc::Cap<ipc::Endpoint>{slot}));
  return ipc::run(
      image, words,
      {.flags = abi::procmgr::spawn_flag::new_job, .bundle = &*bundle, .limits = {.pages = 200}});
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
    const auto record = run_in_job(*image, words);
    if (record.ok() && record->kind == abi::procmgr::EndKind::faulted) ++crashed;
  }
  return crashed;
}

}  // namespace crasher

int main(int argc, char** argv) {
  if (argc < 2) return 0;
  const std::string_view how = argv[1];
  if (how == "hole") return crasher::crash_with_hole().ok() ? 0 : 1;
  if (how != "spawn") {
    crasher::crash(how);
    return argc;
  }
  int crashed = 0;
  for (int i = 2; i + 2 < argc; i += 3)
    crashed += crasher::spawn(argv[i], argv[i + 1], argv[i + 2]);
  return crashed;
}
