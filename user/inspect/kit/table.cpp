// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace inspect {

namespace {

using kit::out;

std::string_view text_of(const Value& value) {
  return value.shown.data() == nullptr ? value.text : value.shown;
}

u64 width_of_value(Form form, const Value& value) {
  if (form == Form::text) return text_of(value).size();
  base::Text<64> text;
  write_for_people(text, form, value);
  return text.view().size();
}

constexpr u64 gap = 2;  // between two columns

// Returns how many blanks are left to write behind it.
u64 print_padded(std::string_view text, bool at_right, u64 width) {
  if (at_right) {
    out.right(text, width);
    return 0;
  }
  out << text;
  return width - std::min(width, u64{text.size()});
}

void print_string(std::string_view text) {
  out << '"';
  for (const char c : text) {
    base::Text<8> escaped;
    write_escaped(escaped, c);
    out << escaped.view();
  }
  out << '"';
}

void print_json(Form form, const Value& value) {
  if (!value.is_there || (form == Form::limit && value.number == ~u64{0}))
    out << "null";
  else if (form == Form::text)
    print_string(value.text);
  else if (form == Form::flag)
    out << (value.number != 0 ? "true" : "false");
  else if (form == Form::address)
    out << '"' << base::Hex{value.number} << '"';
  else
    out << value.number;
}

}  // namespace

Table& Table::row() {
  const auto made = arena_.allocate<Row>(1);
  const auto values = arena_.allocate<Value>(columns_.size());
  if (made.empty() || values.empty()) kit::give_up("", kit::no_memory);
  made[0].values = values;
  (last_ == nullptr ? first_ : last_->next) = made.data();
  last_ = made.data();
  filled_ = 0;
  return *this;
}

Table& Table::put(const Value& value) {
  last_->values[filled_++] = value;
  return *this;
}

Table& Table::operator<<(u64 number) { return put({.is_there = true, .number = number}); }

Table& Table::add(std::string_view text, std::string_view shown) {
  Value value{.is_there = true, .text = arena_.copy(text)};
  if (shown.data() != nullptr) value.shown = arena_.copy(shown);
  if (value.text.data() == nullptr) kit::give_up("", kit::no_memory);
  return put(value);
}

u64 Table::width_of(u64 column) const {
  u64 width = columns_[column].title.size();
  for (const Row* row = first_; row != nullptr; row = row->next)
    width = std::max(width, width_of_value(columns_[column].form, row->values[column]));
  return width;
}

void Table::print_for_people() const {
  u64 widths[max_columns] = {};
  for (u64 i = 0; i < columns_.size(); ++i)
    if (!columns_[i].title.empty()) widths[i] = width_of(i);
  for (u64 i = 0, between = 0; i < columns_.size(); ++i) {
    if (columns_[i].title.empty()) continue;
    out.right("", between);
    between = print_padded(columns_[i].title, is_number(columns_[i].form), widths[i]) + gap;
  }
  out << '\n';
  for (const Row* row = first_; row != nullptr; row = row->next) print_row(*row, widths);
}

void Table::print_row(const Row& row, std::span<const u64> widths) const {
  // Blanks are only written when something comes behind them.
  u64 between = 0;
  for (u64 i = 0; i < columns_.size(); ++i) {
    if (columns_[i].title.empty()) continue;
    const Form form = columns_[i].form;
    base::Text<64> number;
    write_for_people(number, form, row.values[i]);
    const std::string_view text = form == Form::text ? text_of(row.values[i]) : number.view();
    if (text.empty()) {
      between += widths[i] + gap;
      continue;
    }
    out.right("", between);
    between = print_padded(text, is_number(form), widths[i]) + gap;
  }
  out << '\n';
}

void Table::print_object(const Row& row) const {
  bool is_first = true;
  out << '{';
  for (u64 i = 0; i < columns_.size(); ++i) {
    if (columns_[i].key.empty()) continue;
    out << (is_first ? "" : ", ");
    is_first = false;
    print_string(columns_[i].key);
    out << ": ";
    print_json(columns_[i].form, row.values[i]);
  }
  out << '}';
}

void Table::print(bool json) const {
  if (!json) return print_for_people();
  out << "[\n";
  for (const Row* row = first_; row != nullptr; row = row->next) {
    print_object(*row);
    out << (row->next == nullptr ? "\n" : ",\n");
  }
  out << "]\n";
}

void Table::print_facts(bool json) const {
  if (first_ == nullptr) return;
  if (json) {
    print_object(*first_);
    out << '\n';
    return;
  }
  u64 title_width = 0;
  u64 width = 0;
  for (u64 i = 0; i < columns_.size(); ++i) {
    if (columns_[i].title.empty()) continue;
    title_width = std::max(title_width, u64{columns_[i].title.size()});
    if (is_number(columns_[i].form))
      width = std::max(width, width_of_value(columns_[i].form, first_->values[i]));
  }
  for (u64 i = 0; i < columns_.size(); ++i) {
    if (columns_[i].title.empty() || !first_->values[i].is_there) continue;
    out.left(columns_[i].title, title_width + gap);
    const Form form = columns_[i].form;
    base::Text<64> number;
    write_for_people(number, form, first_->values[i]);
    if (form == Form::text)
      out << text_of(first_->values[i]);
    else
      out.right(number.view(), is_number(form) ? width : 0);
    out << '\n';
  }
}

}  // namespace inspect
