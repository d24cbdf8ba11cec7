// SPDX-License-Identifier: MIT
// Arguments and environment of a new process in the two forms in which they travel: behind the
// request if they are short, in a memory object if not (abi/process.hpp, argument_block).
#pragma once

#include <abi/process.hpp>
#include <libipc/process/spawn_error.hpp>
#include <span>
#include <string_view>

namespace ipc {

using abi::u64;
using Strings = std::span<const std::string_view>;

// Strings that were counted and found to be allowed. Borrows them.
class ArgumentList {
 public:
  // Errors: too_big (more entries or bytes than a process can get), bad_argument (a string contains
  // a zero byte; detail: which one, arguments first).
  static SpawnResult<ArgumentList> check(Strings arguments, Strings environment);

  constexpr ArgumentList() = default;

  [[nodiscard]] u64 argc() const { return arguments_.size(); }
  [[nodiscard]] u64 envc() const { return environment_.size(); }
  [[nodiscard]] u64 string_bytes() const { return string_bytes_; }

  [[nodiscard]] u64 message_words() const;
  [[nodiscard]] bool fits_in_message() const;
  [[nodiscard]] u64 block_bytes() const;

  // `words` has room for message_words(), `block` for block_bytes() rounded up to words.
  void write_message(std::span<u64> words) const;
  void write_block(std::span<u64> block) const;

 private:
  ArgumentList(Strings arguments, Strings environment, u64 string_bytes)
      : arguments_(arguments), environment_(environment), string_bytes_(string_bytes) {}

  Strings arguments_;
  Strings environment_;
  u64 string_bytes_ = 0;
};

}  // namespace ipc
