// SPDX-License-Identifier: MIT
// Structs to message words and back. Words 0..7 go into registers, the others into the IPC buffer;
// which of the two is known when the program is compiled, so a short struct costs only moves.
#pragma once

#include <abi/request.hpp>
#include <algorithm>
#include <cstring>
#include <libipc/message.hpp>
#include <libipc/thread_control.hpp>

namespace ipc {

// The registers for `value`; what it does not use is zero, so that nothing leaks to the receiver.
template <abi::Wire T>
[[gnu::always_inline]] inline Words to_message(const T& value) {
  constexpr u64 count = abi::words_of<T>;
  Words words{};
  if constexpr (abi::Shortened<T>) {
    const u64 length = abi::words_in(value);
    const u64 in_registers = std::min<u64>(length, abi::register_words);
    const auto* bytes = reinterpret_cast<const char*>(&value);
    std::memcpy(words.data(), bytes, in_registers * sizeof(u64));
    if (length > abi::register_words)
      std::memcpy(buffer().words, bytes + sizeof(words), (length - in_registers) * sizeof(u64));
  } else if constexpr (count != 0) {
    const auto all = abi::to_words(value);
    for (u64 i = 0; i < count && i < abi::register_words; ++i) words[i] = all[i];
    for (u64 i = abi::register_words; i < count; ++i)
      buffer().words[i - abi::register_words] = all[i];
  }
  return words;
}

// A message that says of itself how long it is must be as long as that.
template <abi::Wire T>
[[gnu::always_inline]] inline bool has_length(const T& value, const Message& message) {
  if constexpr (abi::Shortened<T>)
    return value.words() == message.info.words();
  else
    return true;
}

// The struct that the message carries; its words are as many as T has, or may have.
template <abi::Wire T>
[[gnu::always_inline]] inline T from_message(const Message& message) {
  constexpr u64 count = abi::words_of<T>;
  if constexpr (abi::Shortened<T>) {
    const u64 length = message.info.words();
    const u64 in_registers = std::min<u64>(length, abi::register_words);
    T value{};
    auto* bytes = reinterpret_cast<char*>(&value);
    std::memcpy(bytes, message.words.data(), in_registers * sizeof(u64));
    if (length > abi::register_words)
      std::memcpy(bytes + sizeof(Words), buffer().words, (length - in_registers) * sizeof(u64));
    return value;
  }
  abi::WordArray<T> all{};
  for (u64 i = 0; i < count && i < abi::register_words; ++i) all[i] = message.words[i];
  for (u64 i = abi::register_words; i < count; ++i)
    all[i] = buffer().words[i - abi::register_words];
  return abi::from_words<T>(all);
}

}  // namespace ipc
