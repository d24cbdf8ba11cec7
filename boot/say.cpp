// SPDX-License-Identifier: MIT
#include <boot/say.hpp>

namespace boot {

namespace {

void say_range(std::string_view what, Range range) {
  if (!report.wants_debug()) return;
  base::Text line;
  line << what << ' ' << base::Hex{range.begin, 10} << " to " << base::Hex{range.end, 10};
  report.debug(line.view());
}

}  // namespace

void say_what_was_found(const Stage& stage, Range archive) {
  const u64 processors = stage.board.cpus.count;
  base::Text line;
  line << stage.plan.memory.total() / base::mib << " MiB of memory, " << processors
       << (processors == 1 ? " processor, GICv" : " processors, GICv")
       << static_cast<u64>(stage.board.interrupt_controller.kind) << ", "
       << stage.board.devices.count << " devices, an archive of " << archive.size() / base::kib
       << " KiB";
  report.info(line.view());
  for (const Range& range : stage.plan.memory) say_range("memory", range);
  for (const Range& range : stage.board.reserved) say_range("reserved", range);
  say_range("archive", archive);
}

void say_what_was_loaded(std::string_view name, u64 entry, const Pieces& pieces) {
  u64 size = 0;
  for (const Piece& piece : pieces) size += piece.pages.size();
  base::Text line;
  write_safely(line, name);
  line << ": " << size / base::kib << " KiB, entry at " << base::Hex{entry};
  report.info(line.view());
  for (const Piece& piece : pieces) {
    base::Text detail;
    detail << base::Hex{piece.address} << (piece.segment->writable ? " rw" : " r-")
           << (piece.segment->executable ? "x in" : "- in");
    say_range(detail.view(), piece.pages);
  }
}

void say_what_is_free(const PagePool& pool) {
  base::Text line;
  line << pool.ranges().total() / base::mib << " MiB are free";
  report.debug(line.view());
  for (const Range& range : pool.ranges()) say_range("free", range);
}

}  // namespace boot
