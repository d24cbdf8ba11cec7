// SPDX-License-Identifier: MIT
#include <boot/decode/archive.hpp>
#include <boot/machine/processor.hpp>
#include <boot/memory/contents.hpp>
#include <boot/program_step.hpp>

namespace boot {

Programs find_programs(Range archive, std::string_view root_name) {
  constexpr std::string_view subject = "the archive";
  const std::span<const u8> bytes = bytes_at(in_window<u8>(archive.begin), archive.size());
  const std::string_view names[] = {kernel_name, root_name};
  std::span<const u8> files[2];
  u64 position = 0;
  const Result<void> result = find_files(bytes, names, files, position);
  if (!result.ok()) {
    base::Text where;
    where << "at byte " << position << " of " << bytes.size();
    report.stop(subject, result.error(), where.view());
  }
  require(check_end(bytes), subject);
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (files[i].data() == nullptr) report.stop(names[i], Fault::entry_missing);
  return {.kernel = require(read_elf(files[0], kernel_rules), kernel_name),
          .root = require(read_elf(files[1], root_rules), root_name)};
}

Pieces load(const Program& program, std::string_view name, Stage& stage) {
  Pieces pieces;
  require(place(program, stage.plan.pool, pieces), name);
  for (const Piece& piece : pieces) {
    u8* memory = in_window<u8>(piece.pages.begin);
    fill(piece, memory, FastBytes{});
    if (piece.segment->executable) publish_code(memory, piece.pages.size());
  }
  return pieces;
}

Pieces load_kernel(const Program& kernel, KernelSpace& space, Stage& stage) {
  const Pieces pieces = load(kernel, kernel_name, stage);
  u64 tables = 0;
  for (const Piece& piece : pieces) tables += tables_for(piece.pages.size(), false);
  space.replace_supply(take_tables(tables, stage));
  for (const Piece& piece : pieces)
    require(space.map_kernel(base::VirtAddr{piece.address}, piece.pages, piece.segment->writable,
                             piece.segment->executable),
            kernel_name);
  require(stage.plan.pool.give(space.replace_supply({})), kernel_name);
  return pieces;
}

}  // namespace boot
