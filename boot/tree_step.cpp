// SPDX-License-Identifier: MIT
#include <algorithm>
#include <boot/decode/tree_salvage.hpp>
#include <boot/machine/identity_map.hpp>
#include <boot/machine/symbols.hpp>
#include <boot/tree_step.hpp>

namespace boot {

namespace {

constexpr std::string_view subject = "the device tree";

const u8* pointer_to(u64 address) { return reinterpret_cast<const u8*>(address); }

// From here on boot/ can be heard.
void use_serial_port(Range registers) {
  if (map_identity(registers, {.write = true, .device = true}).ok())
    report.use_serial(Serial(registers.begin));
}

// Stops for a damaged tree. If it does not name a serial port by the rules, one that its bytes look
// like is better than silence.
[[noreturn]] void stop(const Board& board, std::span<const u8> tree, Fault fault,
                       std::string_view detail = {}) {
  if (board.power_conduit == abi::PowerConduit::none)
    report.use_power_conduit(salvage_power_conduit(tree));
  if (!board.serial.found) {
    const std::optional<u64> address = salvage_serial(tree);
    if (address) use_serial_port({*address, *address + base::page_size});
  }
  report.stop(subject, fault, detail);
}

// How much can be looked at of a tree whose length is not known. By the boot protocol it lies in
// blocks of 2 MiB that are memory; `header` is mapped already.
u64 readable_size(Range header) {
  constexpr u64 block = 2 * base::mib;
  constexpr u64 enough = 64 * base::kib;
  const u64 end = std::min(header.begin + enough, base::align_down(header.begin, block) + block);
  const Range rest{header.outer_pages().end, end};
  if (rest.empty() || !map_identity(rest, {}).ok()) return header.size();
  return rest.end - header.begin;
}

// A part of the tree that would be boot's own image is no tree.
Range range_of_tree(u64 address, u64 size) {
  const std::optional<Range> range = Range::from(address, size);
  if (!range) report.stop(subject, Fault::outside_address_space);
  if (range->outer_pages().overlaps(image_pages())) report.stop(subject, Fault::tree_overlaps_boot);
  return *range;
}

// Maps the tree: first its header, which says how long it is.
Range map_tree(u64 address, const Board& board) {
  if (address == 0) report.stop({}, Fault::tree_missing);
  const Range header = range_of_tree(address, tree_header_size);
  require(map_identity(header, {}), subject);
  const Result<u32> size = base::is_aligned(address, 8) ? check_tree_header(pointer_to(address))
                                                        : Fault::tree_misaligned;
  if (!size.ok()) stop(board, bytes_at(pointer_to(address), readable_size(header)), size.error());
  const Range tree = range_of_tree(address, *size);
  require(map_identity({header.outer_pages().end, tree.outer_pages().end}, {}), subject);
  return tree;
}

}  // namespace

Range read_device_tree(u64 address, Stage& stage) {
  Board& board = stage.board;
  const Range tree = map_tree(address, board);
  const std::span<const u8> bytes = bytes_at(pointer_to(address), tree.size());
  const Result<void> result = read_board(bytes, board, stage.notices);
  if (board.serial.found) use_serial_port(board.serial.registers);
  report.use_power_conduit(board.power_conduit);
  if (result.ok()) return tree;

  base::Text where;
  if (!board.culprit.empty())
    where << "at byte " << board.culprit_offset << ", in or after node " << board.culprit;
  stop(board, bytes, result.error(), where.view());
}

}  // namespace boot
