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
    {'n', lines, "N", "so many lines, 10 without it; -N: all but the last N; also -5"},
    kit::Option{'c', bytes, "N", "so many bytes; -N: all but the last N"}.also(counts_bytes),
    {'q', is_quiet, "no headings between several files"}};
constexpr kit::Usage usage{.name = "head",
                           .operands = "[FILE...]",
                           .sentence = "Writes the first lines or bytes of files.",
                           .options = options,
                           .takes_digits = true};

constinit u64 count = 0;
constinit bool is_from_end = false;

void read_count() {
  std::string_view text = counts_bytes ? bytes : lines;
  is_from_end = text.starts_with('-');
  if (is_from_end) text.remove_prefix(1);
  const auto number = kit::parse_size(text);
  if (!number) kit::misused(text, "this is no number");
  count = *number;
}

// ---- From the start ----------------------------------------------------------------------------

// How much of the text belongs to the first `left` lines, which become fewer.
u64 length_of_lines(std::string_view text, u64& left) {
  u64 end = 0;
  for (; left != 0; --left) {
    const auto newline = text.find('\n', end);
    if (newline == text.npos) return text.size();
    end = newline + 1;
  }
  return end;
}

void show_start(std::string_view file, kit::Source& source) {
  u64 left = count;
  while (left != 0) {
    const auto room = kit::block();
    const auto length = source.read(counts_bytes ? room.first(std::min(left, room.size())) : room);
    if (!length.ok()) return kit::complain_of_source(file, length.error());
    if (*length == 0) return;
    const std::string_view text{room.data(), *length};
    if (counts_bytes) {
      kit::out << text;
      left -= *length;
    } else {
      kit::out << text.substr(0, length_of_lines(text, left));
    }
  }
}

// ---- All but the end ---------------------------------------------------------------------------

// What may be among the last lines or bytes waits here until so many others have come.
class Waiting {
 public:
  void add(std::string_view text) {
    make_room(text.size());
    std::memcpy(room_.data() + end_, text.data(), text.size());
    end_ += text.size();
    if (!counts_bytes) lines_ += static_cast<u64>(std::ranges::count(text, '\n'));
    release(counts_bytes ? end_ - start_ : lines_);
  }
  // A last line without its newline is a line too.
  void finish() {
    const bool is_cut = end_ != start_ && room_[end_ - 1] != '\n';
    if (!counts_bytes && is_cut) release(lines_ + 1);
  }

 private:
  // Writes what is in front of the last `count` of `units`.
  void release(u64 units) {
    if (units <= count) return;
    u64 left = units - count;
    const std::string_view text{room_.data() + start_, end_ - start_};
    const u64 length = counts_bytes ? left : length_of_lines(text, left);
    if (!counts_bytes) lines_ -= units - count;
    kit::out << text.substr(0, length);
    start_ += length;
  }

  void make_room(u64 length) {
    if (length <= room_.size() - end_) return;
    std::memmove(room_.data(), room_.data() + start_, end_ - start_);
    end_ -= start_;
    start_ = 0;
    // Half of it free, so that what waits is not moved for each piece.
    if (2 * (end_ + length) <= room_.size()) return;
    room_ = arena_.extend(room_, 2 * (end_ + length));
    if (room_.empty()) kit::give_up("", kit::no_memory);
  }

  ipc::Arena arena_;
  std::span<char> room_;
  u64 start_ = 0;
  u64 end_ = 0;
  u64 lines_ = 0;
};

void show_all_but_end(std::string_view file, kit::Source& source) {
  Waiting waiting;
  for (;;) {
    const auto length = source.read(kit::block());
    if (!length.ok()) return kit::complain_of_source(file, length.error());
    if (*length == 0) break;
    waiting.add({kit::block().data(), *length});
  }
  waiting.finish();
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
    is_from_end ? show_all_but_end(file, *source) : show_start(file, *source);
  }
  return kit::finish();
}
