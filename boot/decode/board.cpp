// SPDX-License-Identifier: MIT
#include <boot/decode/board.hpp>
#include <boot/decode/device_list.hpp>
#include <boot/decode/interrupt.hpp>
#include <boot/decode/serial_choice.hpp>
#include <libfdt.h>

namespace boot {

namespace {

// The fields of MPIDR_EL1 that say which processor it is; the others say what kind.
constexpr u64 affinity_mask = 0xff'00ff'ffff;

constexpr std::string_view gic_v2_names[] = {"arm,gic-400",       "arm,cortex-a15-gic",
                                             "arm,cortex-a9-gic", "arm,cortex-a7-gic",
                                             "arm,gic-v2",        "qcom,msm-qgic2"};
constexpr std::string_view gic_v3_name = "arm,gic-v3";
constexpr std::string_view serial_name = "arm,pl011";
constexpr std::string_view timer_names[] = {"arm,armv8-timer", "arm,armv7-timer"};
// Version 0.1 ("arm,psci") has no call to power off.
constexpr std::string_view power_control_names[] = {"arm,psci-1.0", "arm,psci-0.2"};
constexpr std::string_view memory_type = "memory";
constexpr std::string_view processor_type = "cpu";

std::optional<abi::InterruptController> gic_kind(const Node& node) {
  const Property& compatible = node[Key::compatible];
  if (compatible.lists(gic_v3_name)) return abi::InterruptController::gic_v3;
  if (compatible.lists_any(gic_v2_names)) return abi::InterruptController::gic_v2;
  return std::nullopt;
}

class BoardReader {
 public:
  BoardReader(std::span<const u8> tree, Board& board, Notices& notices)
      : tree_(tree), board_(board), notices_(notices), devices_(notices) {}

  Result<void> read();

 private:
  Result<void> read_nodes();
  Result<void> visit(const Node& node);
  Result<void> visit_below_root(const Node& node);
  Result<void> visit_memory(const Node& node);
  Result<void> visit_reserved(const Node& node);
  Result<void> visit_processor(const Node& node);
  Result<void> visit_chosen(const Node& node);
  Result<void> visit_interrupt_controller(const Node& node, abi::InterruptController kind);
  Result<void> visit_device(const Node& node);
  void visit_without_registers(const Node& node);
  Result<void> read_memory_reservations();
  Result<void> finish();

