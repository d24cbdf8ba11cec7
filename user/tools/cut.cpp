// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/ranges.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit std::string_view bytes;
constinit std::string_view fields;
constinit std::string_view separator = "\t";
constinit bool has_bytes = false;
constinit bool has_fields = false;
constinit bool only_with_separator = false;
constexpr kit::Option options[] = {
    kit::Option{'c', bytes, "LIST", "these bytes: 1,3-5,7-"}.once(has_bytes),
    kit::Option{'b', bytes, "LIST", "the same"}.once(has_bytes),
    kit::Option{'f', fields, "LIST", "these fields"}.once(has_fields),
    {'d', separator, "BYTE", "what stands between fields, a tab without it"},
    {'s', only_with_separator, "no lines without a separator"}};
constexpr kit::Usage usage{.name = "cut",
                           .operands = "[FILE...]",
                           .sentence = "Writes parts of lines.",
                           .options = options};

constinit std::span<const kit::Range> ranges;

void write_bytes(std::string_view line) {
  for (u64 i = 0; i < line.size(); ++i)
    if (kit::contains(ranges, i + 1)) kit::out << line[i];
  kit::out << '\n';
}

void write_fields(std::string_view line) {
  const char between = separator.empty() ? '\0' : separator.front();
  if (line.find(between) == line.npos) {
    if (!only_with_separator) kit::out << line << '\n';
    return;
  }
  bool is_first = true;
  u64 number = 1;
  for (bool is_last = false; !is_last; ++number) {
    const auto end = line.find(between);
    is_last = end == line.npos;
    if (kit::contains(ranges, number)) {
      if (!is_first) kit::out << between;
      kit::out << line.substr(0, end);
      is_first = false;
    }
    if (!is_last) line.remove_prefix(end + 1);
  }
  kit::out << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  if (has_bytes == has_fields) kit::misused("", "one of -c and -f is needed");
  if (separator.size() > 1) kit::misused(separator, "this is more than one byte");
  const std::string_view list = has_bytes ? bytes : fields;
  ipc::Arena arena;
  ranges = kit::parse_ranges(list, arena.allocate<kit::Range>(kit::count_ranges(list)));
  if (ranges.empty()) kit::misused(list, "this is no list of numbers from 1 on");
  for (const std::string_view file : files)
    kit::each_line(file, [](const ipc::LineReader::Line& line) {
      has_bytes ? write_bytes(line.text) : write_fields(line.text);
      return true;
    });
  return kit::finish();
}
