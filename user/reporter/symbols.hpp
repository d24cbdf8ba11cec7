// SPDX-License-Identifier: MIT
// Names of functions by address, from the symbol table of an ELF file (aarch64, 64 bits). The file
// is what somebody wanted to start, so not one byte of it is believed: each read is held against
// the file's size, and each loop against a limit.
#pragma once

#include <abi/types.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace reporter {

using abi::u64;
using Bytes = std::span<const base::u8>;

// Where an address lies: so many bytes behind the start of a function.
struct Place {
  std::string_view name;  // a part of the file, as it stands there
  u64 offset = 0;
};

class Symbols {
 public:
  static constexpr u64 max_sections = 4096;
  static constexpr u64 max_symbols = 131'072;
  static constexpr u64 max_name = 512;

  // Without any symbols.
  constexpr Symbols() = default;

  // Finds the table. A file that has none, or that lies about it, has no symbols.
  explicit Symbols(Bytes file);

  // The function that contains the address, which is one of the file's own. One pass over the
  // table. A function that does not say how long it is reaches to the next one in its section.
  [[nodiscard]] std::optional<Place> find(u64 address) const;

  [[nodiscard]] u64 count() const { return count_; }
  // It runs at other addresses than those that it names.
  [[nodiscard]] bool is_position_independent() const { return is_position_independent_; }

 private:
  struct Section {
    u64 address = 0;
    u64 size = 0;
  };
  [[nodiscard]] std::optional<Section> section(u64 index) const;
  [[nodiscard]] std::string_view name_at(u64 offset) const;
  void take_table(u64 index);

  Bytes file_;
  Bytes sections_;
  Bytes table_;
  Bytes strings_;
  u64 section_count_ = 0;
  u64 count_ = 0;
  bool is_position_independent_ = false;
};

}  // namespace reporter
