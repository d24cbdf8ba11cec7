// SPDX-License-Identifier: MIT
// $name, ${name} and what can be done with the value on the way.
#include <base/text.hpp>
#include <libipc/text/name_pattern.hpp>
#include <user/shell/language/characters.hpp>
#include <user/shell/language/expander.hpp>
#include <utility>

namespace shell {
namespace {

// So long a number of a parameter is none.
constexpr u64 max_digits = 9;

std::string_view decimal(u64 number, std::span<char> room) {
  base::TextWriter text{room};
  text << number;
  return text.view();
}

}  // namespace

// `room` is for numbers.
std::optional<std::string_view> Expander::value_of(std::string_view name, std::span<char> room) {
  if (name == "#") return decimal(surroundings_.parameters().size(), room);
  if (name == "0") return surroundings_.own_name();
  if (!is_digit(name[0])) return surroundings_.value_of(name);
  u64 number = 0;
  if (name.size() > max_digits) return std::nullopt;
  for (const char c : name) number = number * 10 + static_cast<u64>(c - '0');
  const auto all = surroundings_.parameters();
  if (number == 0 || number > all.size()) return std::nullopt;
  return all[number - 1];
}

Expanded<void> Expander::parameter(const Piece& piece) {
  char room[24];
  if (piece.text != "@" && piece.text != "*")
    return one_parameter(piece, value_of(piece.text, room));
  const bool are_there = !surroundings_.parameters().empty();
  if (piece.op == Operator::none || (piece.op == Operator::or_default && are_there))
    return all_parameters(piece);
  if (piece.op == Operator::length) {
    put_value(decimal(surroundings_.parameters().size(), room), piece.is_quoted);
    return {};
  }
  if ((piece.op == Operator::or_default && !are_there) ||
      (piece.op == Operator::and_alternative && are_there))
    return argument_instead(piece);
  if (piece.op == Operator::and_alternative) return {};
  return ExpandError{.what = Failure::bad_parameter, .name = piece.text};
}

// "$@": each one a word of its own. "$*": one word, joined. Where nothing is cut, both are joined.
Expanded<void> Expander::all_parameters(const Piece& piece) {
  const auto all = surroundings_.parameters();
  const bool is_star = piece.text == "*";
  const std::string_view separators = surroundings_.value_of("IFS").value_or(" ");
  const std::string_view between = is_star ? separators.substr(0, 1) : " ";
  if (piece.is_quoted && is_star) put_text({}, true);
  for (u64 i = 0; i < all.size(); ++i) {
    if (i != 0 && (!is_splitting_ || (piece.is_quoted && is_star)))
      put_text(between, true);
    else if (i != 0 && (piece.is_quoted || has_field_))
      end_field();
    put_value(all[i], piece.is_quoted);
  }
  return {};
}

Expanded<void> Expander::one_parameter(const Piece& piece, std::optional<std::string_view> value) {
  const bool is_set = value.has_value() && (!piece.empty_is_unset || !value->empty());
  const std::string_view text = value.value_or("");
  // Within quotes, nothing is a word as well.
  if (piece.is_quoted) put_text({}, true);
  const bool asks_first = piece.op == Operator::or_default || piece.op == Operator::or_assign ||
                          piece.op == Operator::or_fail || piece.op == Operator::and_alternative;
  if (!value.has_value() && !asks_first && surroundings_.demands_values())
    return ExpandError{.what = Failure::unset, .name = piece.text};
  switch (piece.op) {
    case Operator::none: put_value(text, piece.is_quoted); return {};
    case Operator::length: {
      char room[24];
      put_value(decimal(text.size(), room), piece.is_quoted);
      return {};
    }
    case Operator::and_alternative: return is_set ? argument_instead(piece) : Expanded<void>{};
    case Operator::or_default:
    case Operator::or_assign:
    case Operator::or_fail:
      if (!is_set) return argument_instead(piece);
      put_value(text, piece.is_quoted);
      return {};
    case Operator::cut_prefix:
    case Operator::cut_longest_prefix:
    case Operator::cut_suffix:
    case Operator::cut_longest_suffix: return cut(piece, text);
  }
  return {};
}

// The word behind the operator stands for the value.
Expanded<void> Expander::argument_instead(const Piece& piece) {
  if (piece.op == Operator::or_default || piece.op == Operator::and_alternative) {
    const bool was_value = std::exchange(is_value_, true);
    const auto done = whole(*piece.argument);
    is_value_ = was_value;
    return done;
  }
  Expander inner{arena_, surroundings_};
  const std::string_view text = TRY(inner.text(*piece.argument));
  if (piece.op == Operator::or_fail)
    return ExpandError{.what = Failure::demanded, .name = piece.text, .text = text};
  if (!is_name(piece.text)) return ExpandError{.what = Failure::bad_parameter, .name = piece.text};
  if (!surroundings_.assign(piece.text, text))
    return ExpandError{.what = Failure::no_room, .name = piece.text};
  put_value(text, piece.is_quoted);
  return {};
}

Expanded<void> Expander::cut(const Piece& piece, std::string_view value) {
  // The pattern may contain commands, which change variables.
  const std::string_view kept = arena_.copy(value);
  if (kept.data() == nullptr) return memory();
  Expander inner{arena_, surroundings_};
  const std::string_view pattern = TRY(inner.pattern(*piece.argument));
  const bool is_suffix =
      piece.op == Operator::cut_suffix || piece.op == Operator::cut_longest_suffix;
  const bool is_longest =
      piece.op == Operator::cut_longest_prefix || piece.op == Operator::cut_longest_suffix;
  for (u64 i = 0; i <= kept.size(); ++i) {
    const u64 length = is_longest ? kept.size() - i : i;
    const u64 rest = kept.size() - length;
    if (!ipc::matches_name(pattern, is_suffix ? kept.substr(rest) : kept.substr(0, length)))
      continue;
    put_value(is_suffix ? kept.substr(0, rest) : kept.substr(length), piece.is_quoted);
    return {};
  }
  put_value(kept, piece.is_quoted);
  return {};
}

}  // namespace shell
