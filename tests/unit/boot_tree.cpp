// SPDX-License-Identifier: MIT
#include <boot_tree.hpp>
#include <cstring>
#include <fstream>
#include <iterator>
#include <libfdt.h>
#include <stdexcept>

namespace boot_test {

Blob::Blob(std::span<const u8> bytes)
    : bytes_(std::make_unique<u8[]>(bytes.size())), size_(bytes.size()) {
  if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
}

TreeWriter::TreeWriter() : buffer_(1 << 20) {
  check(fdt_create(buffer_.data(), static_cast<int>(buffer_.size())));
}

void TreeWriter::check(int result) {
  if (result != 0) throw std::runtime_error(fdt_strerror(result));
}

TreeWriter& TreeWriter::reserve(u64 address, u64 size) {
  check(fdt_add_reservemap_entry(buffer_.data(), address, size));
  return *this;
}

TreeWriter& TreeWriter::begin(const std::string& name) {
  if (!in_tree_) check(fdt_finish_reservemap(buffer_.data()));
  in_tree_ = true;
  check(fdt_begin_node(buffer_.data(), name.c_str()));
  return *this;
}

TreeWriter& TreeWriter::end() {
  check(fdt_end_node(buffer_.data()));
  return *this;
}

TreeWriter& TreeWriter::cells(const char* name, std::initializer_list<u32> values) {
  std::vector<u8> big_endian;
  for (const u32 value : values)
    for (unsigned shift = 32; shift != 0; shift -= 8)
      big_endian.push_back(static_cast<u8>(value >> (shift - 8)));
  return bytes(name, big_endian);
}

TreeWriter& TreeWriter::text(const char* name, const std::string& value) {
  check(fdt_property_string(buffer_.data(), name, value.c_str()));
  return *this;
}

TreeWriter& TreeWriter::texts(const char* name, const std::vector<std::string>& values) {
  std::string all;
  for (const std::string& value : values) all += value + '\0';
  return bytes(name, {reinterpret_cast<const u8*>(all.data()), all.size()});
}

TreeWriter& TreeWriter::flag(const char* name) { return bytes(name, {}); }

TreeWriter& TreeWriter::bytes(const char* name, std::span<const u8> value) {
  check(fdt_property(buffer_.data(), name, value.data(), static_cast<int>(value.size())));
  return *this;
}

TreeWriter& TreeWriter::device(const std::string& name, const std::string& compatible, u64 address,
                               u64 size) {
  begin(name).text("compatible", compatible);
  cells("reg", {static_cast<u32>(address >> 32), static_cast<u32>(address),
                static_cast<u32>(size >> 32), static_cast<u32>(size)});
  return end();
}

Blob TreeWriter::finish() {
  check(fdt_finish(buffer_.data()));
  return Blob({buffer_.data(), fdt_totalsize(buffer_.data())});
}

void write_root_cells(TreeWriter& tree) {
  tree.cells("#address-cells", {2}).cells("#size-cells", {2}).cells("interrupt-parent", {1});
}

void write_memory(TreeWriter& tree, u64 address, u64 size) {
  tree.begin("memory@" + std::to_string(address)).text("device_type", "memory");
  tree.cells("reg", {static_cast<u32>(address >> 32), static_cast<u32>(address),
                     static_cast<u32>(size >> 32), static_cast<u32>(size)});
  tree.end();
}

void write_gic_v2(TreeWriter& tree) {
  tree.begin("intc@8000000").text("compatible", "arm,cortex-a15-gic").cells("phandle", {1});
  tree.cells("reg", {0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000}).end();
}

void write_gic_v3(TreeWriter& tree) {
  tree.begin("intc@8000000").text("compatible", "arm,gic-v3").cells("phandle", {1});
  tree.cells("reg", {0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0xf60000}).end();
}

void write_timer(TreeWriter& tree) {
  tree.begin("timer").texts("compatible", {"arm,armv8-timer", "arm,armv7-timer"});
  tree.cells("interrupts", {1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4}).end();
}

void write_serial(TreeWriter& tree, u64 address) {
  tree.begin("pl011@9000000").texts("compatible", {"arm,pl011", "arm,primecell"});
  tree.cells("reg", {static_cast<u32>(address >> 32), static_cast<u32>(address), 0, 0x1000});
  tree.cells("interrupts", {0, 1, 4}).end();
}

void write_power(TreeWriter& tree, const std::string& method) {
  tree.begin("psci").texts("compatible", {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"});
  tree.text("method", method).end();
}

void write_processors(TreeWriter& tree, u32 count) {
  tree.begin("cpus").cells("#address-cells", {1}).cells("#size-cells", {0});
  for (u32 i = 0; i < count; ++i)
    tree.begin("cpu@" + std::to_string(i)).text("device_type", "cpu").cells("reg", {i}).end();
  tree.end();
}

Blob data_file(const std::string& name) {
  std::ifstream file(std::string(TEST_DATA) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("there is no tests/fuzz/corpus/device_tree/" + name);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  return Blob({reinterpret_cast<const u8*>(bytes.data()), bytes.size()});
}

std::unique_ptr<ReadTree> read(Blob given) {
  auto result = std::make_unique<ReadTree>(std::move(given));
  const std::span<const u8> tree = result->tree.span();
  result->fault = boot::Fault::tree_header_damaged;
  if (tree.size() < boot::tree_header_size) return result;
  const auto size = boot::check_tree_header(tree.data());
  if (!size.ok()) {
    result->fault = size.error();
    return result;
  }
  // boot/ maps as many bytes as the header says; here only those that exist can be read.
  if (*size > tree.size()) return result;
  result->fault = boot::read_board(tree.first(*size), result->board, result->notices).error();
  return result;
}

bool has_warning(const ReadTree& tree, boot::Warning warning) {
  for (const boot::Notice& notice : tree.notices.items)
    if (notice.warning == warning) return true;
  return false;
}

namespace {

template <class Ranges>
bool is_canonical(const Ranges& ranges) {
  u64 last_end = 0;
  for (const boot::Range& range : ranges) {
    if (range.empty() || range.end > boot::physical_end) return false;
    if (&range != ranges.begin() && range.begin <= last_end) return false;
    last_end = range.end;
  }
  return true;
}

template <class Ranges>
bool is_whole_pages(const Ranges& ranges) {
  for (const boot::Range& range : ranges)
    if (!base::is_aligned(range.begin | range.end, base::page_size)) return false;
  return true;
}

}  // namespace

std::string broken_promise(const ReadTree& tree) {
  const boot::Board& board = tree.board;
  if (!is_canonical(board.memory) || !is_whole_pages(board.memory)) return "memory";
  if (!is_canonical(board.reserved) || !is_whole_pages(board.reserved)) return "reserved";
  if (!is_canonical(board.device_pages) || !is_whole_pages(board.device_pages)) return "devices";
  if (tree.fault != boot::Fault::none) return {};
  const auto& controller = board.interrupt_controller;
  for (const boot::Range& pages : board.device_pages) {
    if (pages.overlaps(controller.distributor.outer_pages())) return "the distributor is given out";
    if (pages.overlaps(controller.cpu_interface.outer_pages()) ||
        pages.overlaps(controller.redistributors.outer_pages()))
      return "the interrupt controller is given out";
    if (board.memory.overlaps(pages)) return "memory is given out as a device";
  }
  for (const abi::Device& device : board.devices)
    if (device.interrupt >= 1020 || device.compatible[47] != 0) return "a device";
  if (!controller.found || controller.distributor.empty()) return "no distributor";
  if (board.memory.empty()) return "no memory";
  if (board.timer_interrupt < 16 || board.timer_interrupt >= 1020) return "the timer's interrupt";
  if (board.serial.found && board.memory.overlaps(board.serial.registers)) return "serial";
  return {};
}

}  // namespace boot_test
