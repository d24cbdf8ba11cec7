// SPDX-License-Identifier: MIT
// What this machine shall do once it is up. `./aril` writes it into the file /etc/orders of the
// boot archive: records of the form KEY=TEXT, each ended by a zero byte, so that any text can stand
// there. Without the file there is a person at the terminal, who gets a shell.
//
//   word=TEXT        one more word of the command, the first of which is the program
//   set=NAME=TEXT    a variable of its environment
//   get=PATH         afterwards, this file or tree goes out through the port for files
//   window=COLSxROWS the size of the terminal
#pragma once

#include <abi/error.hpp>
#include <span>
#include <string_view>

namespace init {

using base::u32;
using base::u64;

template <u64 capacity>
class Texts {
 public:
  abi::Status add(std::string_view text) {
    if (count_ == capacity) return abi::Error::too_big;
    texts_[count_++] = text;
    return {};
  }
  void clear() { count_ = 0; }
  [[nodiscard]] std::span<const std::string_view> view() const { return {texts_, count_}; }

 private:
  std::string_view texts_[capacity];
  u64 count_ = 0;
};

struct Orders {
  Texts<1024> words;
  Texts<64> environment;
  Texts<64> gets;
  u32 columns = 0;  // 0: nobody knows
  u32 rows = 0;

  // The text stays where it is, and so do the strings. Errors: bad_argument (a record that is
  // none), too_big (more than there is room for).
  abi::Status read(std::string_view text);

 private:
  abi::Status take(std::string_view key, std::string_view text);
};

}  // namespace init
