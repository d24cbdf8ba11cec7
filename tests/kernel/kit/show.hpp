// SPDX-License-Identifier: MIT
// Values in the words of a failure's report.
#pragma once

#include <abi/fault.hpp>
#include <abi/object.hpp>
#include <abi/object/thread.hpp>
#include <base/text.hpp>
#include <libipc/cap.hpp>

namespace kit {

inline void show(base::TextWriter& out, bool value) { out << (value ? "true" : "false"); }
inline void show(base::TextWriter& out, abi::Error value) { out << abi::sentence(value); }
inline void show(base::TextWriter& out, abi::FaultKind value) { out << abi::name_of(value); }
inline void show(base::TextWriter& out, abi::ObjectType value) { out << abi::name_of(value); }
inline void show(base::TextWriter& out, abi::Rights value) { out << base::Hex{value.bits}; }
inline void show(base::TextWriter& out, std::string_view value) { out << value; }

template <std::integral T>
  requires(!std::same_as<T, bool>)
void show(base::TextWriter& out, T value) {
  out << value;
  if (value > T{9}) out << " (" << base::Hex{static_cast<abi::u64>(value)} << ')';
}
template <class T>
  requires std::is_enum_v<T>
void show(base::TextWriter& out, T value) {
  out << static_cast<abi::u64>(value);
}
template <class Tag, class Rep>
void show(base::TextWriter& out, base::Strong<Tag, Rep> value) {
  out << base::Hex{value.value()};
}

}  // namespace kit
