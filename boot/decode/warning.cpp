// SPDX-License-Identifier: MIT
#include <boot/decode/warning.hpp>
#include <cstddef>
#include <iterator>

namespace boot {

namespace {

struct Row {
  Warning warning;
  std::string_view sentence;
};

constexpr Row rows[] = {
    {Warning::device_registers_damaged, "device ignored: its addresses make no sense"},
    {Warning::device_in_memory, "device ignored: its registers lie in memory"},
    {Warning::devices_dropped, "there are too many devices; the first that is not listed"},
    {Warning::device_ranges_dropped,
     "there are too many ranges of registers; the first device that is ignored"},
    {Warning::processors_dropped, "there are too many processors; the first that is not listed"},
    {Warning::redistributors_dropped, "only the first region of redistributors is used"},
    {Warning::memory_outside_window, "memory above the kernel's window is not used"},
    {Warning::memory_ranges_dropped, "memory is in too many parts; the last ones are not used"},
    {Warning::free_ranges_dropped, "free memory is in too many parts; the smallest are not used"},
    {Warning::no_power_off, "the device tree names no PSCI 0.2, so the machine cannot power off"},
    {Warning::no_serial_port, "the device tree names no PL011 for messages"},
    {Warning::this_processor_unlisted, "the device tree does not list the processor that boots"},
    {Warning::unknown_key, "unknown key on the command line"},
    {Warning::unknown_value, "unknown value on the command line"},
};

constexpr bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < std::size(rows); ++i)
    if (static_cast<std::size_t>(rows[i].warning) != i) return false;
  return true;
}
static_assert(rows_follow_the_enumeration());
static_assert(std::size(rows) == static_cast<std::size_t>(Warning::unknown_value) + 1);

}  // namespace

std::string_view sentence(Warning warning) {
  return rows[static_cast<std::size_t>(warning)].sentence;
}

}  // namespace boot
