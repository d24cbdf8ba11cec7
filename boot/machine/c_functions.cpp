// SPDX-License-Identifier: MIT
// What libfdt expects of a C library, beside base/memory.cpp, and what the
// headers of the C++ library expect of theirs.
#include <base/units.hpp>
#include <boot/decode/fault.hpp>
#include <boot/machine/report.hpp>
#include <cstddef>

extern "C" {

// Debian compiles libfdt with stack protection. The value need not be secret: it notices accidents.
extern const base::u64 __stack_chk_guard;
constinit const base::u64 __stack_chk_guard = 0x0a0d'0000'5ac5'c0de;

[[noreturn]] void __stack_chk_fail();
void __stack_chk_fail() { boot::report.stop("libfdt has overwritten its own stack frame"); }

const void* memchr(const void* memory, int wanted, std::size_t size);
std::size_t strnlen(const char* text, std::size_t limit);
char* strrchr(const char* text, int wanted);

const void* memchr(const void* memory, int wanted, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(memory);
  for (std::size_t i = 0; i < size; ++i)
    if (bytes[i] == static_cast<unsigned char>(wanted)) return bytes + i;
  return nullptr;
}

std::size_t strnlen(const char* text, std::size_t limit) {
  std::size_t length = 0;
  while (length < limit && text[length] != '\0') ++length;
  return length;
}

char* strrchr(const char* text, int wanted) {
  const char* last = nullptr;
  for (;; ++text) {
    if (*text == static_cast<char>(wanted)) last = text;
    if (*text == '\0') return const_cast<char*>(last);
  }
}

}  // extern "C"

namespace std {

// Declared by the library: string_view::substr() from beyond the end: no caller in boot/ does that.
void __throw_out_of_range_fmt(const char*, ...) {
  boot::report.stop("boot has cut a text beyond its end");
}

}  // namespace std
