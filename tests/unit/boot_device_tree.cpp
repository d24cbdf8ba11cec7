// SPDX-License-Identifier: MIT
// Device trees in order, and each way in which one can be wrong.
#include <boot_tree.hpp>
#include <gtest/gtest.h>

namespace {

using boot::Fault;
using boot::Range;
using boot::Warning;
using boot_test::read;
using boot_test::TreeWriter;
using boot_test::u32;
using boot_test::u64;
using boot_test::usual_tree;

TEST(BootDeviceTree, OfQemusVirtWithGicV2) {
  const auto result = read(boot_test::data_file("virt-gicv2.dtb"));
  ASSERT_EQ(result->fault, Fault::none);
  const boot::Board& board = result->board;
  ASSERT_EQ(board.memory.size(), 1U);
  EXPECT_EQ(board.memory[0], (Range{0x4000'0000, 0x8000'0000}));
  EXPECT_EQ(board.interrupt_controller.kind, abi::InterruptController::gic_v2);
  EXPECT_EQ(board.interrupt_controller.distributor, (Range{0x800'0000, 0x801'0000}));
  EXPECT_EQ(board.interrupt_controller.cpu_interface, (Range{0x801'0000, 0x802'0000}));
  EXPECT_EQ(board.serial.registers, (Range{0x900'0000, 0x900'1000}));
  EXPECT_EQ(board.serial.interrupt, 33U);
  EXPECT_EQ(board.timer_interrupt, 27U);
  EXPECT_EQ(board.power_conduit, abi::PowerConduit::hvc);
  EXPECT_EQ(board.cpus.count, 1U);
  EXPECT_EQ(board.command_line, "log=info -- one two");
  EXPECT_EQ(board.archive_begin, 0x4800'0000U);
  EXPECT_EQ(board.devices.count, 38U);
  EXPECT_EQ(result->notices.items.count, 0U);
  EXPECT_EQ(broken_promise(*result), "");
}

TEST(BootDeviceTree, OfQemusVirtWithGicV3AndEightProcessors) {
  const auto result = read(boot_test::data_file("virt-gicv3-8-cpus.dtb"));
  ASSERT_EQ(result->fault, Fault::none);
  const boot::Board& board = result->board;
  EXPECT_EQ(board.memory.total(), u64{8} << 30);
  EXPECT_EQ(board.interrupt_controller.kind, abi::InterruptController::gic_v3);
  EXPECT_EQ(board.interrupt_controller.redistributors, (Range{0x80a'0000, 0x900'0000}));
  EXPECT_TRUE(board.interrupt_controller.cpu_interface.empty());
  EXPECT_EQ(board.power_conduit, abi::PowerConduit::smc);
  EXPECT_EQ(board.cpus.count, 8U);
  EXPECT_EQ(broken_promise(*result), "");
}

TEST(BootDeviceTree, OfAMachineWithSecureDevicesLeavesThemOut) {
  const auto result = read(boot_test::data_file("virt-secure.dtb"));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.serial.registers.begin, 0x900'0000U);
  EXPECT_EQ(result->board.memory.total(), u64{512} << 20);
  for (const abi::Device& device : result->board.devices) EXPECT_NE(device.base, 0x904'0000U);
}

TEST(BootDeviceTree, OfMoreProcessorsThanThereIsRoomForIsAWarning) {
  const auto result = read(boot_test::data_file("virt-140-cpus.dtb"));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.cpus.count, abi::max_cpus);
  EXPECT_TRUE(has_warning(*result, Warning::processors_dropped));
  EXPECT_TRUE(has_warning(*result, Warning::redistributors_dropped));
}

TEST(BootDeviceTree, OfAQuiteDifferentBoard) {
  const auto result = read(boot_test::data_file("versal-virt.dtb"));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.memory[0], (Range{0, 0x8000'0000}));
  EXPECT_EQ(result->board.serial.registers.begin, 0xff00'0000U);
  EXPECT_EQ(result->board.interrupt_controller.distributor.begin, 0xf900'0000U);
  EXPECT_EQ(broken_promise(*result), "");
}

TEST(BootDeviceTree, MayGiveAddressesOneCell) {
  TreeWriter tree;
  tree.begin("").cells("#address-cells", {1}).cells("#size-cells", {1});
  tree.cells("interrupt-parent", {1});
  tree.begin("memory@0").text("device_type", "memory").cells("reg", {0x1000, 0x20'0000}).end();
  tree.begin("gic").text("compatible", "arm,gic-400").cells("phandle", {1});
  tree.cells("reg", {0xf000'0000, 0x1000, 0xf000'2000, 0x2000}).end();
  boot_test::write_timer(tree);
  const auto result = read(tree.end().finish());
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.memory[0], (Range{0x1000, 0x20'1000}));
  EXPECT_EQ(result->board.interrupt_controller.cpu_interface, (Range{0xf000'2000, 0xf000'4000}));
  EXPECT_FALSE(result->board.serial.found);
  EXPECT_TRUE(has_warning(*result, Warning::no_serial_port));
  EXPECT_TRUE(has_warning(*result, Warning::no_power_off));
}

TEST(BootDeviceTree, AddsUpSeveralNodesAndRangesOfMemory) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("memory@80000000").text("device_type", "memory");
    // One that touches the usual one, one apart, one of no size.
    tree.cells("reg", {0, 0x8000'0000, 0, 0x1000'0000, 8, 0, 1, 0, 9, 0, 0, 0}).end();
  }));
  ASSERT_EQ(result->fault, Fault::none);
  ASSERT_EQ(result->board.memory.size(), 2U);
  EXPECT_EQ(result->board.memory[0], (Range{0x4000'0000, 0x9000'0000}));
  EXPECT_EQ(result->board.memory[1], (Range{0x8'0000'0000, 0x9'0000'0000}));
}

TEST(BootDeviceTree, LosesNoPageWhereTwoRangesMeetInIt) {
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  boot_test::write_memory(tree, 0x4000'0000, 0x1800);
  boot_test::write_memory(tree, 0x4000'1800, 0x1800);
  boot_test::write_gic_v2(tree);
  boot_test::write_timer(tree);
  const auto result = read(tree.end().finish());
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.memory.total(), 0x3000U);
}

TEST(BootDeviceTree, KeepsReservedMemoryOfBothKinds) {
  TreeWriter tree;
  tree.reserve(0x4100'0800, 0x1000).begin("");
  boot_test::write_root_cells(tree);
  boot_test::write_memory(tree, 0x4000'0000, 0x4000'0000);
  boot_test::write_gic_v2(tree);
  boot_test::write_timer(tree);
  tree.begin("reserved-memory").cells("#address-cells", {2}).cells("#size-cells", {2});
  tree.flag("ranges");
  tree.begin("firmware").cells("reg", {0, 0x4200'0000, 0, 0x1000}).flag("no-map").end();
  tree.begin("buffer").cells("reg", {0, 0x4300'0000, 0, 0x1000, 0, 0x4400'0000, 0, 1}).end();
  tree.begin("anywhere").cells("size", {0, 0x1000}).end();
  const auto result = read(tree.end().end().finish());
  ASSERT_EQ(result->fault, Fault::none);
  const boot::Board& board = result->board;
  EXPECT_TRUE(board.reserved.contains({0x4100'0000, 0x4100'2000}));
  EXPECT_TRUE(board.reserved.contains({0x4200'0000, 0x4200'1000}));
  EXPECT_TRUE(board.reserved.contains({0x4300'0000, 0x4300'1000}));
  EXPECT_TRUE(board.reserved.contains({0x4400'0000, 0x4400'1000}));
  ASSERT_EQ(board.no_map.size(), 1U);
  EXPECT_EQ(board.no_map[0], (Range{0x4200'0000, 0x4200'1000}));
}

TEST(BootDeviceTree, GivesTheArchiveInOneCellOrTwo) {
  const auto one = read(usual_tree([](TreeWriter& tree) {
    tree.begin("chosen").cells("linux,initrd-start", {0x4800'0000});
    tree.cells("linux,initrd-end", {0x4900'0000}).end();
  }));
  EXPECT_EQ(one->board.archive_begin, 0x4800'0000U);
  EXPECT_EQ(one->board.archive_end, 0x4900'0000U);
  const auto two = read(usual_tree([](TreeWriter& tree) {
    tree.begin("chosen").cells("linux,initrd-start", {1, 0x4800'0000});
    tree.cells("linux,initrd-end", {1, 0x4900'0000}).end();
  }));
  EXPECT_EQ(two->board.archive_begin, 0x1'4800'0000U);
  const auto none = read(usual_tree());
  EXPECT_FALSE(none->board.archive_begin);
}

TEST(BootDeviceTree, WithADamagedPlaceOfTheArchiveIsRefused) {
  const auto no_end = read(usual_tree([](TreeWriter& tree) {
    tree.begin("chosen").cells("linux,initrd-start", {0x4800'0000}).end();
  }));
  EXPECT_EQ(no_end->fault, Fault::archive_range_damaged);
  const auto three_cells = read(usual_tree([](TreeWriter& tree) {
    tree.begin("chosen").cells("linux,initrd-start", {0, 0, 1});
    tree.cells("linux,initrd-end", {0, 0, 2}).end();
  }));
  EXPECT_EQ(three_cells->fault, Fault::archive_range_damaged);
}

TEST(BootDeviceTree, TranslatesAddressesThroughBuses) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("soc").text("compatible", "simple-bus");
    tree.cells("#address-cells", {1}).cells("#size-cells", {1});
    tree.cells("ranges", {0, 0, 0x1000'0000, 0x10'0000, 0x10'0000, 1, 0, 0x10'0000});
    tree.begin("a@1000").text("compatible", "vendor,a").cells("reg", {0x1000, 0x100});
    tree.cells("interrupts", {0, 5, 1}).end();
    tree.begin("b@101000").text("compatible", "vendor,b").cells("reg", {0x10'1000, 0x100}).end();
    tree.begin("inner").text("compatible", "simple-bus").flag("ranges");
    tree.cells("#address-cells", {1}).cells("#size-cells", {1});
    tree.begin("c@2000").text("compatible", "vendor,c").cells("reg", {0x2000, 0x100}).end();
    tree.end();
    tree.begin("outside@300000").text("compatible", "vendor,d").cells("reg", {0x30'0000, 16}).end();
    tree.end();
  }));
  ASSERT_EQ(result->fault, Fault::none);
  const auto& devices = result->board.devices;
  ASSERT_EQ(devices.count, 4U);  // with the serial port
  EXPECT_EQ(devices.items[1].base, 0x1000'1000U);
  EXPECT_EQ(devices.items[1].interrupt, 37U);
  EXPECT_EQ(devices.items[1].trigger, 1U);
  EXPECT_EQ(devices.items[2].base, 0x1'0000'1000U);
  EXPECT_EQ(devices.items[3].base, 0x1000'2000U);
  EXPECT_TRUE(has_warning(*result, Warning::device_registers_damaged));
}

TEST(BootDeviceTree, ListsNoDeviceBehindABusThatIsNotTransparent) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("i2c@a000000").text("compatible", "vendor,i2c").cells("reg", {0, 0xa00'0000, 0, 16});
    tree.cells("#address-cells", {1}).cells("#size-cells", {0});
    tree.begin("clock@68").text("compatible", "vendor,rtc").cells("reg", {0x68}).end();
    tree.end();
  }));
  EXPECT_EQ(result->board.devices.count, 2U);
}

TEST(BootDeviceTree, MergesTheRegistersOfDevicesToWholePages) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    for (u32 i = 0; i < 16; ++i)
      tree.device("virtio_mmio@" + std::to_string(i), "virtio,mmio", 0xa00'0000 + i * 0x200, 0x200);
    tree.device("beside_the_gic@8020000", "vendor,a", 0x801'f000, 0x2000);
    tree.device("in_memory@40000000", "vendor,b", 0x4000'0000, 0x1000);
  }));
  ASSERT_EQ(result->fault, Fault::none);
  const auto& pages = result->board.device_pages;
  EXPECT_TRUE(pages.contains({0xa00'0000, 0xa00'2000}));
  EXPECT_FALSE(pages.overlaps({0x800'0000, 0x802'0000}));
  EXPECT_TRUE(pages.contains({0x802'0000, 0x802'1000}));
  EXPECT_FALSE(pages.overlaps({0x4000'0000, 0x8000'0000}));
  EXPECT_TRUE(has_warning(*result, Warning::device_in_memory));
  EXPECT_EQ(broken_promise(*result), "");
}

TEST(BootDeviceTree, WithTooManyDevicesKeepsTheFirstAndWarns) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    for (u32 i = 0; i < 200; ++i)
      tree.device("d@" + std::to_string(i), "vendor,d", 0x1'0000'0000 + i * u64{0x2000}, 0x1000);
  }));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_TRUE(has_warning(*result, Warning::device_ranges_dropped));
  EXPECT_LE(result->board.devices.count, abi::max_devices);
  EXPECT_EQ(broken_promise(*result), "");
}

struct StdoutCase {
  const char* stdout_path;
  u64 chosen;
};

class BootStdout : public testing::TestWithParam<StdoutCase> {};

TEST_P(BootStdout, IsTheSerialPortThatChosenNames) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("soc").text("compatible", "simple-bus").flag("ranges");
    tree.cells("#address-cells", {2}).cells("#size-cells", {2});
    boot_test::write_serial(tree, 0x1000'0000);
    tree.end();
    // Aliases that name each other, or themselves, must not lead anybody in circles.
    tree.begin("aliases").text("serial0", "/soc/pl011@9000000").text("loop", "loop");
    tree.bytes("endless", {reinterpret_cast<const boot_test::u8*>("/soc"), 4}).end();
    tree.begin("chosen").text("stdout-path", GetParam().stdout_path).end();
  }));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.serial.registers.begin, GetParam().chosen);
}

INSTANTIATE_TEST_SUITE_P(All, BootStdout,
                         testing::Values(StdoutCase{"/pl011@9000000", 0x900'0000},
                                         StdoutCase{"/soc/pl011@9000000", 0x1000'0000},
                                         StdoutCase{"/soc/pl011@9000000:115200n8", 0x1000'0000},
                                         StdoutCase{"serial0", 0x1000'0000},
                                         StdoutCase{"serial0:115200", 0x1000'0000},
                                         StdoutCase{"loop", 0x900'0000},
                                         StdoutCase{"endless", 0x900'0000},
                                         StdoutCase{"missing", 0x900'0000},
                                         StdoutCase{"", 0x900'0000}, StdoutCase{":", 0x900'0000}));

TEST(BootDeviceTree, MayNameInterruptsWithTheirController) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("a@a000000").text("compatible", "vendor,a").cells("reg", {0, 0xa00'0000, 0, 16});
    tree.cells("interrupts-extended", {1, 0, 7, 4}).end();
    tree.begin("b@b000000").text("compatible", "vendor,b").cells("reg", {0, 0xb00'0000, 0, 16});
    tree.cells("interrupts-extended", {2, 0, 7, 4}).end();  // another controller
    tree.begin("c@c000000").text("compatible", "vendor,c").cells("reg", {0, 0xc00'0000, 0, 16});
    tree.cells("interrupt-parent", {9}).cells("interrupts", {3}).end();
    tree.begin("d@d000000").text("compatible", "vendor,d").cells("reg", {0, 0xd00'0000, 0, 16});
    tree.cells("interrupts", {0, 1000, 4}).end();  // a number that the GIC does not have
  }));
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.devices.items[1].interrupt, 39U);
  EXPECT_EQ(result->board.devices.items[2].interrupt, 0U);
  EXPECT_EQ(result->board.devices.items[3].interrupt, 0U);
  EXPECT_EQ(result->board.devices.items[4].interrupt, 0U);
}

TEST(BootDeviceTree, MayHaveTimerAndPowerControlFurtherDown) {
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  boot_test::write_memory(tree, 0x4000'0000, 0x1000);
  tree.begin("soc").text("compatible", "simple-bus").flag("ranges");
  tree.cells("#address-cells", {2}).cells("#size-cells", {2});
  boot_test::write_gic_v3(tree);
  boot_test::write_timer(tree);
  tree.end();
  tree.begin("firmware");
  boot_test::write_power(tree, "smc");
  const auto result = read(tree.end().end().finish());
  ASSERT_EQ(result->fault, Fault::none);
  EXPECT_EQ(result->board.timer_interrupt, 27U);
  EXPECT_EQ(result->board.power_conduit, abi::PowerConduit::smc);
  EXPECT_EQ(result->board.interrupt_controller.kind, abi::InterruptController::gic_v3);
}

TEST(BootDeviceTree, WithOnlyTheFirstVersionOfPsciCannotPowerOff) {
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  boot_test::write_memory(tree, 0x4000'0000, 0x1000);
  boot_test::write_gic_v2(tree);
  boot_test::write_timer(tree);
  tree.begin("psci").text("compatible", "arm,psci").text("method", "hvc").end();
  const auto result = read(tree.end().finish());
  EXPECT_EQ(result->board.power_conduit, abi::PowerConduit::none);
  EXPECT_TRUE(has_warning(*result, Warning::no_power_off));
}

// A tree that lacks one of its parts.
Fault without(const char* part) {
  const std::string left_out = part;
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  if (left_out != "memory") boot_test::write_memory(tree, 0x4000'0000, 0x1000'0000);
  if (left_out != "gic") boot_test::write_gic_v2(tree);
  if (left_out != "timer") boot_test::write_timer(tree);
  return read(tree.end().finish())->fault;
}

TEST(BootDeviceTree, WithoutMemoryInterruptControllerOrTimerIsRefused) {
  EXPECT_EQ(without(""), Fault::none);
  EXPECT_EQ(without("memory"), Fault::no_memory);
  EXPECT_EQ(without("gic"), Fault::no_interrupt_controller);
  EXPECT_EQ(without("timer"), Fault::no_timer);
}

Fault with_memory(std::initializer_list<u32> reg) {
  return read(usual_tree([reg](TreeWriter& tree) {
           tree.begin("memory@0").text("device_type", "memory").cells("reg", reg).end();
         }))
      ->fault;
}

TEST(BootDeviceTree, WithSenselessMemoryIsRefused) {
  EXPECT_EQ(with_memory({0, 0, 0}), Fault::tree_registers_damaged);
  EXPECT_EQ(with_memory({0xffff'ffff, 0xffff'f000, 0, 0x2000}), Fault::range_wraps);
  EXPECT_EQ(with_memory({0, 0, 0xffff'ffff, 0xffff'ffff}), Fault::range_wraps);
  EXPECT_EQ(with_memory({0x1'0000, 0, 0, 0x1000}), Fault::range_wraps);
}

TEST(BootDeviceTree, WithTooManyRangesOfMemoryIsRefused) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    for (u32 i = 0; i < 100; ++i) boot_test::write_memory(tree, 0x1'0000'0000 + i * 0x2000, 0x1000);
  }));
  EXPECT_EQ(result->fault, Fault::tree_too_many_ranges);
}

TEST(BootDeviceTree, WithCellsThatNobodyHasIsRefused) {
  TreeWriter tree;
  tree.begin("").cells("#address-cells", {3}).cells("#size-cells", {2});
  boot_test::write_memory(tree, 0x4000'0000, 0x1000);
  EXPECT_EQ(read(tree.end().finish())->fault, Fault::tree_cells_unsupported);
}

TEST(BootDeviceTree, WithAnInterruptControllerInMemoryIsRefused) {
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  boot_test::write_memory(tree, 0x800'0000, 0x1000'0000);
  boot_test::write_gic_v2(tree);
  boot_test::write_timer(tree);
  EXPECT_EQ(read(tree.end().finish())->fault, Fault::interrupt_controller_in_memory);
}

TEST(BootDeviceTree, WithAnInterruptControllerOfOneRangeIsRefused) {
  TreeWriter tree;
  tree.begin("");
  boot_test::write_root_cells(tree);
  tree.begin("gic").text("compatible", "arm,gic-v3").cells("reg", {0, 0x800'0000, 0, 0x1000}).end();
  EXPECT_EQ(read(tree.end().finish())->fault, Fault::interrupt_controller_incomplete);
}

TEST(BootDeviceTree, ThatIsTooDeepIsRefused) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    for (int i = 0; i < 40; ++i) tree.begin("n");
    for (int i = 0; i < 40; ++i) tree.end();
  }));
  EXPECT_EQ(result->fault, Fault::tree_too_deep);
}

TEST(BootDeviceTree, NamesTheNodeAtFault) {
  const auto result = read(usual_tree([](TreeWriter& tree) {
    tree.begin("memory@bad").text("device_type", "memory").cells("reg", {1}).end();
  }));
  EXPECT_EQ(result->fault, Fault::tree_registers_damaged);
  EXPECT_EQ(result->board.culprit, "memory@bad");
}

}  // namespace
