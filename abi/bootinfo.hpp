// SPDX-License-Identifier: MIT
// What boot/ tells the kernel, and the kernel the first process, about the machine. Filled in by
// boot/; the kernel adds the last part (`grants`) and maps it all, read only, for the first
// process. All addresses are physical unless their name says otherwise; sizes are bytes.
#pragma once

#include <abi/types.hpp>

namespace abi {

inline constexpr u64 boot_info_magic = 0x6c697261'746f6f62;  // "bootaril", little-endian
inline constexpr u64 boot_info_version = 1;

struct MemoryRange {
  u64 base = 0;
  u64 size = 0;
};

// A part of the first process's image, loaded and page-aligned. `rights`: frame_right bits.
struct ImageSegment {
  u64 virtual_address = 0;
  u64 physical_address = 0;
  u64 size = 0;
  u64 rights = 0;
};

// A device of the device tree that has registers; the first `reg` and the first interrupt of it.
// `compatible` is the first such string, cut to 47 bytes, padded with zeros.
struct Device {
  u64 base = 0;
  u64 size = 0;
  u32 interrupt = 0;  // number at the interrupt controller (aarch64: INTID); 0: none
  u32 trigger = 0;    // 1: edge, 0: level
  char compatible[48] = {};
};

enum class InterruptController : u64 { gic_v2 = 2, gic_v3 = 3 };
enum class PowerConduit : u64 { none = 0, hvc = 1, smc = 2 };
enum class LogLevel : u64 { quiet = 0, info = 1, debug = 2 };
enum class ExitDevice : u64 { none = 0, semihosting = 1 };

// The machine as the kernel needs it. Virtual addresses lie in the device window.
struct Machine {
  InterruptController interrupt_controller = InterruptController::gic_v2;
  u64 distributor_virtual = 0;
  u64 cpu_interface_virtual = 0;  // GICv2: CPU interface; GICv3: 0
  u64 redistributor_virtual = 0;  // GICv3: first redistributor region; GICv2: 0
  u64 redistributor_size = 0;     // GICv3: bytes of that region
  u64 serial_virtual = 0;         // PL011 for panics and debug lines; 0: none
  u64 serial_physical = 0;
  u64 serial_interrupt = 0;
  u64 timer_interrupt = 0;  // INTID of the virtual timer
  PowerConduit power_conduit = PowerConduit::none;
  ExitDevice exit_device = ExitDevice::none;
  LogLevel log_level = LogLevel::info;
};

struct Grant {
  CapPtr cap;
  u64 base = 0;
  u64 size_bits = 0;
  u64 is_device = 0;
};

inline constexpr u64 max_memory_ranges = 32;
inline constexpr u64 max_free_ranges = 64;
inline constexpr u64 max_image_segments = 16;
inline constexpr u64 max_devices = 96;
inline constexpr u64 max_device_ranges = 64;
inline constexpr u64 max_cpus = 64;
inline constexpr u64 max_grants = 512;
inline constexpr u64 max_command_line = 2048;

template <class T, u64 capacity>
struct BoundedArray {
  u64 count = 0;
  T items[capacity] = {};

  // False: it is full, nothing changed.
  [[nodiscard]] constexpr bool push(const T& item) {
    if (count == capacity) return false;
    items[count++] = item;
    return true;
  }
  [[nodiscard]] constexpr const T* begin() const { return items; }
  [[nodiscard]] constexpr const T* end() const { return items + count; }
};

struct BootInfo {
  u64 magic = boot_info_magic;
  u64 version = boot_info_version;
  u64 total_size = sizeof(BootInfo);

  Machine machine;

  BoundedArray<MemoryRange, max_memory_ranges> memory;         // all RAM of the machine
  BoundedArray<MemoryRange, max_free_ranges> free;             // RAM in nobody's use, page-aligned
  BoundedArray<MemoryRange, max_device_ranges> device_ranges;  // registers, page-aligned, disjoint,
                                                               // not the interrupt controller's
  BoundedArray<Device, max_devices> devices;
  BoundedArray<u64, max_cpus> cpus;  // MPIDR affinity; [0] is this one

  MemoryRange archive;                                   // exact start and size
  BoundedArray<ImageSegment, max_image_segments> image;  // the first process
  u64 image_entry_virtual = 0;
  MemoryRange kernel_image;  // kernel and its page tables

  u64 command_line_size = 0;  // without a terminating zero
  u64 arguments_offset = 0;   // where the part after " -- " starts
  char command_line[max_command_line] = {};

  // From here on filled in by the kernel: what the first process holds.
  BoundedArray<Grant, max_grants> untyped;  // free RAM and devices
  BoundedArray<Grant, 64> archive_frames;   // whole pages around the archive
  BoundedArray<Grant, 256> image_frames;    // the first process's own pages
  u64 first_free_leaf = 0;                  // root CNode index: empty from here
};

inline constexpr u64 boot_info_pages = (sizeof(BootInfo) + base::page_size - 1) / base::page_size;

}  // namespace abi
