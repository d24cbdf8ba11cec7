// SPDX-License-Identifier: MIT
#include <user/reporter/names.hpp>

namespace reporter {

namespace {

using base::u64;

// Reads a mangled name from its start.
class Mangled {
 public:
  explicit Mangled(std::string_view text) : rest_(text) {}

  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  // <source-name>: its length in decimal, then the name. Empty: there is none here.
  std::string_view take_name() {
    u64 length = 0;
    std::string_view digits = rest_;
    while (!digits.empty() && digits.front() >= '0' && digits.front() <= '9') {
      length = length * 10 + static_cast<u64>(digits.front() - '0');
      if (length > rest_.size()) return {};
      digits.remove_prefix(1);
    }
    if (length == 0 || length > digits.size()) return {};
    rest_ = digits.substr(length);
    return digits.substr(0, length);
  }

 private:
  std::string_view rest_;
};

// The parts of the name, cut out of the mangled one.
struct Parts {
  static constexpr u64 max = 16;
  std::string_view part[max];
  u64 count = 0;
  bool is_destructor = false;

  bool add(std::string_view name) {
    if (name.empty() || count == max) return false;
    part[count++] = name.starts_with("_GLOBAL__N") ? "(anonymous)" : name;
    return true;
  }
};

// C1 to C3 and D0 to D2 stand for the class's own name.
bool take_special(Mangled& mangled, Parts& parts) {
  for (const char* constructor : {"C1", "C2", "C3"})
    if (mangled.take(constructor))
      return parts.count != 0 && parts.add(parts.part[parts.count - 1]);
  for (const char* destructor : {"D0", "D1", "D2"})
    if (mangled.take(destructor)) {
      parts.is_destructor = true;
      return parts.count != 0 && parts.add(parts.part[parts.count - 1]);
    }
  return false;
}

bool take_nested(Mangled& mangled, Parts& parts) {
  for (const char* qualifier : {"r", "V", "K", "R", "O"}) mangled.take(qualifier);
  if (mangled.take("St") && !parts.add("std")) return false;
  // Each turn adds a part, of which there are few.
  while (!mangled.take("E")) {
    mangled.take("L");  // it has internal linkage
    if (!parts.add(mangled.take_name()) && !take_special(mangled, parts)) return false;
  }
  return parts.count != 0;
}

bool take_parts(std::string_view symbol, Parts& parts) {
  Mangled mangled{symbol};
  if (!mangled.take("_Z")) return false;
  if (mangled.take("N")) return take_nested(mangled, parts);
  if (mangled.take("St") && !parts.add("std")) return false;
  mangled.take("L");
  // Behind the name of a template stands `I`: its arguments would be guessed.
  return parts.add(mangled.take_name()) && !mangled.take("I");
}

}  // namespace

void write_printable(base::TextWriter& out, std::string_view text) {
  for (const char c : text) out << (c < ' ' || c > '~' ? '.' : c);
}

void write_name(base::TextWriter& out, std::string_view symbol) {
  Parts parts;
  if (!take_parts(symbol, parts)) return write_printable(out, symbol);
  for (u64 i = 0; i < parts.count; ++i) {
    if (i != 0) out << "::";
    if (parts.is_destructor && i + 1 == parts.count) out << '~';
    write_printable(out, parts.part[i]);
  }
}

}  // namespace reporter
