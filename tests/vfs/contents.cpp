// SPDX-License-Identifier: MIT
// Contents of all sizes, by message and mapped.
#include <algorithm>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constexpr u64 largest = 1 * base::mib;
constinit std::byte source[largest + 64];
constinit std::byte target[largest + 64];

constexpr u64 create = open_flag::read | open_flag::write | open_flag::create | open_flag::truncate;

bool writes_and_reads(u64 bytes, u64 piece) {
  const std::span data{source, bytes};
  fill(data, bytes + piece);
  {
    auto file = files.open("/c", create);
    if (!file.ok()) return false;
    for (u64 at = 0; at < bytes; at += piece)
      if (!file->write(data.subspan(at, std::min(piece, bytes - at))).ok()) return false;
  }
  auto file = files.open("/c");
  if (!file.ok() || *file->size() != bytes) return false;
  u64 done = 0;
  for (;;) {
    const auto count = file->read(std::span{target}.subspan(done, std::min(piece, largest - done)));
    if (!count.ok()) return false;
    if (*count == 0) break;
    done += *count;
  }
  return done == bytes && is_filled({target, bytes}, bytes + piece);
}

void sizes(Report& report) {
  constexpr u64 all[] = {0, 1, 8, 100, 936, 937, 4095, 4096, 4097, 10'000, 65'536, 200'001};
  for (const u64 bytes : all) {
    base::Text<96> name;
    name << "a file of " << bytes << " bytes is what was written";
    report.expect(writes_and_reads(bytes, largest) && writes_and_reads(bytes, 1'000), name.view());
  }
  report.expect(writes_and_reads(largest, largest) && writes_and_reads(largest, 65'536),
                "one of 1 MiB too");
  static_cast<void>(files.remove("/c"));
}

bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{}; });
}

void holes(Report& report) {
  auto file = files.open("/h", create);
  bool good = file.ok() && file->resize(100 * base::mib).ok() && *file->size() == 100 * base::mib;
  fill({source, 5'000}, 1);
  good = good && file->write_at(50 * base::mib + 10, std::span{source, 5'000}).ok();
  good = good && *file->read_at(50 * base::mib - 1'000, {target, 7'000}) == 7'000;
  report.expect(good && is_zero({target, 1'010}) && is_filled({target + 1'010, 5'000}, 1) &&
                    is_zero({target + 6'010, 990}),
                "a sparse file is zero where nothing was written");
  const auto info = file->stat();
  report.expect(info.ok() && info->size == 100 * base::mib, "and keeps its size");
  good = file->resize(50 * base::mib + 20).ok() && file->resize(60 * base::mib).ok();
  good = good && *file->read_at(50 * base::mib, {target, 1'000}) == 1'000;
  report.expect(good && is_zero({target, 10}) && is_filled({target + 10, 10}, 1) &&
                    is_zero({target + 20, 980}),
                "what was cut off does not come back");
  static_cast<void>(files.remove("/h"));
}

// The kernel's books tell whether the pages have really gone.
void freed_tails(Report& report) {
  const auto pages = [] { return procmgr_test::settled_books().ledger.owned; };
  bool good = writes_and_reads(largest, largest);
  const u64 before = pages();
  auto file = files.open("/c", open_flag::read | open_flag::write);
  good = good && file.ok() && file->resize(100'000).ok();
  const u64 after = pages();
  good = good && *file->read_at(0, {target, largest}) == 100'000;
  report.expect(good && is_filled({target, 100'000}, largest + largest),
                "a file that becomes much shorter keeps its beginning");
  report.expect(after + 200 < before, "and the rest of its pages goes back");
  good =
      file->resize(largest).ok() && *file->read_at(90'000, {target, largest}) == largest - 90'000;
  report.expect(good && is_zero({target + 10'000, largest - 100'000}), "and does not come back");
  static_cast<void>(files.remove("/c"));
}

void small_resizes(Report& report) {
  auto file = files.open("/s", create);
  bool good = file.ok() && file->write("hello").ok() && file->resize(3).ok() &&
              file->resize(6).ok() && *file->read_at(0, {target, 100}) == 6;
  report.expect(good && std::string_view(reinterpret_cast<char*>(target), 6) ==
                            std::string_view("hel\0\0\0", 6),
                "a small file becomes shorter and longer");
  good = file->resize(10'000).ok() && *file->read_at(0, {target, 20'000}) == 10'000;
  report.expect(good && target[2] == std::byte{'l'} && is_zero({target + 3, 9'997}), "and large");
  static_cast<void>(files.remove("/s"));
}

void appending(Report& report) {
  bool good = write_file(files, "/log", "").ok();
  auto first = files.open("/log", open_flag::write | open_flag::append);
  auto second = files.open("/log", open_flag::write | open_flag::append);
  for (int i = 0; i < 2'000; ++i)
    good = good && first->write("one ").ok() && second->write("two ").ok();
  u64 right = 0;
  auto file = files.open("/log");
  good = good && *file->read({target, largest}) == 16'000;
  for (u64 i = 0; i < 16'000; i += 8)
    if (std::string_view(reinterpret_cast<char*>(target) + i, 8) == "one two ") ++right;
  report.expect(good && right == 2'000, "two writers append in turns, from small to large");
  static_cast<void>(files.remove("/log"));
}

// Both have the same pages: what one writes the other sees.
void sharing(Report& report) {
  fill({source, 100'000}, 1);
  auto writer = files.open("/shared", create);
  bool good = writer.ok() && writer->write({source, 100'000}).ok();
  auto reader = files.open("/shared");
  good = good && *reader->read_at(0, {target, 100'000}) == 100'000;
  fill({source, 100'000}, 2);
  good = good && writer->write_at(0, std::span{source, 100'000}).ok();
  good = good && *reader->read_at(0, {target, 100'000}) == 100'000;
  report.expect(good && is_filled({target, 100'000}, 2), "a reader sees what a writer changes");
  good = writer->write_at(100'000, std::span{source, 5'000}).ok();
  good = good && *reader->read_at(99'000, {target, 100'000}) == 6'000;
  report.expect(good, "and that the file has grown");
  good = files.remove("/shared").ok() && *reader->read_at(0, {target, 100'000}) == 100'000;
  report.expect(good && is_filled({target, 100'000}, 2), "a removed file lives while it is open");
}

// The archive's own pages are not written: a change makes the file one of its own.
void archived(Report& report) {
  auto before = files.open("/etc/large");
  bool good = before.ok() && *before->read({source, largest}) == 300'000;
  report.expect(good && is_filled({source, 300'000}, 0), "a large file of the archive is read");
  auto writer = files.open("/etc/large", open_flag::read | open_flag::write);
  good = writer.ok() && writer->write_at(150'000, std::as_bytes(std::span{"changed", 7})).ok();
  good = good && *writer->read_at(0, {target, largest}) == 300'000;
  report.expect(good && is_filled({target, 150'000}, 0) && target[150'001] == std::byte{'h'} &&
                    std::ranges::equal(std::span{target + 150'007, 149'993},
                                       std::span{source + 150'007, 149'993}),
                "it can be changed");
  good = *before->read_at(0, {target, largest}) == 300'000 && target[150'001] == std::byte{'h'};
  report.expect(good, "who had it open sees that, when it asks for the file's end");
  report.expect(writer->write_at(299'000, std::as_bytes(std::span{source, 5'000})).ok() &&
                    *writer->size() == 304'000,
                "it can grow");
  auto cut = files.open("/etc/large", open_flag::read | open_flag::write);
  good = cut->resize(200'000).ok() && cut->resize(210'000).ok() &&
         *cut->read_at(0, {target, largest}) == 210'000;
  report.expect(good && is_filled({target, 150'000}, 0) && is_zero({target + 200'000, 10'000}),
                "and be cut off");
  report.expect(
      write_file(files, "/etc/small", "other").ok() && has_contents(files, "/etc/small", "other"),
      "a small one can be replaced");
}

void devices(Report& report) {
  auto null = files.open("/dev/null", open_flag::read | open_flag::write);
  report.expect(null.ok() && *null->write("gone") == 4 && *null->read({target, 10}) == 0,
                "/dev/null takes all and gives nothing");
  auto zero = files.open("/dev/zero");
  fill({target, 5'000}, 1);
  report.expect(zero.ok() && *zero->read({target, 5'000}) == 5'000 && is_zero({target, 5'000}),
                "/dev/zero gives zeroes");
  auto full = files.open("/dev/full", open_flag::write);
  report.expect(full.ok() && failed_with(full->write("x"), Error::no_space), "/dev/full is full");
  auto random = files.open("/dev/random");
  const bool good =
      random.ok() && *random->read({source, 64}) == 64 && *random->read({target, 64}) == 64;
  report.expect(good && !std::ranges::equal(std::span{source, 64}, std::span{target, 64}),
                "/dev/random gives other bytes each time");
}

}  // namespace

void test_contents(Report& report, u64) {
  const auto before = settled_info();
  sizes(report);
  holes(report);
  small_resizes(report);
  freed_tails(report);
  appending(report);
  sharing(report);
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.open_files == after.open_files &&
                    before.objects == after.objects,
                "the server holds what it held before");
  archived(report);
  devices(report);
}

}  // namespace vfs_test
