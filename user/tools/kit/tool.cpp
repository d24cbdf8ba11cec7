// SPDX-License-Identifier: MIT
#include <base/text.hpp>
#include <libipc/process/self.hpp>
#include <libipc/stream/stream.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace kit {

namespace {

constinit std::string_view tool_name = "tool";
constinit int failure_status = status_failed;
constinit bool has_failed = false;

// One write, so that lines of several tools are not mixed.
void say(std::string_view what, std::string_view sentence) {
  base::Text<1536> line;
  line << tool_name << ": " << what << (what.empty() ? "" : ": ") << sentence;
  base::Text<1540> whole;
  whole << line.view() << '\n';
  static_cast<void>(ipc::error_output().write(whole.view()));
}

void show_synopsis(const Usage& usage) {
  out << "usage: " << usage.name;
  for (const Option& option : usage.options) {
    out << " [-" << option.letter;
    if (option.flag == nullptr) out << ' ' << option.value;
    out << ']';
  }
  if (!usage.operands.empty()) out << ' ' << usage.operands;
  out << '\n';
}

void show_help(const Usage& usage) {
  show_synopsis(usage);
  out << usage.sentence << '\n';
  for (const Option& option : usage.options) {
    out << "  -" << option.letter << ' ';
    out.left(option.flag == nullptr ? option.value : std::string_view{}, 8)
        << option.effect << '\n';
  }
}

[[noreturn]] void end(int status) {
  out.flush();
  ipc::exit(static_cast<ipc::u32>(status));
}

}  // namespace

Words start(const Usage& usage, int argc, char** argv) {
  tool_name = usage.name;
  const auto count = static_cast<u64>(argc < 1 ? 0 : argc - 1);
  const Parsed parsed = parse(usage, {argv + 1, count});
  if (parsed.wants_help) {
    show_help(usage);
    end(0);
  }
  if (parsed.mistake != Mistake::none) misused(parsed.what, sentence(parsed.mistake));
  return parsed.operands;
}

void complain(std::string_view what, std::string_view sentence) {
  has_failed = true;
  say(what, sentence);
}

std::string_view reason(const Problem& problem) {
  if (problem == Problem{abi::Error::no_memory}) return no_memory;
  return sentence(problem);
}

// A word that is empty could not be seen.
void complain(std::string_view what, const Problem& problem) {
  complain(what.empty() ? "''" : what, reason(problem));
}

void give_up(std::string_view what, std::string_view sentence) {
  complain(what, sentence);
  end(failure_status);
}

void give_up(std::string_view what, const Problem& problem) { give_up(what, reason(problem)); }

void misused(std::string_view what, std::string_view sentence) {
  say(what, sentence);
  base::Text<64> hint;
  hint << tool_name << " --help says more\n";
  static_cast<void>(ipc::error_output().write(hint.view()));
  end(status_usage);
}

void set_failure_status(int status) { failure_status = status; }

int finish(int result) {
  out.flush();
  return has_failed ? failure_status : result;
}

}  // namespace kit
