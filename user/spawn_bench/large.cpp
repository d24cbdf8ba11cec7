// SPDX-License-Identifier: MIT
// A program with 1 MB of text. With the argument `touch` it reads a word of each page of it.
#include <base/units.hpp>

extern "C" {
extern const base::u64 large_text[];
extern const base::u64 large_text_end[];
}

int main(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '\0') return 0;
  base::u64 sum = 0;
  for (const volatile base::u64* at = large_text; at < large_text_end;
       at += base::page_size / sizeof(base::u64))
    sum += *at;
  return sum == 0 ? 1 : 0;
}
