// SPDX-License-Identifier: MIT
#include <boot/decode/fault.hpp>
#include <cstddef>
#include <iterator>

namespace boot {

namespace {

struct Row {
  Fault fault;
  std::string_view sentence;
};

constexpr Row rows[] = {
    {Fault::none, "there is no fault"},

    {Fault::tree_missing, "no device tree was passed in x0"},
    {Fault::tree_misaligned, "it does not lie at a multiple of 8 bytes"},
    {Fault::tree_header_damaged, "its header is damaged"},
    {Fault::tree_too_large, "it is larger than 2 MiB"},
    {Fault::tree_overlaps_boot, "it overlaps the boot stage"},
    {Fault::tree_structure_damaged, "its structure is damaged"},
    {Fault::tree_too_deep, "its nodes are nested too deeply"},
    {Fault::tree_cells_unsupported, "an address or size there has neither 1 nor 2 cells"},
    {Fault::tree_registers_damaged, "the list of addresses there is damaged"},
    {Fault::tree_interrupt_damaged, "the list of interrupts there is damaged"},
    {Fault::tree_too_many_ranges, "it names more ranges of memory than boot can keep"},
    {Fault::range_wraps, "a range there ends above the largest physical address"},
    {Fault::no_memory, "it names no memory"},
    {Fault::no_interrupt_controller, "it names no GICv2 and no GICv3"},
    {Fault::interrupt_controller_incomplete, "the interrupt controller lacks registers"},
    {Fault::interrupt_controller_in_memory, "the interrupt controller's registers lie in memory"},
    {Fault::no_timer, "it names no interrupt of the virtual timer"},

    {Fault::archive_missing, "the device tree names none (QEMU passes one with -initrd)"},
    {Fault::archive_range_damaged, "the device tree's start and end of it make no sense"},
    {Fault::archive_outside_memory, "it does not lie in memory"},
    {Fault::archive_overlaps_boot, "it overlaps the boot stage or the device tree"},
    {Fault::archive_not_newc, "there is no cpio header in the form newc"},
    {Fault::archive_truncated, "it is truncated: an entry reaches beyond its end"},
    {Fault::archive_without_trailer, "it is truncated: it does not end in a trailer"},
    {Fault::archive_field_damaged, "a field of a header is no hexadecimal number"},
    {Fault::archive_name_damaged, "an entry's name is empty or has no end"},
    {Fault::entry_missing, "the archive has no such file"},

    {Fault::elf_too_short, "the file is too short for an ELF header"},
    {Fault::elf_not_elf, "it is no ELF file"},
    {Fault::elf_wrong_class, "it is no 64-bit little-endian ELF file"},
    {Fault::elf_foreign_machine, "it is for another machine than aarch64"},
    {Fault::elf_not_executable, "it is not linked to fixed addresses (its type is not ET_EXEC)"},
    {Fault::elf_header_damaged, "its ELF header is damaged"},
    {Fault::elf_headers_outside_file, "its program headers lie outside the file"},
    {Fault::elf_needs_interpreter, "it needs an interpreter (it has a PT_INTERP header)"},
    {Fault::elf_no_segments, "it has no segment to load"},
    {Fault::elf_too_many_segments, "it has too many segments"},
    {Fault::elf_segment_truncated, "a segment reaches beyond the end of the file"},
    {Fault::elf_segment_shrinks, "a segment is smaller in memory than in the file"},
    {Fault::elf_segment_wraps, "a segment's addresses wrap around"},
    {Fault::elf_segment_misaligned, "a segment's address and offset do not fit its alignment"},
    {Fault::elf_segment_writable_and_executable, "a segment is both writable and executable"},
    {Fault::elf_segment_at_zero, "a segment lies in page 0, which is never mapped"},
    {Fault::elf_segment_outside, "a segment lies outside the addresses that it may have"},
    {Fault::elf_segments_overlap, "two segments overlap"},
    {Fault::elf_segments_share_page, "two segments share a page"},
    {Fault::elf_entry_not_executable, "its entry point lies in no executable segment"},

    {Fault::command_line_too_long, "it is too long"},
    {Fault::root_name_empty, "root= names no file"},

    {Fault::too_little_memory, "there is too little memory"},
    {Fault::too_many_pieces, "free memory is too scattered to hold it"},
    {Fault::tables_exhausted, "boot has run out of page tables"},
    {Fault::already_mapped, "two things would be mapped at one address"},
    {Fault::outside_address_space, "it lies above the physical addresses that boot can map"},
    {Fault::device_window_full, "the device registers do not fit into the device window"},
    {Fault::entered_at_el3, "it was entered at EL3, where firmware should be"},
};

constexpr bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < std::size(rows); ++i)
    if (static_cast<std::size_t>(rows[i].fault) != i) return false;
  return true;
}
static_assert(rows_follow_the_enumeration());
static_assert(std::size(rows) == static_cast<std::size_t>(Fault::entered_at_el3) + 1);

}  // namespace

std::string_view sentence(Fault fault) { return rows[static_cast<std::size_t>(fault)].sentence; }

}  // namespace boot
