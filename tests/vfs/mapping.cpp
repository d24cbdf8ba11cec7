// SPDX-License-Identifier: MIT
// Two processes map one file: shared, and each for itself.
#include <libipc/files/pipe.hpp>
#include <tests/vfs/mapping.hpp>

namespace vfs_test {
namespace {

namespace right = ipc::memory_right;

constexpr u64 bytes = 200'000;
constexpr u64 half = bytes / 2;
constexpr u64 mapped = (bytes + base::page_size - 1) / base::page_size * base::page_size;

constexpr u64 at_start = 1;
constexpr u64 by_child = 2;
constexpr u64 by_parent = 3;

// The file's pages, which whoever else maps them sees too.
Outcome<std::span<std::byte>> map_contents(const File& file) {
  const auto object = TRY(file.open_contents(right::read | right::write));
  const auto region = TRY(outcome(ipc::map(object, mapped)));
  return region.first(bytes);
}

bool shares(Report& report) {
  static constinit std::byte pattern[bytes];
  fill(pattern, at_start);
  constexpr u64 flags = open_flag::read | open_flag::write | open_flag::create;
  auto file = files.open("/m", flags, 0755);
  if (!file.ok() || !file->write(pattern).ok()) return false;
  const auto there = PipeEnd::make(files);
  const auto back = PipeEnd::make(files);
  const auto session = OwnedSession::make(files);
  bool good = session.ok() && session->inherit(files, there->read, 0).ok() &&
              session->inherit(files, back->write, 1).ok() &&
              session->inherit(files, file->number(), 2).ok();
  static_cast<void>(ask(files, Close{.number = there->read}));
  static_cast<void>(ask(files, Close{.number = back->write}));
  auto bundle = ipc::Bundle::make();
  static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
  auto child = procmgr_test::start({.bundle = &*bundle, .priority = below_ours}, "map");
  const auto shown = map_contents(*file);
  auto out = PipeEnd::open(files, there->write);
  auto in = PipeEnd::open(files, back->read);
  if (!good || !child.ok() || !shown.ok()) return false;
  std::byte byte[1];
  good = *in->read(byte) == 1 && is_filled(shown->first(half), at_start) &&
         is_filled(shown->subspan(half), by_child);
  report.expect(good, "what a child writes to its mapping, its parent sees in its own");
  fill(shown->first(half), by_parent);
  good = out->write(byte).ok();
  const auto record = child->wait();
  report.expect(good && record.ok() && record->status == 0, "and the other way round");
  file->close();
  file = files.open("/m");
  good = file.ok() && *file->read(pattern) == bytes &&
         is_filled(std::span{pattern}.first(half), by_parent) &&
         is_filled(std::span{pattern}.subspan(half), by_child);
  report.expect(good, "both are in the file");
  return ipc::unmap({shown->data(), mapped}).ok();
}

// A private mapping begins as the file is, and goes its own way.
bool keeps_apart() {
  const auto image = files.open_image("/m");
  if (!image.ok()) return false;
  const auto clone = ipc::obtain<Endpoint>(Cap<Endpoint>{*image},
                                           abi::procmgr::CloneMemory{.offset = 0, .length = bytes},
                                           {procmgr_test::own_account.at()});
  if (!clone.ok()) return false;
  const auto own = ipc::map(*clone, mapped);
  auto file = files.open("/m", open_flag::read | open_flag::write);
  if (!own.ok() || !file.ok()) return false;
  bool good = is_filled(own->first(half), by_parent);
  fill(own->first(half), at_start);
  std::byte start[100];
  good = good && *file->read(start) == sizeof start && is_filled(start, by_parent);
  fill(start, by_child);
  good = good && *file->write_at(half, start) == sizeof start;
  good =
      good && is_filled(own->subspan(half, 100), by_child) && is_filled(own->first(half), at_start);
  return ipc::unmap(*own).ok() && good;
}

}  // namespace

int map_shared() {
  auto file = File::inherited(files, 2, open_flag::read | open_flag::write);
  const auto shown = map_contents(file);
  auto in = PipeEnd::open(files, 0);
  auto out = PipeEnd::open(files, 1);
  if (!shown.ok() || !in.ok() || !out.ok()) return 1;
  if (!is_filled(*shown, at_start)) return 2;
  fill(shown->subspan(half), by_child);
  std::byte byte[1] = {};
  if (!out->write(byte).ok() || !in->read(byte).ok()) return 3;
  return is_filled(shown->first(half), by_parent) ? 0 : 4;
}

void test_mapping(Report& report, u64) {
  const auto before = settled_info();
  report.expect(shares(report), "two processes map one file");
  report.expect(keeps_apart(), "a private mapping shows the file as it was, and changes nothing");
  static_cast<void>(files.remove("/m"));
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
