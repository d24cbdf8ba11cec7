// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/base64.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;
using base::u8;

constinit bool decodes = false;
constinit u64 columns = 76;
constexpr kit::Option options[] = {{'d', decodes, "from letters to bytes"},
                                   {'w', columns, "N", "lines of so many letters; 0: one line"}};
constexpr kit::Usage usage{.name = "base64",
                           .operands = "[FILE]",
                           .sentence = "Writes bytes as text of 64 letters, or the other way.",
                           .options = options,
                           .most = 1};

class Encoder {
 public:
  void take(std::string_view bytes) {
    for (const char c : bytes) {
      group_[used_++] = static_cast<u8>(c);
      if (used_ == 3) write();
    }
  }
  void finish() {
    if (used_ != 0) write();
    if (column_ != 0 && columns != 0) kit::out << '\n';
  }

 private:
  void write() {
    char letters[4];
    kit::encode_base64({group_, used_}, letters);
    used_ = 0;
    for (const char letter : letters) {
      kit::out << letter;
      if (++column_ == columns) kit::out << '\n', column_ = 0;
    }
  }

  u8 group_[3];
  u64 used_ = 0;
  u64 column_ = 0;
};

// Newlines count for nothing. After "=" only more of these may come, up to the end of a group.
class Decoder {
 public:
  void take(std::string_view text) {
    for (const char c : text)
      if (c != '\n' && !failed_) put(c);
  }
  void finish() {
    if (count_ % 4 != 0) failed_ = true;
    if (failed_) kit::complain("", "the input is damaged");
  }

 private:
  void put(char c) {
    const auto value = kit::base64_value(c);
    if (c == '=' && count_ % 4 >= 2) {
      is_padded_ = true;
    } else if (!value || is_padded_) {
      failed_ = true;
      return;
    } else {
      bits_ = bits_ << 6 | *value;
      if (count_ % 4 != 0) kit::out << static_cast<char>(bits_ >> (6 - count_ % 4 * 2) & 255);
    }
    if (++count_ % 4 == 0) is_padded_ = false;
  }

  u64 count_ = 0;
  base::u32 bits_ = 0;
  bool is_padded_ = false;
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view file = kit::or_input(kit::start(usage, argc, argv)).front();
  Encoder encoder;
  Decoder decoder;
  const bool was_read = kit::each_block(
      file, [&](std::string_view bytes) { decodes ? decoder.take(bytes) : encoder.take(bytes); });
  if (was_read) decodes ? decoder.finish() : encoder.finish();
  return kit::finish();
}
