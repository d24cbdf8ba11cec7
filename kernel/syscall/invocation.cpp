// SPDX-License-Identifier: MIT
#include <syscall/invocation.hpp>

namespace kernel {

bool read_message(const Thread& caller, std::span<u64> words) {
  const abi::MessageInfo info{caller.context.info()};
  if (info.words() != words.size() || !info.is_well_formed() || info.caps() != 0) return false;
  if (words.size() > abi::register_words && caller.buffer() == nullptr) return false;
  for (u64 i = 0; i < words.size(); ++i)
    words[i] = i < abi::register_words ? caller.context.message_word(static_cast<unsigned>(i))
                                       : caller.buffer()->words[i - abi::register_words];
  return true;
}

void write_reply(Thread& caller, std::span<const u64> words) {
  caller.finish(abi::Error::none);
  caller.context.set_info(abi::MessageInfo::received(0, words.size(), abi::Kind::reply).raw);
  for (u64 i = 0; i < words.size(); ++i) {
    if (i < abi::register_words)
      caller.context.set_message_word(static_cast<unsigned>(i), words[i]);
    else
      caller.buffer()->words[i - abi::register_words] = words[i];
  }
}

void write_error(Thread& caller, abi::Error error, u64 detail, u64 side) {
  caller.finish(error);
  caller.context.set_message_word(0, detail);
  caller.context.set_message_word(1, side);
}

}  // namespace kernel
