// SPDX-License-Identifier: MIT
// ELF files of any bytes, as the first process and as the kernel; what is accepted is then placed.
#include <boot/memory/placement.hpp>

namespace {

void place_in_memory(const boot::Program& program) {
  boot::PagePool pool;
  if (!pool.give({0x4000'0000, 0x4100'0000}).ok() || !pool.give({0x8000'0000, 0x8000'4000}).ok())
    __builtin_trap();
  boot::Pieces pieces;
  if (!place(program, pool, pieces).ok()) return;
  for (const boot::Piece& piece : pieces)
    for (const boot::Piece& other : pieces)
      if (&piece != &other && piece.pages.overlaps(other.pages)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  for (const boot::ProgramRules* rules : {&boot::root_rules, &boot::kernel_rules}) {
    const auto program = boot::read_elf({data, size}, *rules);
    if (!program.ok()) continue;
    for (const boot::Segment& segment : program->segments)
      if (segment.contents.data() < data ||
          segment.contents.data() + segment.contents.size() > data + size)
        __builtin_trap();
    place_in_memory(*program);
  }
  return 0;
}
