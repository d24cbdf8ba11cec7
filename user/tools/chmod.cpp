// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <optional>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constinit bool is_recursive = false;
constexpr kit::Option options[] = {{'R', is_recursive, "all that is in directories as well"}};
constexpr kit::Usage usage{
    .name = "chmod",
    .operands = "MODE PATH...",
    .sentence = "Changes modes: numbers in octal, or changes as in u+x,go-w,a=r.",
    .options = options,
    .least = 2,
    .operand_letters = "rwxXugo"};

constexpr u64 all_bits = 0777;

// One part of "u+x,go-w,a=r": what becomes of the bits of some.
struct Change {
  u64 whose = 0;  // all their bits
  char action = '=';
  u64 bits = 0;  // of each
  bool adds_execution = false;
  // "g=u": 1 and the number of bits under those from which they come.
  u64 copied_from = 0;

  [[nodiscard]] u64 apply(u64 mode, bool is_directory) const {
    u64 one = bits;
    if (adds_execution && (is_directory || (mode & 0111) != 0)) one |= 1;
    if (copied_from != 0) one = mode >> (copied_from - 1) & 7;
    const u64 meant = one * 0111 & whose;
    if (action == '+') return mode | meant;
    return action == '-' ? mode & ~meant : (mode & ~whose) | meant;
  }
};

// A mode as a number, or changes of the one that there is.
class Mode {
 public:
  explicit Mode(std::string_view text) {
    number_ = kit::parse_number(text, 8);
    const bool is_right = number_ ? *number_ <= 07777 : read_changes(text);
    if (!is_right) kit::misused(text, "this is no mode, as 644 or u+x are");
  }

  [[nodiscard]] kit::Outcome<void> set(kit::Place place) const {
    if (number_) return kit::set_mode(place, *number_);
    const auto attributes = TRY(kit::stat(place));
    u64 mode = attributes.mode;
    for (u64 i = 0; i < count_; ++i)
      mode = changes_[i].apply(mode, attributes.kind == kit::Kind::directory);
    return kit::set_mode(place, mode);
  }

 private:
  static constexpr u64 most_changes = 64;

  bool read_changes(std::string_view text) {
    for (;;) {
      const u64 whose = take_owners(text);
      do {
        if (text.empty() || !is_action(text.front()) || count_ == most_changes) return false;
        changes_[count_++] = take_change(text, whose);
      } while (!text.empty() && text.front() != ',');
      if (text.empty()) return true;
      text.remove_prefix(1);
    }
  }

  static bool is_action(char c) { return c == '+' || c == '-' || c == '='; }

  // Without any letter all are meant.
  static u64 take_owners(std::string_view& text) {
    u64 whose = 0;
    for (; !text.empty(); text.remove_prefix(1)) {
      const u64 more = bits_of(text.front());
      if (more == 0) break;
      whose |= more;
    }
    return whose == 0 ? all_bits : whose;
  }

  static u64 bits_of(char owner) {
    switch (owner) {
      case 'u': return 0700;
      case 'g': return 0070;
      case 'o': return 0007;
      case 'a': return all_bits;
      default: return 0;
    }
  }

  static Change take_change(std::string_view& text, u64 whose) {
    Change change{.whose = whose, .action = text.front()};
    text.remove_prefix(1);
    while (!text.empty() && take_permission(text.front(), change)) text.remove_prefix(1);
    return change;
  }

  static bool take_permission(char c, Change& change) {
    switch (c) {
      case 'r': return change.bits |= 4, true;
      case 'w': return change.bits |= 2, true;
      case 'x': return change.bits |= 1, true;
      case 'X': return change.adds_execution = true;
      case 'u': return change.copied_from = 1 + 6, true;
      case 'g': return change.copied_from = 1 + 3, true;
      case 'o': return change.copied_from = 1, true;
      default: return false;
    }
  }

  std::optional<u64> number_;
  Change changes_[most_changes];
  u64 count_ = 0;
};

void change_tree(std::string_view path, const Mode& mode) {
  kit::Walk walk{path};
  for (kit::Step step; walk.next(step);) {
    kit::Outcome<void> done;
    if (step.event == kit::Event::failed) done = step.problem;
    // Directories afterwards, as the mode may forbid to go into them. A link has no mode.
    const bool is_due = step.event == kit::Event::leave || step.event == kit::Event::other;
    if (is_due && step.kind != kit::Kind::symbolic_link) done = mode.set(step.place);
    if (!done.ok()) kit::complain(step.path, done.error());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  const Mode mode{operands[0]};
  for (const std::string_view path : operands.subspan(1)) {
    if (is_recursive) {
      change_tree(path, mode);
      continue;
    }
    const auto done = mode.set({path});
    if (!done.ok()) kit::complain(path, done.error());
  }
  return kit::finish();
}