  std::span<const u8> tree_;
  Board& board_;
  Notices& notices_;
  DeviceList devices_;
  SerialChoice serial_;
  InterruptClaim timer_;
  RangeList<max_tree_ranges> memory_;  // in bytes, as the tree has it
  u32 controller_ = 0;                 // phandle of the GIC
};

Result<void> BoardReader::read() {
  Result<void> result = read_nodes();
  if (result.ok()) result = read_memory_reservations();
  if (result.ok()) result = finish();
  const SerialBoard serial = serial_.choose(tree_.data(), controller_);
  if (!memory_.overlaps(serial.registers)) board_.serial = serial;
  if (!board_.serial.found) notices_.add(Warning::no_serial_port);
  return result;
}

Result<void> BoardReader::read_nodes() {
  TreeWalk walk(tree_);
  for (;;) {
    board_.culprit_offset = static_cast<u32>(walk.offset());
    const Node* node = TRY(walk.next());
    if (node == nullptr) break;
    board_.culprit = node->name;
    TRY(visit(*node));
  }
  board_.culprit = {};
  board_.culprit_offset = 0;
  return {};
}

Result<void> BoardReader::visit(const Node& node) {
  if (node.parent == nullptr || !node.enabled) return {};
  if (node.below_root()) TRY(visit_below_root(node));
  const bool in_folder = node.parent->below_root();
  if (in_folder && node.parent->name == "reserved-memory") return visit_reserved(node);
  if (in_folder && node.parent->name == "cpus") return visit_processor(node);
  if (!node[Key::reg].present()) visit_without_registers(node);
  if (!node[Key::reg].present() || !on_memory_bus(node)) return {};
  if (node[Key::device_type].text() == memory_type) return {};
  if (const auto kind = gic_kind(node)) return visit_interrupt_controller(node, *kind);
  return visit_device(node);
}

Result<void> BoardReader::visit_below_root(const Node& node) {
  if (node.name == "chosen") return visit_chosen(node);
  if (node.name == "aliases") serial_.see_aliases(node);
  if (node[Key::device_type].text() == memory_type) return visit_memory(node);
  return {};
}

// What the processor has built in, or firmware offers.
void BoardReader::visit_without_registers(const Node& node) {
  const Property& compatible = node[Key::compatible];
  // Secure, non-secure, virtual, hypervisor: the third is ours (the binding "arm,armv8-timer").
  constexpr std::size_t virtual_timer = 2;
  if (compatible.lists_any(timer_names)) timer_ = InterruptClaim::of(node, virtual_timer);
  if (!compatible.lists_any(power_control_names)) return;
  const std::string_view method = node[Key::method].text();
  if (method == "hvc") board_.power_conduit = abi::PowerConduit::hvc;
  if (method == "smc") board_.power_conduit = abi::PowerConduit::smc;
}

Result<void> BoardReader::visit_memory(const Node& node) {
  const Registers registers = TRY(Registers::of(node));
  for (std::size_t i = 0; i < registers.count(); ++i)
    if (!memory_.insert(TRY(registers.range(i)))) return Fault::tree_too_many_ranges;
  return {};
}

// A node without `reg` leaves the place to the operating system: nothing to keep clear of.
Result<void> BoardReader::visit_reserved(const Node& node) {
  const Registers registers = TRY(Registers::of(node));
  for (std::size_t i = 0; i < registers.count(); ++i) {
    const Range range = TRY(registers.range(i)).outer_pages();
    if (!board_.reserved.insert(range)) return Fault::tree_too_many_ranges;
    if (node[Key::no_map].present() && !board_.no_map.insert(range))
      return Fault::tree_too_many_ranges;
  }
  return {};
}

Result<void> BoardReader::visit_processor(const Node& node) {
  if (node[Key::device_type].text() != processor_type) return {};
  const Registers registers = TRY(Registers::of(node));
  if (registers.count() == 0) return Fault::tree_registers_damaged;
  if (!board_.cpus.push(registers.address(0) & affinity_mask))
    notices_.add_once(Warning::processors_dropped, node.name);
  return {};
}

Result<void> BoardReader::visit_chosen(const Node& node) {
  board_.command_line = node[Key::bootargs].text();
  serial_.see_stdout_path(node[Key::stdout_path].text());
  const Property& begin = node[Key::initrd_start];
  const Property& end = node[Key::initrd_end];
  if (!begin.present() && !end.present()) return {};
  // One cell or two, whatever #address-cells says: who writes them does not look.
  const std::size_t begin_cells = begin.cell_count();
  const std::size_t end_cells = end.cell_count();
  if (begin_cells < 1 || begin_cells > 2 || end_cells < 1 || end_cells > 2)
    return Fault::archive_range_damaged;
  board_.archive_begin = begin.number(0, begin_cells);
  board_.archive_end = end.number(0, end_cells);
  return {};
}

Result<void> BoardReader::visit_interrupt_controller(const Node& node,
                                                     abi::InterruptController kind) {
  const Registers registers = TRY(Registers::of(node));
  for (std::size_t i = 0; i < registers.count(); ++i) {
    const Range range = TRY(registers.range(i));
    TRY(devices_.exclude(range));
  }
  InterruptControllerBoard& board = board_.interrupt_controller;
  if (board.found) return {};
  if (registers.count() < 2) return Fault::interrupt_controller_incomplete;
  if (node[Key::redistributor_regions].cell(0).value_or(1) > 1)
    notices_.add(Warning::redistributors_dropped);
  board = {.kind = kind, .distributor = TRY(registers.range(0)), .found = true};
  const Range second = TRY(registers.range(1));
  if (board.distributor.empty() || second.empty()) return Fault::interrupt_controller_incomplete;
  (kind == abi::InterruptController::gic_v3 ? board.redistributors : board.cpu_interface) = second;
  controller_ = node[Key::phandle].cell(0).value_or(0);
  return {};
}

Result<void> BoardReader::visit_device(const Node& node) {
  const std::optional<Range> registers = devices_.add(node);
  if (registers && node[Key::compatible].lists(serial_name)) serial_.consider(node, *registers);
  return {};
}

Result<void> BoardReader::read_memory_reservations() {
  for (int i = 0;; ++i) {
    u64 begin = 0;
    u64 size = 0;
    if (fdt_get_mem_rsv(tree_.data(), i, &begin, &size) != 0) return Fault::tree_structure_damaged;
    if (size == 0) return {};  // the entry that ends the list
    const std::optional<Range> range = Range::from(begin, size);
    if (!range) return Fault::range_wraps;
    if (!board_.reserved.insert(range->outer_pages())) return Fault::tree_too_many_ranges;
  }
}

Result<void> BoardReader::finish() {
  for (const Range& range : memory_)
    if (!board_.memory.insert(range.inner_pages())) return Fault::tree_too_many_ranges;
  if (board_.memory.empty()) return Fault::no_memory;
  const InterruptControllerBoard& controller = board_.interrupt_controller;
  if (!controller.found) return Fault::no_interrupt_controller;
  if (memory_.overlaps(controller.distributor) || memory_.overlaps(controller.cpu_interface) ||
      memory_.overlaps(controller.redistributors))
    return Fault::interrupt_controller_in_memory;
  board_.timer_interrupt = resolve(timer_, controller_).number;
  if (board_.timer_interrupt == 0) return Fault::no_timer;
  if (board_.power_conduit == abi::PowerConduit::none) notices_.add(Warning::no_power_off);
  return devices_.finish(memory_, controller_, board_);
}

}  // namespace

Result<void> read_board(std::span<const u8> tree, Board& board, Notices& notices) {
  return BoardReader(tree, board, notices).read();
}

}  // namespace boot
