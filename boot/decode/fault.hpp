// SPDX-License-Identifier: MIT
// Everything that can be wrong with what boot/ is given. Each ends the boot with one line.
#pragma once

#include <base/result.hpp>
#include <base/units.hpp>
#include <string_view>

namespace boot {

enum class Fault : base::u8 {
  none,

  // The device tree.
  tree_missing,
  tree_misaligned,
  tree_header_damaged,
  tree_too_large,
  tree_overlaps_boot,
  tree_structure_damaged,
  tree_too_deep,
  tree_cells_unsupported,
  tree_registers_damaged,
  tree_interrupt_damaged,
  tree_too_many_ranges,
  range_wraps,
  no_memory,
  no_interrupt_controller,
  interrupt_controller_incomplete,
  interrupt_controller_in_memory,
  no_timer,

  // The archive.
  archive_missing,
  archive_range_damaged,
  archive_outside_memory,
  archive_overlaps_boot,
  archive_not_newc,
  archive_truncated,
  archive_without_trailer,
  archive_field_damaged,
  archive_name_damaged,
  entry_missing,

  // An ELF file.
  elf_too_short,
  elf_not_elf,
  elf_wrong_class,
  elf_foreign_machine,
  elf_not_executable,
  elf_header_damaged,
  elf_headers_outside_file,
  elf_needs_interpreter,
  elf_no_segments,
  elf_too_many_segments,
  elf_segment_truncated,
  elf_segment_shrinks,
  elf_segment_wraps,
  elf_segment_misaligned,
  elf_segment_writable_and_executable,
  elf_segment_at_zero,
  elf_segment_outside,
  elf_segments_overlap,
  elf_segments_share_page,
  elf_entry_not_executable,

  // The command line.
  command_line_too_long,
  root_name_empty,

  // What boot/ does with all that.
  too_little_memory,
  too_many_pieces,
  tables_exhausted,
  already_mapped,
  outside_address_space,
  device_window_full,
  entered_at_el3,
};

// One sentence without a full stop, to stand after "boot: error: ".
[[nodiscard]] std::string_view sentence(Fault fault);

template <class T>
using Result = base::Result<T, Fault>;

}  // namespace boot
