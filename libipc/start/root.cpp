// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <abi/slots.hpp>
#include <algorithm>
#include <libipc/invoke.hpp>
#include <libipc/start/arguments.hpp>
#include <libipc/start/root.hpp>

int main(int argc, char** argv);

// Named by start_root.S.
extern "C" {
constinit ipc::ThreadControl main_thread;
[[noreturn]] void start_root(const abi::BootInfo* info, abi::u64 ticks);
}

namespace ipc::start {
namespace {

constinit const abi::BootInfo* info_from_kernel = nullptr;
constinit u64 ticks_at_start = 0;
constinit Arguments<abi::max_command_line> arguments;

// The name in the archive under which we were started, then what stands behind " -- ".
void split_arguments(const abi::BootInfo& info) {
  const std::string_view line{info.command_line, info.command_line_size};
  const u64 offset = std::min<u64>(info.arguments_offset, line.size());
  arguments.split(value_of(line, "root", "root.elf"), line.substr(offset));
}

}  // namespace

const abi::BootInfo& boot_info() { return *info_from_kernel; }

u64 first_ticks() { return ticks_at_start; }

void power_off(u64 status) {
  // Without the right to it there is no end; a program that may not end the machine waits here.
  for (;;)
    static_cast<void>(invoke(Cap<Platform>{abi::root_slot::platform},
                             abi::platform::PowerOff{.status = status & 255}));
}

}  // namespace ipc::start

void start_root(const abi::BootInfo* info, abi::u64 ticks) {
  using namespace ipc::start;
  info_from_kernel = info;
  ticks_at_start = ticks;
  main_thread.buffer = reinterpret_cast<abi::IpcBuffer*>(abi::layout::root_ipc_buffer);
  split_arguments(*info);
  before_main(*info);
  power_off(static_cast<abi::u64>(main(arguments.count(), arguments.pointers())));
}
