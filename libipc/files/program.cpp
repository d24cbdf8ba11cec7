// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/files/program.hpp>

namespace ipc::files {

namespace {

using abi::procmgr::SpawnFault;
using abi::procmgr::SpawnStep;

constexpr u64 longest_first_line = 256;

SpawnError image_error(abi::Error error) { return {.error = error, .step = SpawnStep::image}; }

// "#!/bin/interpreter one argument"
struct FirstLine {
  char text[longest_first_line];
  std::string_view interpreter;  // empty: it is no script
  std::string_view argument;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Outcome<void> read_first_line(const Session& session, std::string_view path, FirstLine& line) {
  File file = TRY(session.open(path));
  const u64 count = TRY(file.read(std::as_writable_bytes(std::span{line.text})));
  std::string_view text{line.text, count};
  if (!text.starts_with("#!")) return Problem{abi::Error::not_supported};
  text = text.substr(0, text.find('\n'));
  // Cut off in the middle it could name something else.
  if (text.size() == longest_first_line) return Problem{abi::Error::too_big};
  text = trimmed(text.substr(2));
  const auto end = text.find_first_of(" \t");
  line.interpreter = text.substr(0, end);
  line.argument = end == text.npos ? std::string_view{} : trimmed(text.substr(end));
  if (line.interpreter.empty()) return Problem{abi::Error::not_supported};
  return {};
}

// The program and its arguments, which grow at the front with each interpreter.
class Command {
 public:
  Command(std::string_view path, Strings arguments) : path_(path), arguments_(arguments) {}

  [[nodiscard]] std::string_view path() const { return path_; }
  [[nodiscard]] Strings arguments() const { return arguments_; }

  // The interpreter runs what was the program. Error: not_supported (it is no script), too_big.
  Outcome<void> take_interpreter(const Session& session) {
    if (depth_ == max_interpreters) return Problem{abi::Error::too_big};
    FirstLine& line = lines_[depth_];
    TRY(read_first_line(session, path_, line));
    const u64 added = line.argument.empty() ? 2 : 3;
    const Strings rest = arguments_.empty() ? arguments_ : arguments_.subspan(1);
    if (rest.size() + added > max_script_arguments) return Problem{abi::Error::too_big};
    // From behind: the rest may stand in the same array.
    std::copy_backward(rest.begin(), rest.end(),
                       words_ + static_cast<std::ptrdiff_t>(added + rest.size()));
    words_[0] = line.interpreter;
    if (added == 3) words_[1] = line.argument;
    words_[added - 1] = path_;
    arguments_ = {words_, added + rest.size()};
    path_ = line.interpreter;
    ++depth_;
    return {};
  }

 private:
  std::string_view path_;
  Strings arguments_;
  std::string_view words_[max_script_arguments];
  FirstLine lines_[max_interpreters];
  u64 depth_ = 0;
};

template <class Result, class Attempt>
Result try_all(const Session& session, Command& command, Attempt&& attempt) {
  for (;;) {
    const auto image = session.open_image(command.path());
    if (!image.ok()) return image_error(image.error().error);
    auto result = attempt(*image, command.arguments());
    const SpawnFault fault = result.error().fault;
    if (result.ok() || fault != SpawnFault::not_elf) return result;
    const auto taken = command.take_interpreter(session);
    if (!taken.ok())
      return taken.error().error == abi::Error::not_supported
                 ? std::move(result)
                 : Result{image_error(taken.error().error)};
  }
}

}  // namespace

SpawnResult<Process> start(const Session& session, std::string_view path, Strings arguments,
                           const SpawnOptions& options) {
  Command command{path, arguments};
  return try_all<SpawnResult<Process>>(session, command, [&](Cap<Endpoint> image, Strings words) {
    return ipc::spawn(image, words, options);
  });
}

SpawnResult<Process::Record> run(const Session& session, std::string_view path, Strings arguments,
                                 const SpawnOptions& options) {
  Command command{path, arguments};
  return try_all<SpawnResult<Process::Record>>(
      session, command,
      [&](Cap<Endpoint> image, Strings words) { return ipc::run(image, words, options); });
}

}  // namespace ipc::files
