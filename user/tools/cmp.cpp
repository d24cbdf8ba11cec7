// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit bool is_silent = false;
constinit u64 most = ~u64{0};
constexpr kit::Option options[] = {{'s', is_silent, "nothing but the status"},
                                   {'n', most, "N", "at most so many bytes"}};
constexpr kit::Usage usage{.name = "cmp",
                           .operands = "FILE [FILE]",
                           .sentence =
                               "Compares two files. Status: 0 if they are the same, 1 if "
                               "not, 2 after an error.",
                           .options = options,
                           .least = 1,
                           .most = 2};

constexpr int status_differ = 1;
constexpr int status_error = 2;

kit::Source open(std::string_view path) {
  auto source = kit::Source::open(path);
  if (!source.ok()) kit::give_up(path, source.error());
  return std::move(*source);
}

std::string_view read(kit::Source& source, std::string_view path, std::span<char> to) {
  const auto count = source.read_full(to);
  if (!count.ok()) kit::give_up(path, count.error());
  return {to.data(), *count};
}

u64 count_newlines(std::string_view text) {
  return static_cast<u64>(std::count(text.begin(), text.end(), '\n'));
}

int compare(std::string_view first, std::string_view second) {
  kit::Source sources[] = {open(first), open(second)};
  const auto halves = kit::block();
  u64 bytes = 0;
  u64 lines = 0;
  for (;;) {
    const u64 room = std::min(most - bytes, kit::block_bytes / 2);
    const auto a = read(sources[0], first, halves.first(room));
    const auto b = read(sources[1], second, halves.subspan(kit::block_bytes / 2, room));
    const u64 common = std::min(a.size(), b.size());
    const u64 same = static_cast<u64>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first -
        a.begin());
    lines += count_newlines(a.substr(0, same));
    bytes += same;
    if (same != common) {
      if (!is_silent)
        kit::out << first << ' ' << second << " differ: char " << bytes + 1 << ", line "
                 << lines + 1 << '\n';
      return status_differ;
    }
    if (a.size() != b.size()) {
      if (!is_silent)
        kit::complain(a.size() < b.size() ? first : second, "it ends before the other");
      return status_differ;
    }
    if (a.empty()) return 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  kit::set_failure_status(status_error);
  const auto files = kit::start(usage, argc, argv);
  const int result = compare(files[0], files.size() == 2 ? files[1] : "-");
  kit::set_failure_status(status_differ);
  return kit::finish(result);
}
