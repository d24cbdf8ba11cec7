// SPDX-License-Identifier: MIT
#include <boot/machine/identity_map.hpp>
#include <boot/machine/processor.hpp>
#include <boot/memory_step.hpp>

namespace boot {

namespace {

constexpr std::string_view tables_subject = "the kernel's page tables";
constexpr std::string_view devices_subject = "the kernel's devices";

// The first tables, before there is a window: reached at their physical addresses.
Range take_first_tables(Stage& stage) {
  const u64 size = KernelSpace::tables_needed(stage.plan.window) * base::page_size;
  const Range pages = require(stage.plan.pool.take(size), tables_subject);
  require(map_identity(pages, {.write = true}), tables_subject);
  FastBytes{}.zero(reinterpret_cast<u8*>(pages.begin), pages.size());
  return pages;
}

DeviceAddresses map_devices(KernelSpace& space, const Board& board) {
  const InterruptControllerBoard& controller = board.interrupt_controller;
  const auto map = [&space](Range registers) {
    if (registers.empty()) return base::VirtAddr{};
    return require(space.map_device(registers), devices_subject);
  };
  // In the order that abi/layout.hpp promises.
  DeviceAddresses devices;
  devices.distributor = map(controller.distributor);
  devices.cpu_interface = map(controller.cpu_interface);
  devices.redistributors = map(controller.redistributors);
  devices.serial = map(board.serial.registers);
  return devices;
}

}  // namespace

UpperHalf make_upper_half(const Occupied& occupied, Stage& stage) {
  MemoryPlan& plan = stage.plan;
  require(plan_memory(stage.board, occupied, plan, stage.notices), "memory");
  UpperHalf upper{.space = KernelSpace(take_first_tables(stage), 0), .devices = {}};
  for (const Range& range : plan.window) require(upper.space.map_memory(range), tables_subject);
  upper.devices = map_devices(upper.space, stage.board);

  use_kernel_tables(upper.space.root());
  upper.space.continue_in_window();
  require(plan.pool.give(upper.space.replace_supply({})), tables_subject);
  if (stage.board.serial.found) report.use_serial(Serial(upper.devices.serial.value()));
  return upper;
}

Range take_tables(u64 count, Stage& stage) {
  const Range pages = require(stage.plan.pool.take(count * base::page_size), tables_subject);
  FastBytes{}.zero(in_window<u8>(pages.begin), pages.size());
  return pages;
}

}  // namespace boot
