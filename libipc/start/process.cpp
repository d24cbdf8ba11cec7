// SPDX-License-Identifier: MIT
#include <base/bits.hpp>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <libipc/start/process.hpp>
#include <libipc/start/relocate.hpp>

// Named by start_process.S.
extern "C" {
constinit ipc::ThreadControl main_thread;
[[noreturn]] void start_process(abi::u64* block);

// From the linker: the addresses of constructors that a start-up of another kind would call.
extern void (*const __init_array_start[])();
extern void (*const __init_array_end[])();
}

namespace ipc::start {
namespace {

// System V ABI: types of the auxiliary vector.
constexpr u64 at_program_headers = 3;
constexpr u64 at_program_header_count = 5;

// The argument block with its parts (abi/process.hpp).
struct Block {
  explicit Block(u64* words) : argc(words[0]), argv(words + 1), environment(argv + argc + 1) {
    auxiliary = environment;
    while (*auxiliary != 0) ++auxiliary;
    ++auxiliary;
  }

  // 0 if the vector has nothing of that type.
  [[nodiscard]] u64 find(u64 type) const {
    for (u64 i = 0; i + 1 < abi::argument_block::auxiliary_words; i += 2) {
      if (auxiliary[i] == type) return auxiliary[i + 1];
      if (auxiliary[i] == 0) break;
    }
    return 0;
  }

  u64 argc;
  u64* argv;
  u64* environment;
  u64* auxiliary;
};

// As numbers, because the compiler takes two arrays for different ones.
bool has_initialisers() {
  return reinterpret_cast<u64>(__init_array_start) != reinterpret_cast<u64>(__init_array_end);
}

[[noreturn]] void fail(StartFailure why) { exit(static_cast<u32>(why)); }

}  // namespace
}  // namespace ipc::start

void start_process(abi::u64* words) {
  using namespace ipc::start;
  const Block block{words};
  const std::span headers{reinterpret_cast<const ProgramHeader*>(block.find(at_program_headers)),
                          block.find(at_program_header_count)};
  if (!relocate(headers)) fail(StartFailure::foreign_relocation);

  const u64 page = base::align_down(block.find(abi::at_process_page), base::page_size);
  if (page == 0) fail(StartFailure::no_process_page);
  main_thread.buffer = reinterpret_cast<abi::IpcBuffer*>(page);
  ipc::set_process_page(reinterpret_cast<abi::ProcessPage*>(page + abi::process_page_offset));
  if (has_initialisers()) fail(StartFailure::dynamic_initialiser);

  const int status = main(static_cast<int>(block.argc), reinterpret_cast<char**>(block.argv),
                          reinterpret_cast<char**>(block.environment));
  ipc::exit(static_cast<abi::u32>(status));
}
