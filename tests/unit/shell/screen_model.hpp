// SPDX-License-Identifier: MIT
// A terminal with as many rows as are needed: what it shows after the bytes that are written to it.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <user/shell/editor/characters.hpp>
#include <vector>

namespace shell_test {

class ScreenModel {
 public:
  explicit ScreenModel(shell::u32 columns) : columns_(columns), rows_(1) {}

  [[nodiscard]] shell::u32 columns() const { return columns_; }
  [[nodiscard]] shell::u64 row() const { return row_; }
  [[nodiscard]] shell::u64 column() const { return is_late_ ? columns_ - 1 : column_; }

  void write(std::string_view bytes) {
    for (shell::u64 at = 0; at < bytes.size();) {
      if (bytes.substr(at).starts_with("\x1b[")) {
        at = sequence(bytes, at + 2);
        continue;
      }
      const auto one = shell::character_at(bytes, at);
      put(bytes.substr(at, one.bytes), one.code);
      at += one.bytes;
    }
  }

  // Wider or narrower, with the text laid out anew.
  void resize(shell::u32 columns) {
    std::string text;
    for (const auto& row : rows_)
      for (const auto& cell : row) text += cell;
    const auto cursor = row_ * columns_ + column_;
    *this = ScreenModel{columns};
    write(text);
    row_ = cursor / columns;
    column_ = cursor % columns;
    is_late_ = false;
  }

  [[nodiscard]] std::string row(shell::u64 i) const {
    std::string text;
    for (const auto& cell : rows_[i]) text += cell;
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }
  // All rows but empty ones at the end.
  [[nodiscard]] std::string shown() const {
    std::string text;
    for (shell::u64 i = 0; i < rows_.size(); ++i) text += row(i) + "\n";
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
  }
  // The last rows are those of the other, and so is the cursor.
  [[nodiscard]] bool ends_with(const ScreenModel& other) const {
    if (row_ < other.row_ || column() != other.column()) return false;
    const auto offset = row_ - other.row_;
    for (shell::u64 i = 0; i + offset < rows_.size() || i < other.rows_.size(); ++i) {
      const std::string mine = i + offset < rows_.size() ? row(i + offset) : "";
      if (mine != (i < other.rows_.size() ? other.row(i) : "")) return false;
    }
    return true;
  }

 private:
  using Row = std::vector<std::string>;

  shell::u64 sequence(std::string_view bytes, shell::u64 at) {
    shell::u64 count = 0;
    for (; bytes[at] >= '0' && bytes[at] <= '9'; ++at)
      count = count * 10 + static_cast<shell::u64>(bytes[at] - '0');
    count = std::max<shell::u64>(count, 1);
    // What erasing does in this state differs between terminals.
    EXPECT_FALSE(is_late_);
    switch (bytes[at]) {
      case 'A':
        EXPECT_GE(row_, count);
        row_ -= count;
        break;
      case 'B':
        row_ += count;
        EXPECT_LT(row_, rows_.size());
        break;
      case 'C':
        column_ += count;
        EXPECT_LT(column_, columns_);
        break;
      case 'D':
        EXPECT_GE(column_, count);
        column_ -= count;
        break;
      case 'J':
        rows_.resize(row_ + 1);
        rows_[row_].resize(std::min<std::size_t>(rows_[row_].size(), column_));
        break;
      case 'K': rows_[row_].resize(std::min<std::size_t>(rows_[row_].size(), column_)); break;
      case 'm': break;
      default: ADD_FAILURE() << "unknown sequence " << bytes[at];
    }
    return at + 1;
  }

  void put(std::string_view bytes, shell::u32 code) {
    if (bytes == "\r") {
      column_ = 0;
      is_late_ = false;
    } else if (bytes == "\n") {
      // The console puts a carriage return before it.
      column_ = 0;
      is_late_ = false;
      if (++row_ == rows_.size()) rows_.emplace_back();
    } else {
      character(bytes, shell::columns_of(code));
    }
  }

  // Stays in the last column until the next one comes.
  void character(std::string_view bytes, shell::u32 width) {
    auto* row = &rows_[row_];
    if (width == 0) {
      const auto at = is_late_ ? columns_ - 1 : column_ - 1;
      if (at < row->size()) (*row)[at] += bytes;
      return;
    }
    if (is_late_ || column_ + width > columns_) {
      column_ = 0;
      is_late_ = false;
      if (++row_ == rows_.size()) rows_.emplace_back();
      row = &rows_[row_];
    }
    if (row->size() < column_ + width) row->resize(column_ + width, " ");
    (*row)[column_] = bytes;
    if (width == 2) (*row)[column_ + 1] = "";
    column_ += width;
    is_late_ = column_ == columns_;
  }

  shell::u32 columns_;
  std::vector<Row> rows_;
  shell::u64 row_ = 0;
  shell::u64 column_ = 0;
  bool is_late_ = false;
};

}  // namespace shell_test
