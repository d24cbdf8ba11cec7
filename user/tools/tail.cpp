// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit std::string_view lines = "10";
constinit std::string_view bytes;
constinit bool counts_bytes = false;
constinit bool is_quiet = false;
constexpr kit::Option options[] = {
    {'n', lines, "N", "so many lines, 10 without it; +N: from line N on; also -N"},
    kit::Option{'c', bytes, "N", "so many bytes; +N: from byte N on"}.also(counts_bytes),
    {'q', is_quiet, "no headings between several files"}};
constexpr kit::Usage usage{.name = "tail",
                           .operands = "[FILE...]",
                           .sentence = "Writes the last lines or bytes of files.",
                           .options = options,
                           .takes_digits = true};

constinit u64 count = 0;
constinit bool from_start = false;

void read_count() {
  std::string_view text = counts_bytes ? bytes : lines;
  from_start = text.starts_with('+');
  if (from_start || text.starts_with('-')) text.remove_prefix(1);
  const auto number = kit::parse_size(text);
  if (!number) kit::misused(text, "this is no number");
  count = *number;
}

// ---- From a place counted from the start -------------------------------------------------------

// How much of the text has to be passed over; what was passed over is taken off `left`.
u64 length_to_skip(std::string_view text, u64& left) {
  if (counts_bytes) {
    const u64 skipped = std::min<u64>(left, text.size());
    left -= skipped;
    return skipped;
  }
  u64 end = 0;
  for (; left != 0; --left) {
    const auto newline = text.find('\n', end);
    if (newline == text.npos) return text.size();
    end = newline + 1;
  }
  return end;
}

kit::Outcome<void> show_from(kit::Source& source) {
  u64 left = count == 0 ? 0 : count - 1;
  for (;;) {
    const u64 length = TRY(source.read(kit::block()));
    if (length == 0) return {};
    const std::string_view text{kit::block().data(), length};
    kit::out << text.substr(length_to_skip(text, left));
  }
}

// ---- The end -----------------------------------------------------------------------------------

// Where the last `count` lines or bytes of the text begin.
u64 start_of_end(std::string_view text) {
  if (counts_bytes) return text.size() - std::min<u64>(count, text.size());
  if (count == 0) return text.size();
  // The newline at the very end ends the last line, and begins none.
  u64 at = text.size() - (text.ends_with('\n') ? 1 : 0);
  for (u64 left = count; left != 0; --left) {
    if (at == 0) return 0;
    const auto newline = text.rfind('\n', at - 1);
    if (newline == text.npos) return 0;
    at = newline;
  }
  return at + 1;
}

// What has come, as far as it may be part of the end. It is at most twice as long as that.
kit::Outcome<void> show_end(kit::Source& source) {
  ipc::Arena arena;
  std::span<char> kept = arena.allocate<char>(kit::block_bytes);
  if (kept.empty()) return kit::Problem{abi::Error::no_memory};
  u64 used = 0;
  for (;;) {
    if (used == kept.size()) {
      const u64 start = start_of_end({kept.data(), used});
      std::memmove(kept.data(), kept.data() + start, used - start);
      used -= start;
    }
    if (used > kept.size() / 2) {
      kept = arena.extend(kept, 2 * kept.size());
      if (kept.empty()) return kit::Problem{abi::Error::no_memory};
    }
    const u64 length = TRY(source.read(kept.subspan(used)));
    used += length;
    if (length == 0) break;
  }
  const std::string_view text{kept.data(), used};
  kit::out << text.substr(start_of_end(text));
  return {};
}

// Of a file only the last blocks are read, as many as needed.
kit::Outcome<void> show_end_of_file(ipc::files::File& file) {
  const u64 size = TRY(file.size());
  u64 start = size;
  u64 left = counts_bytes ? 0 : count + 1;
  if (counts_bytes) start = size - std::min(size, count);
  char last = '\n';
  if (!counts_bytes && size != 0)
    TRY(file.read_at(size - 1, std::as_writable_bytes(std::span{&last, 1})));
  if (last != '\n' && left != 0) --left;
  while (start != 0 && left != 0) {
    const u64 length = std::min(start, kit::block_bytes);
    const auto room = kit::block().first(length);
    TRY(file.read_at(start - length, std::as_writable_bytes(room)));
    u64 at = length;
    while (at != 0 && left != 0)
      if (room[--at] == '\n') --left;
    start = start - length + at + (left == 0 ? 1 : 0);
  }
  file.seek(start);
  for (;;) {
    const u64 length = TRY(file.read(std::as_writable_bytes(kit::block())));
    if (length == 0) return {};
    kit::out << std::string_view{kit::block().data(), length};
  }
}

kit::Outcome<void> show(kit::Source& source, std::string_view name) {
  if (from_start) return show_from(source);
  // The standard input may be a file that somebody has read from already.
  if (source.is_file() && name != "-") return show_end_of_file(source.stream().file());
  return show_end(source);
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::or_input(kit::start(usage, argc, argv));
  read_count();
  bool is_first = true;
  for (const std::string_view file : files) {
    auto source = kit::Source::open(file);
    if (!source.ok()) {
      kit::complain_of_source(file, source.error());
      continue;
    }
    if (files.size() > 1 && !is_quiet)
      kit::out << (is_first ? "" : "\n") << "==> " << kit::shown_name(file) << " <==\n";
    is_first = false;
    const auto shown = show(*source, file);
    if (!shown.ok()) kit::complain_of_source(file, shown.error());
  }
  return kit::finish();
}
