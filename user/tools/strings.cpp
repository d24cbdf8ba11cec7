// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit u64 least = 4;
constexpr kit::Option options[] = {
    {'n', least, "N", "of at least so many characters, 4 without it"}};
constexpr kit::Usage usage{.name = "strings",
                           .operands = "[FILE...]",
                           .sentence = "Writes the texts that stand in files of any kind.",
                           .options = options,
                           .takes_digits = true};

bool is_text(char c) { return kit::is_printable(c) || c == '\t'; }

// The start of a text waits until it is long enough; the rest goes out as it comes.
class Finder {
 public:
  void take(std::string_view bytes) {
    for (const char c : bytes) {
      if (!is_text(c)) {
        finish();
        continue;
      }
      if (length_ < least) start_[length_] = c;
      if (++length_ == least) kit::out << std::string_view{start_, least};
      if (length_ > least) kit::out << c;
    }
  }
  void finish() {
    if (length_ >= least) kit::out << '\n';
    length_ = 0;
  }

  static constexpr u64 most = 4'096;

 private:
  u64 length_ = 0;
  char start_[most];
};

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  if (least == 0 || least > Finder::most) kit::misused("-n", "it must be from 1 to 4,096");
  for (const std::string_view file : files) {
    Finder finder;
    kit::each_block(file, [&](std::string_view bytes) { finder.take(bytes); });
    finder.finish();
  }
  return kit::finish();
}
