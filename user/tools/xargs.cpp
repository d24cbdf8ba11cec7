// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/byte_set.hpp>
#include <user/tools/kit/child.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constinit u64 most_words = abi::argument_block::max_entries;
constinit bool ends_at_zero = false;
constinit bool needs_words = false;
constinit std::string_view marker;
constexpr kit::Option options[] = {
    {'n', most_words, "N", "at most so many words for each start"},
    {'0', ends_at_zero, "words end in zero bytes, and nothing in them is special"},
    {'r', needs_words, "does not start it without words"},
    {'I', marker, "MARK", "one start for each line, which stands where the mark was"}};
constexpr kit::Usage usage{.name = "xargs",
                           .operands = "[COMMAND [WORD...]]",
                           .sentence = "Starts a command with words from the standard input.",
                           .options = options,
                           .has_command = true};

// What is handed to one start at most; the rest of what a process can get is the environment's.
constexpr u64 most_bytes = abi::argument_block::max_string_bytes / 2;
// An interpreter of a script and its argument come to the words.
constexpr u64 spare_words = 8;
constexpr int status_child_failed = 123;
constexpr int status_child_refused = 124;

constinit std::string_view variables_room[kit::most_variables];
constinit std::string_view words[abi::argument_block::max_entries];
constinit char text[most_bytes];

// The command as far as it stands by now.
struct Batch {
  ipc::Strings environment;
  kit::Words command;
  u64 count = 0;  // of words that came from the input
  u64 bytes = 0;
  u64 word_room = 0;  // how many words from the input one start can have
  u64 byte_room = 0;  // and how many bytes, each with the zero byte behind it
  bool was_started = false;
  int status = 0;
};

// 255 means that nothing shall follow; whoever cannot be started will not be so later.
void note(Batch& batch, int status) {
  batch.was_started = true;
  if (status == 255) ipc::exit(status_child_refused);
  if (status == kit::status_cannot_start || status == kit::status_not_found)
    ipc::exit(static_cast<abi::u32>(status));
  if (status != 0) batch.status = status_child_failed;
}

u64 bytes_of(ipc::Strings texts) {
  u64 bytes = 0;
  for (const std::string_view one : texts) bytes += one.size() + 1;
  return bytes;
}

// What the command's own words and the environment leave of what a process can get.
void measure(Batch& batch) {
  namespace limit = abi::argument_block;
  u64 bytes = bytes_of(batch.environment);
  for (const std::string_view word : batch.command) bytes += word.size() + 1;
  const u64 entries = batch.command.size() + batch.environment.size() + spare_words;
  if (entries >= limit::max_entries || bytes >= limit::max_string_bytes)
    kit::give_up("", "the command and the environment leave no room for words");
  batch.word_room = std::min(most_words, limit::max_entries - entries);
  batch.byte_room = std::min(most_bytes, limit::max_string_bytes - bytes);
}

void run(Batch& batch) {
  const u64 fixed = batch.command.size();
  for (u64 i = 0; i < fixed; ++i) words[i] = batch.command[i];
  note(batch, kit::run_command({{words, fixed + batch.count}, batch.environment, false}));
  batch.count = 0;
  batch.bytes = 0;
}

std::string_view keep(Batch& batch, std::string_view word) {
  if (word.size() > most_bytes - batch.bytes) kit::give_up("", "a word is too long");
  char* const at = text + batch.bytes;
  std::memcpy(at, word.data(), word.size());
  batch.bytes += word.size();
  return {at, word.size()};
}

// With a mark: the command's words, with the line in place of each mark.
void run_with(Batch& batch, std::string_view line) {
  const u64 fixed = batch.command.size();
  for (u64 i = 0; i < fixed; ++i) {
    std::string_view rest = batch.command[i];
    const u64 start = batch.bytes;
    for (auto at = rest.find(marker); at != rest.npos; at = rest.find(marker)) {
      keep(batch, rest.substr(0, at));
      keep(batch, line);
      rest.remove_prefix(at + marker.size());
    }
    keep(batch, rest);
    words[i] = {text + start, batch.bytes - start};
  }
  note(batch, kit::run_command({{words, fixed}, batch.environment, false}));
  batch.bytes = 0;
}

void take(Batch& batch, std::string_view word) {
  if (!marker.empty()) return run_with(batch, word);
  const u64 fixed = batch.command.size();
  const u64 used = batch.bytes + batch.count;
  const bool is_full = batch.count == batch.word_room || used + word.size() >= batch.byte_room;
  if (is_full && batch.count != 0) run(batch);
  words[fixed + batch.count] = keep(batch, word);
  ++batch.count;
}

// Cuts the input into words: at blanks and newlines, but for those between quotes and behind a
// backslash. With -0 at zero bytes, with -I at newlines.
class Cutter {
 public:
  explicit Cutter(Batch& batch) : batch_(batch) {}

  void put(char c) {
    if (quote_ == '\\') {
      quote_ = 0;
      add(c);
    } else if (quote_ != 0) {
      if (c == '\n') kit::give_up("", "a quote is not closed in its line");
      c == quote_ ? static_cast<void>(quote_ = 0) : add(c);
    } else if (is_end(c)) {
      finish();
    } else if (!ends_at_zero && (c == '\'' || c == '"' || c == '\\')) {
      quote_ = c;
      has_word_ = true;
    } else if (has_word_ || marker.empty() || !kit::is_blank(c)) {
      add(c);
    }
  }

  void finish() {
    if (has_word_) take(batch_, {word_, used_});
    has_word_ = false;
    used_ = 0;
  }
  [[nodiscard]] bool is_quoted() const { return quote_ != 0; }

 private:
  [[nodiscard]] static bool is_end(char c) {
    if (ends_at_zero) return c == '\0';
    return c == '\n' || (marker.empty() && kit::is_space(c));
  }
  void add(char c) {
    if (used_ == most_bytes) kit::give_up("", "a word is too long");
    word_[used_++] = c;
    has_word_ = true;
  }

  Batch& batch_;
  char quote_ = 0;
  bool has_word_ = false;
  u64 used_ = 0;
  char word_[most_bytes];
};

}  // namespace

int main(int argc, char** argv, char** environment) {
  static char usual[] = "echo";
  static char* const usual_command[] = {usual};
  Batch batch{.environment = kit::strings_of(environment, variables_room),
              .command = kit::start(usage, argc, argv)};
  if (batch.command.empty()) batch.command = usual_command;
  if (most_words == 0) kit::misused("-n", "it must be at least 1");
  measure(batch);
  Cutter cutter{batch};
  kit::each_block("-", [&](std::string_view bytes) {
    for (const char c : bytes) cutter.put(c);
  });
  if (cutter.is_quoted()) kit::give_up("", "a quote is not closed");
  cutter.finish();
  const bool is_due = marker.empty() && !batch.was_started && !needs_words;
  if (batch.count != 0 || is_due) run(batch);
  return kit::finish(batch.status);
}
