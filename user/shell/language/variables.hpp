// SPDX-License-Identifier: MIT
// Names with values, in a fixed room: variables, and functions with their texts.
//
// The room holds records one behind the other, each a mark, NAME=VALUE and a zero byte. A new value
// goes to the end and the old record out, so there are never holes. Looking for a name walks over
// all of them; there are a few dozen.
#pragma once

#include <optional>
#include <user/shell/language/memory.hpp>

namespace shell {

class Variables {
 public:
  constexpr explicit Variables(std::span<char> room) : room_(room) {}
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

  // Valid until something is set or removed.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  // Keeps whether it is exported. False: there is no room, and nothing has changed. The value may
  // be one that `find` gave.
  bool set(std::string_view name, std::string_view value);
  bool set(std::string_view name, std::string_view value, bool is_exported);
  void remove(std::string_view name);

  struct Record {
    std::string_view text;  // NAME=VALUE
    bool is_exported = false;

    [[nodiscard]] std::string_view name() const { return text.substr(0, text.find('=')); }
    [[nodiscard]] std::string_view value() const { return text.substr(text.find('=') + 1); }
  };

  // The record at `cursor`, which moves on to the next. No text: that was all.
  [[nodiscard]] Record next(u64& cursor) const;
  [[nodiscard]] u64 count() const;
  [[nodiscard]] bool is_exported(std::string_view name) const;

 private:
  static constexpr u64 none = ~u64{0};
  static constexpr char exported = 'x';
  static constexpr char kept = '-';

  [[nodiscard]] u64 place_of(std::string_view name) const;
  void remove_at(u64 place);

  std::span<char> room_;
  u64 used_ = 0;
};

}  // namespace shell
