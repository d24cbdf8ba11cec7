// SPDX-License-Identifier: MIT
// The boot stage from its first C++ instruction to the kernel's first one. machine/entry.S comes
// before: it leaves us at EL1 with the MMU on and only boot's own image mapped.
//
// Each step takes what the steps before it found. Whatever is wrong with the machine or with the
// files ends within a step, with one line that names it.
#include <boot/machine/processor.hpp>
#include <boot/machine/symbols.hpp>
#include <boot/program_step.hpp>
#include <boot/say.hpp>
#include <boot/tree_step.hpp>

namespace boot {

namespace {

constinit Stage stage;

// What the kernel and its tables take, with the little that may lie between.
Range kernel_range(const Pieces& pieces, Range tables) {
  for (const Piece& piece : pieces) tables = hull(tables, piece.pages);
  return tables;
}

abi::BootInfo& make_boot_info() {
  constexpr u64 size = abi::boot_info_pages * base::page_size;
  const Range pages = require(stage.plan.pool.take(size), "BootInfo");
  FastBytes{}.zero(in_window<u8>(pages.begin), size);
  return *in_window<abi::BootInfo>(pages.begin);
}

// Whatever boot/ alone needed is free for the kernel, which leaves it behind with its first step.
void give_back() {
  for (const Range& range : stage.plan.boot_only)
    require(stage.plan.pool.give(range), "the free memory");
}

}  // namespace

extern "C" [[noreturn]] void boot_main(u64 tree_address, u64 exception_level);

extern "C" void boot_main(u64 tree_address, u64 exception_level) {
  const Range tree = read_device_tree(tree_address, stage);
  if (exception_level == 3) {
    report.use_power_conduit(abi::PowerConduit::none);
    report.stop("the boot stage", Fault::entered_at_el3);
  }
  const CommandLine line =
      require(read_command_line(stage.board.command_line, stage.notices), "the command line");
  report.set_log_level(line.log_level);

  const Range archive = require(archive_range(stage.board), "the archive");
  UpperHalf upper = make_upper_half({image_pages(), tree, archive}, stage);
  say_what_was_found(stage, archive);
  report.warn(stage.notices);

  const Programs programs = find_programs(archive, line.root);
  const Pieces kernel = load_kernel(programs.kernel, upper.space, stage);
  const Pieces root = load(programs.root, line.root, stage);
  say_what_was_loaded(kernel_name, programs.kernel.entry, kernel);
  say_what_was_loaded(line.root, programs.root.entry, root);
  abi::BootInfo& info = make_boot_info();
  inform({.board = stage.board,
          .plan = stage.plan,
          .command_line = line,
          .devices = upper.devices,
          .root = root,
          .root_entry = programs.root.entry,
          .archive = archive,
          .kernel = kernel_range(kernel, upper.space.used_tables()),
          .this_processor = this_processor()},
         info, stage.notices);
  give_back();
  inform_of_free_memory(stage.plan.pool, info, stage.notices);
  report.warn(stage.notices);
  say_what_is_free(stage.plan.pool);
  enter_kernel(programs.kernel.entry, address_of(&info));
}

}  // namespace boot
