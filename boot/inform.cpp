// SPDX-License-Identifier: MIT
#include <abi/object.hpp>
#include <boot/inform.hpp>

namespace boot {

namespace {

abi::MemoryRange to_abi(Range range) { return {.base = range.begin, .size = range.size()}; }

void inform_of_machine(const Findings& findings, abi::Machine& machine) {
  const Board& board = findings.board;
  machine.interrupt_controller = board.interrupt_controller.kind;
  machine.distributor_virtual = findings.devices.distributor.value();
  machine.cpu_interface_virtual = findings.devices.cpu_interface.value();
  machine.redistributor_virtual = findings.devices.redistributors.value();
  machine.redistributor_size = board.interrupt_controller.redistributors.size();
  machine.serial_virtual = findings.devices.serial.value();
  machine.serial_physical = board.serial.registers.begin;
  machine.serial_interrupt = board.serial.interrupt;
  machine.timer_interrupt = board.timer_interrupt;
  machine.power_conduit = board.power_conduit;
  machine.exit_device = findings.command_line.exit_device;
  machine.log_level = findings.command_line.log_level;
}

// This processor first, whatever the device tree's order.
void inform_of_processors(const Findings& findings, abi::BootInfo& info, Notices& notices) {
  bool listed = false;
  (void)info.cpus.push(findings.this_processor);
  for (const u64 affinity : findings.board.cpus) {
    if (affinity == findings.this_processor)
      listed = true;
    else if (!info.cpus.push(affinity))
      notices.add_once(Warning::processors_dropped);
  }
  if (!listed) notices.add(Warning::this_processor_unlisted);
}

void inform_of_image(const Findings& findings, abi::BootInfo& info) {
  for (const Piece& piece : findings.root) {
    abi::Rights rights = abi::frame_right::read;
    if (piece.segment->writable) rights = rights | abi::frame_right::write;
    if (piece.segment->executable) rights = rights | abi::frame_right::execute;
    // There is room: both lists have the same capacity.
    (void)info.image.push({.virtual_address = piece.address,
                           .physical_address = piece.pages.begin,
                           .size = piece.pages.size(),
                           .rights = rights.bits});
  }
  info.image_entry_virtual = findings.root_entry;
}

void inform_of_command_line(const Findings& findings, abi::BootInfo& info) {
  // read_command_line() has checked the length.
  const std::string_view text = findings.board.command_line;
  info.command_line_size = text.copy(info.command_line, sizeof info.command_line);
  info.arguments_offset = findings.command_line.arguments_offset;
}

}  // namespace

void inform(const Findings& findings, abi::BootInfo& info, Notices& notices) {
  info.magic = abi::boot_info_magic;
  info.version = abi::boot_info_version;
  info.total_size = sizeof info;
  inform_of_machine(findings, info.machine);
  inform_of_processors(findings, info, notices);
  inform_of_image(findings, info);
  inform_of_command_line(findings, info);
  info.archive = to_abi(findings.archive);
  info.kernel_image = to_abi(findings.kernel);
  info.devices = findings.board.devices;
  for (const Range& range : findings.plan.memory)
    if (!info.memory.push(to_abi(range))) notices.add_once(Warning::memory_ranges_dropped);
  for (const Range& range : findings.board.device_pages)
    if (!info.device_ranges.push(to_abi(range))) notices.add_once(Warning::device_ranges_dropped);
}

void inform_of_free_memory(const PagePool& pool, abi::BootInfo& info, Notices& notices) {
  // The smallest go where there are too many: `threshold` is the size that few enough exceed.
  u64 threshold = 0;
  const auto larger = [&](u64 size) {
    u64 count = 0;
    for (const Range& range : pool.ranges()) count += range.size() > size ? 1 : 0;
    return count;
  };
  while (larger(threshold) > abi::max_free_ranges) threshold = threshold * 2 + base::page_size;
  for (const Range& range : pool.ranges())
    if (range.size() > threshold) (void)info.free.push(to_abi(range));
  if (threshold != 0) notices.add(Warning::free_ranges_dropped);
}

}  // namespace boot
