// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/calendar.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool follows = false;
constinit std::string_view form;
constinit bool has_form = false;
constexpr kit::Option options[] = {
    {'L', follows, "what a link leads to"},
    kit::Option{'c', form, "FORMAT",
                "%n name, %s size, %a mode in octal, %A in letters, %F kind, "
                "%h names, %i id, %b blocks of 512 bytes, %Y %y time, %Z %z "
                "of the last change"}
        .also(has_form)};
constexpr kit::Usage usage{.name = "stat",
                           .operands = "PATH...",
                           .sentence = "Says what is known of files.",
                           .options = options,
                           .least = 1};

constexpr std::string_view whole = R"(  File: %N
  Size: %s  Blocks: %b  %F
    Id: %i  Names: %h
  Mode: %a/%A
Modify: %y
Change: %z
)";

constexpr base::u64 second = 1'000'000'000;
constexpr base::u64 blocks_of_page = base::page_size / 512;

void write_time(base::u64 nanoseconds) {
  base::Text<64> text;
  kit::write_date(text, nanoseconds, "%Y-%m-%d %H:%M:%S.%N %z");
  kit::out << text.view();
}

void write_octal(base::u32 mode) {
  bool has_digit = false;
  for (int shift = 9; shift >= 0; shift -= 3) {
    const auto digit = static_cast<unsigned>(mode >> shift & 7);
    has_digit = has_digit || digit != 0 || shift == 0;
    if (has_digit) kit::out << digit;
  }
}

void write_name(std::string_view path, const kit::Attributes& attributes) {
  kit::out << path;
  char text[abi::files::max_path];
  if (attributes.kind != kit::Kind::symbolic_link) return;
  const auto target = kit::read_link({path}, text);
  if (target.ok()) kit::out << " -> " << *target;
}

std::string_view kind_of(const kit::Attributes& attributes) {
  const bool is_empty = attributes.kind == kit::Kind::file && attributes.size == 0;
  return is_empty ? "regular empty file" : kit::name_of(attributes.kind);
}

void write_one(char letter, std::string_view path, const kit::Attributes& attributes) {
  base::Text<32> mode;
  kit::write_mode(mode, attributes.kind, attributes.mode);
  switch (letter) {
    case 'n': return static_cast<void>(kit::out << path);
    case 'N': return write_name(path, attributes);
    case 's': return static_cast<void>(kit::out << attributes.size);
    case 'a': return write_octal(attributes.mode);
    case 'A': return static_cast<void>(kit::out << mode.view());
    case 'F': return static_cast<void>(kit::out << kind_of(attributes));
    case 'h': return static_cast<void>(kit::out << attributes.links);
    case 'i': return static_cast<void>(kit::out << attributes.id);
    case 'b': return static_cast<void>(kit::out << attributes.pages * blocks_of_page);
    case 'Y': return static_cast<void>(kit::out << attributes.modified / second);
    case 'Z': return static_cast<void>(kit::out << attributes.changed / second);
    case 'y': return write_time(attributes.modified);
    case 'z': return write_time(attributes.changed);
    case '%': return static_cast<void>(kit::out << '%');
    default: kit::misused(form, "there is no such thing after a %");
  }
}

void write(std::string_view format, std::string_view path, const kit::Attributes& attributes) {
  while (!format.empty()) {
    const char c = format.front();
    format.remove_prefix(1);
    if (c != '%' || format.empty()) {
      kit::out << c;
      continue;
    }
    write_one(format.front(), path, attributes);
    format.remove_prefix(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view path : kit::start(usage, argc, argv)) {
    const auto attributes = kit::stat({path}, follows ? kit::Links::followed : kit::Links::kept);
    if (!attributes.ok()) {
      kit::complain(path, attributes.error());
      continue;
    }
    write(has_form ? form : whole, path, *attributes);
    if (has_form) kit::out << '\n';
  }
  return kit::finish();
}
