// SPDX-License-Identifier: MIT
// What a command tells, described once and printed for people or as JSON:
//
//   constexpr Column columns[] = {{"PID", "pid", Form::count}, {"NAME", "name"}};
//   Table table{columns};
//   table.row() << entry.pid << name;
//   table.print(json);
//
//   PID NAME                       [
//     1 console                    {"pid": 1, "name": "console"}
//                                  ]
//
// Rows are kept until then: how wide a column is, is known at the end. Where there is no memory for
// them the program ends.
#pragma once

#include <libipc/memory/arena.hpp>
#include <user/inspect/kit/value.hpp>

namespace inspect {

struct Column {
  std::string_view title;  // for people; empty: only JSON has it
  std::string_view key;    // of the JSON member; empty: only people see it
  Form form = Form::text;
};

inline constexpr u64 max_columns = 40;

class Table {
 public:
  explicit Table(std::span<const Column> columns) : columns_(columns) {}
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // The values that follow are this row's, in the order of the columns. What is left out is not
  // there.
  Table& row();
  Table& operator<<(u64 number);
  // A copy of it is kept.
  Table& operator<<(std::string_view text) { return add(text, {}); }
  Table& operator<<(const char* text) { return add(text, {}); }
  // Something else for people than for JSON.
  Table& add(std::string_view text, std::string_view shown);
  Table& none() { return put({}); }
  // Not there, if it is empty.
  Table& add_if_any(std::string_view text) { return text.empty() ? none() : *this << text; }

  void print(bool json) const;
  // The first row alone, a line for each value; as JSON one object.
  void print_facts(bool json) const;

 private:
  struct Row {
    Row* next = nullptr;
    std::span<Value> values;
  };
  Table& put(const Value& value);
  void print_for_people() const;
  void print_row(const Row& row, std::span<const u64> widths) const;
  void print_object(const Row& row) const;
  [[nodiscard]] u64 width_of(u64 column) const;

  ipc::Arena arena_;
  std::span<const Column> columns_;
  Row* first_ = nullptr;
  Row* last_ = nullptr;
  u64 filled_ = 0;  // of the last row
};

}  // namespace inspect
