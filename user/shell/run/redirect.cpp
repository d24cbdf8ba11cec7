// SPDX-License-Identifier: MIT
#include <user/shell/language/characters.hpp>
#include <user/shell/run/execute.hpp>

namespace shell {

namespace files = ipc::files;
namespace open_flag = files::open_flag;

namespace {

u64 flags_of(RedirectionKind kind) {
  switch (kind) {
    case RedirectionKind::read: return open_flag::read;
    case RedirectionKind::append: return open_flag::write | open_flag::create | open_flag::append;
    case RedirectionKind::write:
    case RedirectionKind::both:
    case RedirectionKind::duplicate:
    case RedirectionKind::document:
    case RedirectionKind::text: break;
  }
  return open_flag::write | open_flag::create | open_flag::truncate;
}

std::string_view why(RedirectionKind kind, abi::Error error) {
  if (kind == RedirectionKind::duplicate)
    return error == abi::Error::not_found ? "this stream is not open" : "streams are 0 to 9";
  if (error == abi::Error::not_found) return "there is no such file or folder";
  if (error == abi::Error::wrong_object) return "it is a folder, or no file that can be written";
  return error == abi::Error::denied ? "this is not allowed" : abi::sentence(error);
}

bool is_text(RedirectionKind kind) {
  return kind == RedirectionKind::document || kind == RedirectionKind::text;
}

// 2>&1 and 2>&-.
Outcome<void> duplicate(Redirected& redirected, u32 number, std::string_view target) {
  if (target == "-") {
    redirected.close(number);
    return {};
  }
  if (target.size() != 1 || !is_digit(target[0])) return Problem{abi::Error::bad_argument};
  return redirected.copy(number, static_cast<u64>(target[0] - '0'));
}

Outcome<void> apply(Redirected& redirected, const Redirection& one, std::string_view target) {
  if (one.kind == RedirectionKind::duplicate) return duplicate(redirected, one.number, target);
  if (is_text(one.kind)) return redirected.give(one.number, target);
  const auto opened = redirected.open(one.number, target, flags_of(one.kind));
  if (!opened.ok() || one.kind != RedirectionKind::both) return opened;
  return redirected.copy(2, one.number);
}

// A path, a stream's number, or the text to be read.
Expanded<std::string_view> target_of(Shell& shell, Expander& expander, const Redirection& one) {
  const auto target = TRY(expander.text(*one.target));
  if (one.kind != RedirectionKind::text) return target;
  TextBuilder line{shell.arena};
  line << target << '\n';
  if (!line.ok()) return ExpandError{.what = Failure::no_memory};
  return line.take_view();
}

}  // namespace

bool redirect(Shell& shell, Redirected& redirected, const List<Redirection>& list) {
  for (const Redirection& one : list) {
    Expander expander{shell.arena, shell};
    const auto target = target_of(shell, expander, one);
    if (!target.ok()) {
      shell.complain(target.error());
      return false;
    }
    const auto applied = apply(redirected, one, *target);
    if (applied.ok()) continue;
    shell.complain(is_text(one.kind) ? "<<" : *target, why(one.kind, applied.error().error));
    return false;
  }
  return true;
}

}  // namespace shell
