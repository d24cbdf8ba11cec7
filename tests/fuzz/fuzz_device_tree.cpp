// SPDX-License-Identifier: MIT
// Device trees of any bytes, as boot/ takes them: header, tree, and then the plan for memory.
#include <algorithm>
#include <boot/decode/tree_salvage.hpp>
#include <boot/memory/memory_plan.hpp>
#include <memory>

namespace {

// As in boot/: there is one of each, and none fits a stack.
struct Machine {
  boot::Board board;
  boot::Notices notices;
  boot::MemoryPlan plan;
};

void require(bool promise) {
  if (!promise) __builtin_trap();
}

void check(const Machine& machine) {
  const auto& controller = machine.board.interrupt_controller;
  for (const boot::Range& pages : machine.board.device_pages) {
    require(!pages.overlaps(controller.distributor.outer_pages()));
    require(!pages.overlaps(controller.cpu_interface.outer_pages()));
    require(!pages.overlaps(controller.redistributors.outer_pages()));
    require(!machine.board.memory.overlaps(pages));
  }
  require(!machine.board.memory.empty() && controller.found);
}

void plan(Machine& machine) {
  const auto archive = archive_range(machine.board);
  if (!archive.ok()) return;
  const boot::Occupied occupied{
      .image = {0x4020'0000, 0x4024'0000}, .tree = {0x4a00'0000, 0x4a01'0000}, .archive = *archive};
  if (!plan_memory(machine.board, occupied, machine.plan, machine.notices).ok()) return;
  for (const boot::Range& range : machine.plan.pool.ranges()) {
    require(!range.overlaps(occupied.image) && !range.overlaps(occupied.tree));
    require(!range.overlaps(occupied.archive) && !machine.board.reserved.overlaps(range));
    require(machine.plan.window.contains(range));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  // libFuzzer's data may lie anywhere; a tree lies at a multiple of 8.
  const auto copy = std::make_unique<base::u8[]>(size);
  std::copy(data, data + size, copy.get());
  (void)boot::salvage_serial({copy.get(), size});
  (void)boot::salvage_power_conduit({copy.get(), size});
  if (size < boot::tree_header_size) return 0;
  const auto total = boot::check_tree_header(copy.get());
  if (!total.ok() || *total > size) return 0;
  const auto machine = std::make_unique<Machine>();
  if (!boot::read_board({copy.get(), *total}, machine->board, machine->notices).ok()) return 0;
  check(*machine);
  plan(*machine);
  return 0;
}
