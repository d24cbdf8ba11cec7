// SPDX-License-Identifier: MIT
// Arguments and environment as a message would carry them: offsets, then the strings.
#pragma once

#include <abi/proto/procmgr.hpp>
#include <span>
#include <string_view>

namespace procmgr {

using abi::u64;

class PackedArguments {
 public:
  // Arguments first. False: there is no room, and nothing was added.
  bool add_argument(std::string_view word) {
    if (envc_ != 0 || !add(word)) return false;
    ++argc_;
    return true;
  }
  bool add_environment(std::string_view word) {
    if (!add(word)) return false;
    ++envc_;
    return true;
  }

  [[nodiscard]] u64 argc() const { return argc_; }
  [[nodiscard]] u64 envc() const { return envc_; }
  [[nodiscard]] u64 string_bytes() const { return bytes_; }

  std::span<const u64> words() {
    const u64 count = argc_ + envc_;
    for (u64 i = 0; i < (bytes_ + 7) / 8; ++i)
      __builtin_memcpy(&words_[count + i], text_ + 8 * i, 8);
    return {words_, static_cast<std::size_t>(count + (bytes_ + 7) / 8)};
  }

 private:
  bool add(std::string_view word) {
    const u64 count = argc_ + envc_;
    if (count + 1 + (bytes_ + word.size() + 8) / 8 > max_words) return false;
    words_[count] = bytes_;
    for (const char c : word) text_[bytes_++] = c;
    text_[bytes_++] = '\0';
    return true;
  }

  static constexpr u64 max_words = 512;
  u64 words_[max_words] = {};
  char text_[max_words * 8] = {};
  u64 argc_ = 0;
  u64 envc_ = 0;
  u64 bytes_ = 0;
};

}  // namespace procmgr
