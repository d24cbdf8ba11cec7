// SPDX-License-Identifier: MIT
// What <string_view> calls behind the scenes, beside the functions of base/memory.cpp.
#include <cstddef>

extern "C" {

void* memchr(const void* bytes, int wanted, std::size_t count);

void* memchr(const void* bytes, int wanted, std::size_t count) {
  const auto* at = static_cast<const unsigned char*>(bytes);
  for (; count != 0; --count, ++at)
    if (*at == static_cast<unsigned char>(wanted)) return const_cast<unsigned char*>(at);
  return nullptr;
}
}

// libstdc++ calls this where `substr` starts beyond the end: a mistake of ours, so the program
// stops where it happens, as at any other fault.
namespace std {
[[noreturn]] void __throw_out_of_range_fmt(const char* format, ...);
void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }
}  // namespace std
