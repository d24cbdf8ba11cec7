// SPDX-License-Identifier: MIT
#include <user/shell/run/execute.hpp>
#include <user/shell/run/kept.hpp>

namespace shell {
namespace {

// In front of a name, the function's depth and whether there was a value: 2+name, 2-name.
class Prefix {
 public:
  Prefix(u64 calls, char sign) { text_ << calls << sign; }
  [[nodiscard]] std::string_view view() const { return text_.view(); }

 private:
  base::Text<24> text_;
};

std::string_view key_of(Shell& shell, char sign, std::string_view name) {
  TextBuilder key{shell.arena};
  key << Prefix{shell.calls, sign}.view() << name;
  return key.ok() ? key.view() : std::string_view{};
}

// One of the variables that were kept for the caller. No text: there are no more.
Variables::Record next_of(const Shell& shell, char sign) {
  const Prefix prefix{shell.calls, sign};
  for (u64 cursor = 0;;) {
    const auto record = shell.kept.next(cursor);
    if (record.text.empty() || record.text.starts_with(prefix.view())) return record;
  }
}

}  // namespace

bool keep_for_caller(Shell& shell, std::string_view name) {
  const Rewound rewound{shell.arena};
  const std::string_view was_set = key_of(shell, '+', name);
  const std::string_view was_unset = key_of(shell, '-', name);
  if (was_set.empty() || was_unset.empty()) return false;
  // Only what it was at first is the caller's.
  if (shell.kept.find(was_set).has_value() || shell.kept.find(was_unset).has_value()) return true;
  const auto value = shell.variables.find(name);
  if (!value.has_value()) return shell.kept.set(was_unset, {});
  return shell.kept.set(was_set, *value, shell.variables.is_exported(name));
}

Locals::~Locals() {
  Shell& shell = shell_;
  for (const char sign : {'+', '-'}) {
    const u64 skipped = Prefix{shell.calls, sign}.view().size();
    for (auto record = next_of(shell, sign); !record.text.empty(); record = next_of(shell, sign)) {
      const std::string_view name = record.name().substr(skipped);
      if (sign == '-')
        shell.variables.remove(name);
      else if (!shell.variables.set(name, record.value(), record.is_exported))
        shell.complain({.what = Failure::no_room, .name = name});
      shell.kept.remove(record.name());
    }
  }
  --shell.calls;
}

void run_end_trap(Shell& shell) {
  const auto commands = shell.kept.find(end_trap);
  if (!commands.has_value()) return;
  const Rewound rewound{shell.arena};
  const std::string_view text = shell.arena.copy(*commands);
  shell.kept.remove(end_trap);
  const int status = shell.status;
  shell.events.forget_interrupt();
  shell.flow = Flow::on;
  run_text(shell, text);
  // Its own status counts only if it says so with `exit`.
  if (shell.flow != Flow::leave_shell) shell.status = status;
}

}  // namespace shell
