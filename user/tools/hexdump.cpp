// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;
using base::u8;

constinit bool canonical = true;
constinit u64 most = ~u64{0};
constinit u64 skipped = 0;
constinit bool shows_all = false;
constexpr kit::Option options[] = {{'C', canonical, "bytes and letters, as it always does"},
                                   {'n', most, "N", "so many bytes"},
                                   {'s', skipped, "N", "without the first N"},
                                   {'v', shows_all, "also lines that are the same again"}};
constexpr kit::Usage usage{.name = "hexdump",
                           .operands = "[FILE...]",
                           .sentence = "Writes the bytes of files in hexadecimal and as letters.",
                           .options = options};

constexpr u64 line_bytes = 16;

void write_hex(u64 value, unsigned digits) {
  while (digits != 0) kit::out << "0123456789abcdef"[value >> 4 * --digits & 15];
}

// All files are one, in lines of 16 bytes.
class Dump {
 public:
  void take(std::string_view bytes) {
    const u64 passed = std::min<u64>(skipped - std::min(skipped, offset_), bytes.size());
    offset_ += passed;
    bytes = bytes.substr(passed, most - taken_);
    taken_ += bytes.size();
    while (!bytes.empty()) {
      const u64 count = std::min<u64>(line_bytes - used_, bytes.size());
      std::memcpy(line_ + used_, bytes.data(), count);
      used_ += count;
      bytes.remove_prefix(count);
      if (used_ == line_bytes) finish_line();
    }
  }

  void finish() {
    if (used_ != 0) finish_line();
    if (offset_ == 0) return;
    write_hex(offset_, 8);
    kit::out << '\n';
  }

 private:
  void finish_line() {
    const bool is_same = has_last_ && !shows_all && used_ == line_bytes &&
                         std::memcmp(line_, last_, line_bytes) == 0;
    if (!is_same)
      write_line();
    else if (!is_repeating_)
      kit::out << "*\n";
    is_repeating_ = is_same;
    std::memcpy(last_, line_, line_bytes);
    has_last_ = true;
    offset_ += used_;
    used_ = 0;
  }

  void write_line() {
    write_hex(offset_, 8);
    kit::out << ' ';
    for (u64 i = 0; i < line_bytes; ++i) {
      if (i % 8 == 0) kit::out << ' ';
      if (i < used_)
        write_hex(static_cast<u8>(line_[i]), 2), kit::out << ' ';
      else
        kit::out << "   ";
    }
    kit::out << " |";
    for (u64 i = 0; i < used_; ++i) kit::out << (kit::is_printable(line_[i]) ? line_[i] : '.');
    kit::out << "|\n";
  }

  u64 offset_ = 0;
  u64 taken_ = 0;
  u64 used_ = 0;
  char line_[line_bytes];
  char last_[line_bytes];
  bool has_last_ = false;
  bool is_repeating_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  Dump dump;
  for (const std::string_view file : kit::or_input(kit::start(usage, argc, argv)))
    kit::each_block(file, [&](std::string_view bytes) { dump.take(bytes); });
  dump.finish();
  return kit::finish();
}
