// SPDX-License-Identifier: MIT
#include <syscall/invocation.hpp>

namespace kernel {

void read_buffer(const Thread& caller, std::span<u64> words) {
  for (u64 i = 0; i < words.size(); ++i) words[i] = caller.buffer()->words[i];
}

void write_buffer(Thread& caller, std::span<const u64> words) {
  for (u64 i = 0; i < words.size(); ++i) caller.buffer()->words[i] = words[i];
}

void write_error(Thread& caller, abi::Error error, u64 detail, u64 side) {
  caller.finish(error);
  caller.context.set_message_word(0, detail);
  caller.context.set_message_word(1, side);
}

}  // namespace kernel
