// SPDX-License-Identifier: MIT
// Messages of any length with contents that give themselves away when a word is lost or moved.
#pragma once

#include <libipc/thread_control.hpp>
#include <tests/kernel/kit/operations.hpp>

namespace kit {

// Puts `count` words from `seed` into the registers that it returns and into the IPC buffer.
inline ipc::Words write_pattern(u64 seed, u64 count) {
  ipc::Words words{};
  for (u64 i = 0; i < count; ++i) {
    if (i < abi::register_words)
      words[i] = pattern(seed, i);
    else
      ipc::buffer().words[i - abi::register_words] = pattern(seed, i);
  }
  return words;
}

// How many words of a message are not as write_pattern(seed, its length) made them.
inline u64 count_wrong_words(const ipc::Message& message, u64 seed) {
  u64 wrong = 0;
  for (u64 i = 0; i < message.info.words(); ++i) {
    const u64 word =
        i < abi::register_words ? message.words[i] : ipc::buffer().words[i - abi::register_words];
    if (word != pattern(seed, i)) ++wrong;
  }
  return wrong;
}

}  // namespace kit
