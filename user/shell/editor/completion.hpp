// SPDX-License-Identifier: MIT
// What Tab puts in: commands, files, variables, by what stands before the cursor.
#pragma once

#include <user/shell/language/growing.hpp>
#include <user/shell/language/surroundings.hpp>

namespace shell {

// Names that files do not have.
class Catalogue {
 public:
  // Commands of the shell and in the folders of PATH; variables. Any order, some perhaps twice.
  virtual void commands(Growing<std::string_view>& names) = 0;
  virtual void variables(Growing<std::string_view>& names) = 0;

 protected:
  ~Catalogue() = default;
};

struct Completion {
  std::string_view insertion;  // at the cursor
  // All that would fit, sorted; folders end in a slash.
  std::span<const std::string_view> candidates;
};

// For the word that ends at the cursor. What it needs stands in the arena.
Completion complete(Arena& arena, Surroundings& surroundings, Catalogue& catalogue,
                    std::string_view before_cursor);

// Names in columns, as they fit into a row.
void put_columns(TextBuilder& text, std::span<const std::string_view> names, u32 columns);

}  // namespace shell
