// SPDX-License-Identifier: MIT
#include <user/shell/language/growing.hpp>
#include <user/shell/run/shell.hpp>

namespace shell {

namespace files = ipc::files;

std::optional<std::string_view> Shell::value_of(std::string_view wanted) {
  if (wanted != "?" && wanted != "$" && wanted != "!") return variables.find(wanted);
  if (wanted == "!" && last_background == 0) return std::nullopt;
  base::TextWriter text{number_};
  if (wanted == "?")
    text << status;
  else
    text << (wanted == "$" ? pid : last_background);
  return text.view();
}

bool Shell::assign(std::string_view variable, std::string_view value) {
  return variables.set(variable, value);
}

bool Shell::exists(std::string_view path) { return files::Session{}.stat(path).ok(); }

// A message's worth of names at a time.
std::span<const FileName> Shell::names_in(std::string_view directory) {
  auto file =
      files::Session{}.open(directory, files::open_flag::read | files::open_flag::directory);
  if (!file.ok()) return {};
  Growing<FileName> names{arena};
  u64 words[abi::max_message_words];
  for (u64 cursor = 0;;) {
    const auto some = file->read_names(cursor, words);
    if (!some.ok() || some->entries == 0) break;
    const u64* at = words;
    for (u64 i = 0; i < some->entries; ++i) {
      const files::DirectoryEntry entry{*at++};
      const std::string_view text{reinterpret_cast<const char*>(at), entry.name_bytes()};
      at += (entry.name_bytes() + sizeof(u64) - 1) / sizeof(u64);
      if (text == "." || text == "..") continue;
      const std::string_view copy = arena.copy(text);
      if (copy.data() == nullptr) return names.items();
      names.push({.name = copy, .is_directory = entry.kind() == files::Kind::directory});
    }
    cursor = some->cursor;
  }
  return names.items();
}

void Shell::say(std::string_view text) {
  auto stream = streams.open(2);
  static_cast<void>(stream.write(text));
}

void Shell::show(std::span<const std::string_view> assignments,
                 std::span<const std::string_view> words) {
  if (!options.shows_commands) return;
  TextBuilder line{arena};
  line << '+';
  for (const auto list : {assignments, words})
    for (const std::string_view word : list) line << ' ' << word;
  line << '\n';
  say(line.view());
}

void Shell::complain(std::string_view what, std::string_view why) {
  complain([&](auto& line) { line << what << ": " << why; });
}

void Shell::complain(const ExpandError& error) {
  switch (error.what) {
    case Failure::none:
    case Failure::not_run: return;
    case Failure::no_memory: return complain("memory", "there is none left for this command");
    case Failure::no_room: return complain(error.name, "there is no room for variables left");
    case Failure::bad_parameter: return complain(error.name, "this cannot be done with it");
    case Failure::unset: return complain(error.name, "it has no value");
    case Failure::demanded:
      return complain(error.name, error.text.empty() ? "it has no value" : error.text);
    case Failure::bad_arithmetic:
      return complain(error.name.empty() ? "$((...))" : error.name, error.text);
  }
}

void Shell::take_terminal() {
  const auto input = streams.open(0);
  has_terminal = input.is_terminal();
  if (has_terminal) static_cast<void>(events.watch_interrupt(input.terminal()));
}

bool Shell::is_going_on() {
  if (flow == Flow::on && events.was_interrupted()) {
    flow = Flow::interrupted;
    status = status_interrupted;
  }
  return flow == Flow::on;
}

}  // namespace shell
