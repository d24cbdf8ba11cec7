// SPDX-License-Identifier: MIT
// The boot stage from its first C++ instruction to the kernel's first one. machine/entry.S comes
// before: it leaves us at EL1 with the MMU on and only boot's own image mapped.
//
// Each step takes what the steps before it found. Whatever is wrong with the machine or with the
// files ends here, in require(), with one line that names it.
#include <algorithm>
#include <boot/decode/archive.hpp>
#include <boot/decode/tree_salvage.hpp>
#include <boot/inform.hpp>
#include <boot/machine/identity_map.hpp>
#include <boot/machine/processor.hpp>
#include <boot/machine/report.hpp>
#include <boot/machine/symbols.hpp>
#include <boot/memory/contents.hpp>
#include <boot/memory/kernel_space.hpp>

namespace boot {

namespace {

constexpr std::string_view kernel_name = "kernel.elf";
constexpr std::string_view tree_subject = "the device tree";
constexpr std::string_view archive_subject = "the archive";

// Too large for the stack.
constinit Board board;
constinit Notices notices;
constinit MemoryPlan plan;

void require(const Result<void>& result, std::string_view subject) {
  if (!result.ok()) report.stop(subject, result.error());
}

template <class T>
T require(const Result<T>& result, std::string_view subject) {
  if (!result.ok()) report.stop(subject, result.error());
  return *result;
}

std::span<const u8> bytes_at(const u8* begin, u64 size) {
  return {begin, static_cast<std::size_t>(size)};
}

// From here on boot/ can be heard.
void use_serial_port(Range registers) {
  if (map_identity(registers, {.write = true, .device = true}).ok())
    report.use_serial(Serial(registers.begin));
}

// Stops for a tree so damaged that it names no serial port by the rules: one that its bytes look
// like is better than silence.
[[noreturn]] void stop_for_tree(std::span<const u8> bytes, Fault fault, std::string_view detail) {
  if (!board.serial.found) {
    const std::optional<u64> address = salvage_serial(bytes);
    if (address) use_serial_port({*address, *address + base::page_size});
  }
  report.stop(tree_subject, fault, detail);
}

// The length of a tree whose header is damaged is not known. It lies in one or two blocks of 2 MiB
// that are memory, as the boot protocol has it; the first of them is looked at.
[[noreturn]] void stop_for_header(Range header, Fault fault) {
  constexpr u64 block = 2 * base::mib;
  constexpr u64 enough = 64 * base::kib;
  const u64 end = std::min(header.begin + enough, base::align_down(header.begin, block) + block);
  const Range rest{header.outer_pages().end, end};
  const bool readable = rest.empty() || map_identity(rest, {}).ok();
  const u64 size = (readable ? std::max(end, header.end) : header.end) - header.begin;
  stop_for_tree(bytes_at(reinterpret_cast<const u8*>(header.begin), size), fault, {});
}

// Maps and measures the device tree: first its header, which says how long it is.
Range map_device_tree(u64 address) {
  if (address == 0) report.stop({}, Fault::tree_missing);
  if (!base::is_aligned(address, 8)) report.stop(tree_subject, Fault::tree_misaligned);
  const auto header = Range::from(address, tree_header_size);
  if (!header) report.stop(tree_subject, Fault::outside_address_space);
  if (header->outer_pages().overlaps(image_pages()))
    report.stop(tree_subject, Fault::tree_overlaps_boot);
  require(map_identity(*header, {}), tree_subject);
  const Result<u32> size = check_tree_header(reinterpret_cast<const u8*>(address));
  if (!size.ok()) stop_for_header(*header, size.error());
  const auto tree = Range::from(address, *size);
  if (!tree) report.stop(tree_subject, Fault::outside_address_space);
  if (tree->outer_pages().overlaps(image_pages()))
    report.stop(tree_subject, Fault::tree_overlaps_boot);
  require(map_identity({header->outer_pages().end, tree->outer_pages().end}, {}), tree_subject);
  return *tree;
}

void read_device_tree(Range tree) {
  const auto bytes = bytes_at(reinterpret_cast<const u8*>(tree.begin), tree.size());
  const Result<void> result = read_board(bytes, board, notices);
  if (board.serial.found) use_serial_port(board.serial.registers);
  report.use_power_conduit(board.power_conduit);
  if (result.ok()) return;
  base::Text detail;
  detail << "at byte " << board.culprit_offset;
  if (!board.culprit.empty()) detail << ", in or after node " << board.culprit;
  stop_for_tree(bytes, result.error(), detail.view());
}

// Pages from the pool for tables, zeroed, and reachable at their physical address plus `offset`.
Range take_tables(u64 count, u64 offset) {
  const Range pages = require(plan.pool.take(count * base::page_size), "page tables");
  if (offset == 0) require(map_identity(pages, {.write = true}), "page tables");
  FastBytes{}.zero(reinterpret_cast<u8*>(pages.begin + offset), pages.size());
  return pages;
}

// The window over all memory, and the registers that the kernel uses; then both are switched on.
KernelSpace make_kernel_space() {
  KernelSpace space(take_tables(KernelSpace::tables_needed(plan.window), 0), 0);
  for (const Range& range : plan.window) require(space.map_memory(range), "the memory window");
  return space;
}

DeviceAddresses map_devices(KernelSpace& space) {
  constexpr std::string_view subject = "the kernel's devices";
  const InterruptControllerBoard& controller = board.interrupt_controller;
  DeviceAddresses devices;
  devices.distributor = require(space.map_device(controller.distributor), subject);
  if (controller.kind == abi::InterruptController::gic_v3)
    devices.redistributors = require(space.map_device(controller.redistributors), subject);
  else
    devices.cpu_interface = require(space.map_device(controller.cpu_interface), subject);
  if (board.serial.found) devices.serial = require(space.map_device(board.serial.registers), subject);
  return devices;
}

void switch_on(KernelSpace& space, const DeviceAddresses& devices) {
  use_kernel_tables(space.root());
  space.continue_in_window();
  require(plan.pool.give(space.replace_supply({})), "page tables");
  if (board.serial.found) report.use_serial(Serial(devices.serial.value()));
}

struct Files {
  std::span<const u8> kernel;
  std::span<const u8> root;
};

Files find_programs(Range archive, std::string_view root_name) {
  const std::string_view names[] = {kernel_name, root_name};
  std::span<const u8> found[2];
  u64 position = 0;
  const auto files = bytes_at(in_window<u8>(archive.begin), archive.size());
  const Result<void> result = find_files(files, names, found, position);
  base::Text detail;
  detail << "at byte " << position << " of " << archive.size();
  if (!result.ok()) report.stop(archive_subject, result.error(), detail.view());
  require(check_end(files), archive_subject);
  for (std::size_t i = 0; i < 2; ++i)
    if (found[i].data() == nullptr) report.stop(names[i], Fault::entry_missing);
  return {.kernel = found[0], .root = found[1]};
}

// Puts a program into fresh pages.
Pieces load(const Program& program, std::string_view name) {
  Pieces pieces;
  require(place(program, plan.pool, pieces), name);
  for (const Piece& piece : pieces) {
    u8* memory = in_window<u8>(piece.pages.begin);
    fill(piece, memory, FastBytes{});
    if (piece.segment->executable) publish_code(memory, piece.pages.size());
  }
  return pieces;
}

void map_kernel(KernelSpace& space, const Pieces& pieces) {
  u64 tables = 0;
  for (const Piece& piece : pieces) tables += tables_for(piece.pages.size(), false);
  space.replace_supply(take_tables(tables, abi::layout::physical_window));
  for (const Piece& piece : pieces)
    require(space.map_kernel(base::VirtAddr{piece.address}, piece.pages, piece.segment->writable,
                             piece.segment->executable),
            kernel_name);
  require(plan.pool.give(space.replace_supply({})), "page tables");
}

u64 kib_of(const Pieces& pieces) {
  u64 sum = 0;
  for (const Piece& piece : pieces) sum += piece.pages.size();
  return sum / base::kib;
}

// The smallest range that holds the kernel's pages and tables.
Range hull(base::PhysAddr root_table, const Pieces& pieces) {
  Range all{root_table.value(), root_table.value() + base::page_size};
  for (const Piece& piece : pieces) {
    all.begin = std::min(all.begin, piece.pages.begin);
    all.end = std::max(all.end, piece.pages.end);
  }
  return all;
}

void say_what_was_found(Range archive) {
  base::Text line;
  const u64 processors = board.cpus.count;
  line << plan.memory.total() / base::mib << " MiB of memory, " << processors
       << (processors == 1 ? " processor, GICv" : " processors, GICv")
       << static_cast<u64>(board.interrupt_controller.kind) << ", " << board.devices.count
       << " devices, an archive of " << archive.size() / base::kib << " KiB";
  report.info(line.view());
}

void say_what_was_loaded(const Pieces& kernel, std::string_view root_name, const Pieces& root) {
  base::Text line;
  line << kernel_name << " takes " << kib_of(kernel) << " KiB, ";
  write_safely(line, root_name);
  line << " takes " << kib_of(root) << " KiB, " << plan.pool.ranges().total() / base::mib
       << " MiB are free";
  report.info(line.view());
}

abi::BootInfo& make_boot_info() {
  constexpr u64 size = abi::boot_info_pages * base::page_size;
  const Range pages = require(plan.pool.take(size), "BootInfo");
  FastBytes{}.zero(in_window<u8>(pages.begin), size);
  return *in_window<abi::BootInfo>(pages.begin);
}

}  // namespace

extern "C" [[noreturn]] void boot_main(u64 tree_address, u64 exception_level);

extern "C" void boot_main(u64 tree_address, u64 exception_level) {
  const Range tree = map_device_tree(tree_address);
  read_device_tree(tree);
  if (exception_level == 3) report.stop({}, Fault::entered_at_el3);
  const CommandLine line =
      require(read_command_line(board.command_line, notices), "the command line");
  report.set_log_level(line.log_level);

  const Range archive = require(archive_range(board), archive_subject);
  require(plan_memory(board, {image_pages(), tree, archive}, plan, notices), archive_subject);
  KernelSpace space = make_kernel_space();
  const DeviceAddresses devices = map_devices(space);
  switch_on(space, devices);
  say_what_was_found(archive);
  report.warn(notices);

  const Files files = find_programs(archive, line.root);
  const Program kernel = require(read_elf(files.kernel, kernel_rules), kernel_name);
  const Program root = require(read_elf(files.root, root_rules), line.root);
  const Pieces kernel_pieces = load(kernel, kernel_name);
  map_kernel(space, kernel_pieces);
  const Pieces root_pieces = load(root, line.root);

  abi::BootInfo& info = make_boot_info();
  inform({.board = board,
          .plan = plan,
          .command_line = line,
          .devices = devices,
          .root = root_pieces,
          .root_entry = root.entry,
          .archive = archive,
          .kernel = hull(space.root(), kernel_pieces),
          .this_processor = this_processor()},
         info, notices);
  for (const Range& range : plan.boot_only) require(plan.pool.give(range), "free memory");
  inform_of_free_memory(plan.pool, info, notices);
  report.warn(notices);
  say_what_was_loaded(kernel_pieces, line.root, root_pieces);
  enter_kernel(kernel.entry, address_of(&info));
}

}  // namespace boot
