// SPDX-License-Identifier: MIT
#include <user/tools/kit/show.hpp>

namespace kit {

using abi::files::Kind;
using base::u64;

void write_human(base::TextWriter& out, u64 bytes) {
  constexpr std::string_view units = "KMGTPE";
  if (bytes < 1024) {
    out << bytes;
    return;
  }
  u64 unit = 1024;
  u64 power = 0;
  // "1023.1K" would be rounded up to "1024K", which is 1.0M.
  while (power + 1 < units.size() && bytes > unit * 1023) {
    unit *= 1024;
    ++power;
  }
  const u64 whole = bytes / unit;
  const u64 rest = bytes % unit;
  // Tenths only where they are a large part.
  const u64 tenths = whole * 10 + (rest * 10 + unit - 1) / unit;
  if (tenths < 100)
    out << tenths / 10 << '.' << tenths % 10;
  else
    out << whole + (rest != 0 ? 1 : 0);
  out << units[power];
}

void write_mode(base::TextWriter& out, Kind kind, base::u32 mode) {
  constexpr std::string_view kinds = "?-dlcp";
  const auto number = static_cast<u64>(kind);
  out << (number < kinds.size() ? kinds[number] : '?');
  for (unsigned bit = 9; bit-- > 0;) out << ((mode >> bit & 1) != 0 ? "xwr"[bit % 3] : '-');
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::none: return "nothing";
    case Kind::file: return "regular file";
    case Kind::directory: return "directory";
    case Kind::symbolic_link: return "symbolic link";
    case Kind::device: return "device";
    case Kind::pipe: return "pipe";
  }
  return "something unknown";
}

}  // namespace kit
