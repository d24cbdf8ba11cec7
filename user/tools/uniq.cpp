// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit bool counts = false;
constinit bool only_repeated = false;
constinit bool only_single = false;
constexpr kit::Option options[] = {{'c', counts, "how often, in front of each"},
                                   {'d', only_repeated, "only those that come more than once"},
                                   {'u', only_single, "only those that come once"}};
constexpr kit::Usage usage{.name = "uniq",
                           .operands = "[FILE]",
                           .sentence = "Writes lines, but not again what the line before said.",
                           .options = options,
                           .most = 1};

constexpr u64 count_width = 7;

void write(std::string_view line, u64 times) {
  if (times == 0 || (only_repeated && times == 1) || (only_single && times > 1)) return;
  if (counts) kit::out.right(times, count_width) << ' ';
  kit::out << line << '\n';
}

// The line before, in memory that grows to the longest.
class Kept {
 public:
  void set(std::string_view text) {
    if (text.size() > room_.size() || room_.empty()) {
      room_ = arena_.extend(room_, 2 * text.size() + 64);
      if (room_.empty()) kit::give_up("", kit::no_memory);
    }
    std::memcpy(room_.data(), text.data(), text.size());
    bytes_ = text.size();
  }
  [[nodiscard]] std::string_view view() const { return {room_.data(), bytes_}; }

 private:
  ipc::Arena arena_;
  std::span<char> room_;
  u64 bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Kept last;
  u64 times = 0;
  kit::each_line(kit::or_input(kit::start(usage, argc, argv)).front(),
                 [&](const ipc::LineReader::Line& line) {
                   if (times != 0 && line.text == last.view()) {
                     ++times;
                     return true;
                   }
                   write(last.view(), times);
                   last.set(line.text);
                   times = 1;
                   return true;
                 });
  write(last.view(), times);
  return kit::finish();
}
