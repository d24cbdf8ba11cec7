// SPDX-License-Identifier: MIT
#include <algorithm>
#include <user/tools/kit/cpio_header.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/pack.hpp>
#include <user/tools/kit/source.hpp>
#include <user/tools/kit/walk.hpp>

namespace kit {

namespace {

constexpr u64 second = 1'000'000'000;
constexpr u64 largest_file = 0xffff'ffff;
constinit u32 next_id = 1;

void write_zeroes(u64 count) {
  for (; count != 0; --count) out << '\0';
}

// Names in an archive do not begin at a root.
std::string_view stored_name(std::string_view path) {
  while (path.starts_with('/') || path.starts_with("./"))
    path.remove_prefix(path.starts_with('/') ? 1 : 2);
  return path.empty() ? "." : path;
}

CpioHeader header_for(std::string_view name, const Attributes& attributes, u32 kind, u64 size) {
  return {.id = next_id++,
          .mode = kind | attributes.mode,
          .links = kind == base::archive_directory ? 2U : 1U,
          .modified = static_cast<u32>(attributes.modified / second),
          .size = static_cast<u32>(size),
          .name_bytes = static_cast<u32>(name.size() + 1)};
}

void write_header(const CpioHeader& header, std::string_view name) {
  char text[CpioHeader::bytes];
  header.write(text);
  out << std::string_view{text, sizeof text} << name;
  write_zeroes(1 + header.name_padding());
}

// Exactly as many bytes as the header says, whatever becomes of the file meanwhile.
Outcome<void> write_contents(ipc::files::File& file, u64 size) {
  u64 left = size;
  Problem problem;
  while (left != 0) {
    const auto room = block().first(std::min(left, block_bytes));
    const auto count = file.read(std::as_writable_bytes(room));
    if (!count.ok()) problem = count.error();
    if (!count.ok() || *count == 0) break;
    out << std::string_view{room.data(), *count};
    left -= *count;
  }
  if (left != 0 && problem == Problem{}) problem = Problem{abi::Error::gone};
  write_zeroes(left);
  return problem;
}

Outcome<void> pack_file(const Step& step, std::string_view name) {
  auto file = TRY(open(step.place));
  const auto attributes = TRY(file.stat());
  if (attributes.size > largest_file) return Problem{abi::Error::too_big};
  const auto header = header_for(name, attributes, base::archive_file, attributes.size);
  write_header(header, name);
  const auto written = write_contents(file, attributes.size);
  write_zeroes(header.data_padding());
  return written;
}

Outcome<void> pack_link(const Step& step, std::string_view name) {
  char text[abi::files::max_path];
  const auto target = TRY(read_link(step.place, text));
  const auto attributes = TRY(stat(step.place, Links::kept));
  const auto header = header_for(name, attributes, base::archive_symbolic_link, target.size());
  write_header(header, name);
  out << target;
  write_zeroes(header.data_padding());
  return {};
}

Outcome<void> pack_directory(const Step& step, std::string_view name) {
  const auto attributes = TRY(stat(step.place, Links::kept));
  write_header(header_for(name, attributes, base::archive_directory, 0), name);
  return {};
}

Outcome<void> pack(const Step& step) {
  const std::string_view name = stored_name(step.path);
  switch (step.kind) {
    case Kind::file: return pack_file(step, name);
    case Kind::symbolic_link: return pack_link(step, name);
    case Kind::directory: return pack_directory(step, name);
    case Kind::none:
    case Kind::device:
    case Kind::pipe: break;
  }
  return Problem{abi::Error::wrong_object, abi::files::Fault::not_a_file};
}

}  // namespace

void pack_tree(std::string_view path) {
  Walk walk{path};
  for (Step step; walk.next(step);) {
    Outcome<void> done;
    if (step.event == Event::failed) done = step.problem;
    if (step.event == Event::directory || step.event == Event::other) done = pack(step);
    if (!done.ok()) complain(step.path, done.error());
  }
}

void finish_archive() {
  write_header({.name_bytes = static_cast<u32>(base::archive_trailer.size() + 1)},
               base::archive_trailer);
}

}  // namespace kit
