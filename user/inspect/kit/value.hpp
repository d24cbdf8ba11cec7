// SPDX-License-Identifier: MIT
// One value of a table or a list of facts: what it is, as people read it, and as JSON has it.
#pragma once

#include <base/text.hpp>
#include <string_view>

namespace inspect {

using base::u64;

enum class Form {
  text,
  count,    // a number
  bytes,    // people: "1.5K"; JSON: bytes
  time,     // nanoseconds; people: "1.50 s"
  address,  // people and JSON: "0x1000"
  limit,    // a count, or none if all bits are set: people "-", JSON null
  flag,     // people: yes or no; JSON: true or false
};

struct Value {
  bool is_there = false;  // else people see nothing, and JSON has null
  u64 number = 0;
  std::string_view text;
  std::string_view shown;  // what people see of a text, if that is something else
};

// Numbers stand at the right of their column.
constexpr bool is_number(Form form) { return form != Form::text && form != Form::flag; }

// "13 us", "1.50 s", "2:03:09"
void write_time(base::TextWriter& out, u64 nanoseconds);

// Of a text, write_for_people gives nothing: it may be longer than a line.
void write_for_people(base::TextWriter& out, Form form, const Value& value);

// A JSON string's inside: what must be escaped is, byte by byte. Bytes above 127 stay as they are.
void write_escaped(base::TextWriter& out, char c);

}  // namespace inspect
