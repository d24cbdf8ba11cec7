// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/shell/editor/characters.hpp>
#include <user/shell/editor/completion.hpp>
#include <user/shell/editor/unfinished_word.hpp>
#include <user/shell/language/characters.hpp>

namespace shell {
namespace {

using Names = Growing<std::string_view>;

void keep_those_with(std::string_view start, const Names& names, Names& kept) {
  for (const std::string_view name : names.items())
    if (name.starts_with(start)) kept.push(name);
}

// Files in the folder that the word names; folders get a slash.
void find_files(Arena& arena, Surroundings& surroundings, std::string_view path, Names& found) {
  const u64 slash = path.rfind('/');
  const std::string_view start = slash == path.npos ? path : path.substr(slash + 1);
  std::string_view folder = slash == path.npos ? "." : path.substr(0, slash + 1);
  if (folder.starts_with("~/")) {
    TextBuilder home{arena};
    std::string_view start_of_home = surroundings.value_of("HOME").value_or("~");
    if (start_of_home.ends_with('/')) start_of_home.remove_suffix(1);
    home << start_of_home << folder.substr(1);
    folder = home.view();
  }
  for (const FileName& file : surroundings.names_in(folder)) {
    // What begins with a dot is shown to those who ask for it.
    if (!file.name.starts_with(start) || (start.empty() && file.name.starts_with('.'))) continue;
    TextBuilder name{arena};
    name << file.name << (file.is_directory ? "/" : "");
    found.push(name.view());
  }
}

std::string_view common_start(std::span<const std::string_view> names) {
  std::string_view common = names.front();
  for (const std::string_view name : names) {
    const auto end = std::mismatch(common.begin(), common.end(), name.begin(), name.end()).first;
    common = common.substr(0, static_cast<u64>(end - common.begin()));
  }
  // Not in the middle of a character.
  u64 whole = 0;
  while (whole < common.size() && whole + bytes_of_character(common[whole]) <= common.size())
    whole += bytes_of_character(common[whole]);
  return common.substr(0, whole);
}

bool needs_quoting(char c) {
  return ends_word(c) || std::string_view{"'\"\\$`*?[#~"}.find(c) != std::string_view::npos;
}

// As it has to be typed at this place.
void put_quoted(TextBuilder& text, std::string_view name, char quote) {
  for (const char c : name) {
    if (quote == '\0'
            ? needs_quoting(c)
            : quote == '"' && std::string_view{"\"\\$`"}.find(c) != std::string_view::npos)
      text << '\\';
    text << c;
  }
}

std::string_view insertion(Arena& arena, const UnfinishedWord& word, std::string_view start,
                           std::span<const std::string_view> names) {
  const std::string_view common = common_start(names);
  TextBuilder text{arena};
  put_quoted(text, common.substr(start.size()), word.quote);
  if (names.size() == 1 && !common.ends_with('/')) {
    if (word.quote != '\0') text << word.quote;
    if (word.kind != WordKind::braces)
      text << ' ';
    else
      text << '}';
  }
  return text.ok() ? text.view() : std::string_view{};
}

}  // namespace

Completion complete(Arena& arena, Surroundings& surroundings, Catalogue& catalogue,
                    std::string_view before_cursor) {
  const UnfinishedWord word = find_unfinished_word(arena, before_cursor);
  std::string_view start = word.text;
  Names found{arena};
  Names all{arena};
  if (word.kind == WordKind::command && start.find('/') == start.npos) {
    catalogue.commands(all);
    keep_those_with(start, all, found);
  } else if (word.kind == WordKind::variable || word.kind == WordKind::braces) {
    catalogue.variables(all);
    keep_those_with(start, all, found);
  } else {
    find_files(arena, surroundings, start, found);
    const u64 slash = start.rfind('/');
    if (slash != start.npos) start.remove_prefix(slash + 1);
  }
  if (!found.ok() || found.empty()) return {};
  const auto names = found.items();
  std::sort(names.begin(), names.end());
  const auto end = std::unique(names.begin(), names.end());
  const auto candidates = names.first(static_cast<u64>(end - names.begin()));
  return {.insertion = insertion(arena, word, start, candidates), .candidates = candidates};
}

void put_columns(TextBuilder& text, std::span<const std::string_view> names, u32 columns) {
  u32 width = 1;
  for (const std::string_view name : names) width = std::max(width, columns_of(name) + 2);
  const u64 in_row = std::max<u64>(columns / width, 1);
  const u64 rows = (names.size() + in_row - 1) / in_row;
  for (u64 row = 0; row < rows; ++row) {
    for (u64 i = row; i < names.size(); i += rows) {
      text << names[i];
      for (u32 blank = columns_of(names[i]); blank < width && i + rows < names.size(); ++blank)
        text << ' ';
    }
    text << '\n';
  }
}

}  // namespace shell
