// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <optional>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/sha256.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;
using base::u8;

constinit bool checks = false;
constinit bool is_quiet = false;
constexpr kit::Option options[] = {{'c', checks, "the files hold sums, which are compared"},
                                   {'q', is_quiet, "with -c, only what is wrong is said"}};
constexpr kit::Usage usage{.name = "sha256sum",
                           .operands = "[FILE...]",
                           .sentence = "Writes SHA-256 sums of files, or compares them.",
                           .options = options};

constexpr u64 hex_digits = 2 * std::tuple_size_v<kit::Sha256::Digest>;

struct Sum {
  char text[hex_digits] = {};
  bool is_there = false;
  [[nodiscard]] std::string_view view() const { return {text, hex_digits}; }
};

Sum sum_of(std::string_view file) {
  kit::Sha256 hash;
  Sum sum;
  sum.is_there = kit::each_block(file, [&](std::string_view bytes) {
    hash.add({reinterpret_cast<const u8*>(bytes.data()), bytes.size()});
  });
  u64 at = 0;
  for (const u8 byte : hash.finish()) {
    sum.text[at++] = "0123456789abcdef"[byte >> 4];
    sum.text[at++] = "0123456789abcdef"[byte & 15];
  }
  return sum;
}

bool is_equal(std::string_view digits, const Sum& sum) {
  for (u64 i = 0; i < hex_digits; ++i) {
    const char digit =
        digits[i] >= 'A' && digits[i] <= 'F' ? static_cast<char>(digits[i] + 32) : digits[i];
    if (digit != sum.text[i]) return false;
  }
  return true;
}

// A name with a newline would look like two lines, so it is written with escapes, and a line with
// such a name has a backslash in front.
constexpr std::string_view special = "\\\n\r";
constexpr std::string_view special_letters = "\\nr";

bool needs_escapes(std::string_view name) { return name.find_first_of(special) != name.npos; }

void write_escaped(std::string_view name) {
  for (const char c : name) {
    const auto at = special.find(c);
    if (at == special.npos)
      kit::out << c;
    else
      kit::out << '\\' << special_letters[at];
  }
}

// In an answer: only a newline would spoil it.
void write_name(std::string_view name) {
  if (name.find('\n') == name.npos) {
    kit::out << name;
    return;
  }
  kit::out << '\\';
  write_escaped(name);
}

// Into `room`, which is as long as the text. Nothing: it is damaged.
std::optional<std::string_view> without_escapes(std::string_view text, std::span<char> room) {
  u64 used = 0;
  for (u64 i = 0; i < text.size(); ++i) {
    room[used] = text[i];
    if (text[i] == '\\') {
      const auto at = ++i < text.size() ? special_letters.find(text[i]) : text.npos;
      if (at == text.npos) return std::nullopt;
      room[used] = special[at];
    }
    ++used;
  }
  return std::string_view{room.data(), used};
}

struct Check {
  u64 wrong = 0;
  u64 malformed = 0;
};

// "SUM  NAME", or with "*" in place of the second blank.
void check(std::string_view line, Check& result) {
  const bool is_escaped = line.starts_with('\\');
  if (is_escaped) line.remove_prefix(1);
  const bool has_form = line.size() > hex_digits + 2 && line[hex_digits] == ' ' &&
                        (line[hex_digits + 1] == ' ' || line[hex_digits + 1] == '*');
  char room[abi::files::max_path];
  std::optional<std::string_view> name;
  if (has_form) name = line.substr(hex_digits + 2);
  if (name && is_escaped)
    name = name->size() <= sizeof room ? without_escapes(*name, room) : std::nullopt;
  if (!name) {
    ++result.malformed;
    return;
  }
  const Sum sum = sum_of(*name);
  const bool is_right = sum.is_there && is_equal(line, sum);
  if (!is_right) ++result.wrong;
  if (is_right && is_quiet) return;
  write_name(*name);
  kit::out << (is_right ? ": OK\n" : sum.is_there ? ": FAILED\n" : ": FAILED open or read\n");
}

void check_all(std::string_view file) {
  Check result;
  if (!kit::each_line(file, [&](const ipc::LineReader::Line& line) {
        check(line.text, result);
        return true;
      }))
    return;
  kit::out.flush();
  if (result.malformed != 0)
    kit::complain(kit::shown_name(file), "there are lines that hold no sum");
  if (result.wrong != 0) kit::complain(kit::shown_name(file), "not all sums are right");
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view file : kit::or_input(kit::start(usage, argc, argv))) {
    if (checks) {
      check_all(file);
      continue;
    }
    const Sum sum = sum_of(file);
    if (!sum.is_there) continue;
    kit::out << (needs_escapes(file) ? "\\" : "") << sum.view() << "  ";
    write_escaped(file);
    kit::out << '\n';
  }
  return kit::finish();
}
