// SPDX-License-Identifier: MIT
#include <libipc/process/memory.hpp>
#include <libipc/time.hpp>
#include <servers/console/start.hpp>

namespace console {

namespace {

using ipc::Cap;
using ipc::Endpoint;
using ipc::IrqHandler;
using ipc::u64;

// What the boot manifest grants.
namespace slot {
constexpr u64 first = abi::bundle_slot::first_grant.value();
constexpr Cap<Endpoint> serial{abi::CapPtr{first}};  // memory objects of registers
constexpr Cap<IrqHandler> serial_interrupt{abi::CapPtr{first + 1}};
constexpr Cap<Endpoint> log{abi::CapPtr{first + 2}};
constexpr Cap<Endpoint> virtio{abi::CapPtr{first + 3}};
constexpr Cap<IrqHandler> virtio_interrupt{abi::CapPtr{first + 4}};
constexpr Cap<Endpoint> dma{abi::CapPtr{first + 5}};
}  // namespace slot

constexpr u64 virtio_register_bytes = 0x200;
constexpr u64 ports_patience = 100'000'000;  // nanoseconds

template <class T>
bool is_granted(Cap<T> cap) {
  const auto found = ipc::invoke(Cap<ipc::CNode>{abi::process_slot::leaf1},
                                 abi::cnode::Identify{.index = ipc::index_in_leaf(cap.at())});
  return found.ok() && found->type == static_cast<u64>(T::type);
}

// A capability that signals these bits of ours.
abi::Result<Cap<ipc::Notification>> make_signal(Cap<ipc::Notification> notification, u64 bits) {
  const abi::CapPtr at = TRY(ipc::slots().allocate());
  TRY(ipc::invoke(ipc::slots().cnode_of(at),
                  abi::cnode::Mint{.index = ipc::index_in_leaf(at),
                                   .source = abi::SlotName::own(notification.at()),
                                   .rights = abi::notification_right::signal,
                                   .data = bits}));
  return Cap<ipc::Notification>{at};
}

// From now on the source, if there is one, signals these bits of ours.
template <class Source>
abi::Status connect(Cap<Source> source, Cap<ipc::Notification> notification, u64 bits) {
  if (!source) return {};
  const auto signal = TRY(make_signal(notification, bits));
  return ipc::set_target(source, signal);
}

// Finds the device, if the machine has it, and waits a moment for its ports: so nobody who asks for
// one comes too early.
abi::Status try_ports(Console& console) {
  if (!is_granted(slot::virtio) || !is_granted(slot::dma)) return {};
  const auto device = TRY(ipc::call(slot::virtio, abi::procmgr::InfoMemory{}));
  const auto memory = TRY(ipc::call(slot::dma, abi::procmgr::InfoMemory{}));
  // Nobody tells us where it is.
  if (memory.physical_address == 0) return Error::denied;
  const u64 window = *base::align_up(device.bytes, base::page_size);
  const ipc::Region page = TRY(ipc::map(slot::virtio, window));
  const ipc::Region buffers = TRY(ipc::map(slot::dma, memory.bytes));
  // Several devices may share the page. This one's registers end where its memory object does.
  const virtio::Registers registers{reinterpret_cast<u64>(page.data()) + device.bytes -
                                    virtio_register_bytes};
  const u64 distance = memory.physical_address - reinterpret_cast<u64>(buffers.data());
  const std::span pairs{reinterpret_cast<virtio::PairMemory*>(buffers.data()),
                        buffers.size() / sizeof(virtio::PairMemory)};
  const abi::Status started = console.ports().start(registers, pairs, distance);
  if (!started.ok()) {
    // Half started it must not write anywhere. Where there is none, nothing is to be said.
    if (started.error() == Error::not_found) return {};
    registers.stop();
    return started;
  }
  const u64 deadline = ipc::machine::counter() + ipc::ticks_in(ports_patience);
  do console.look_at_ports();
  while (!console.is_complete() && ipc::machine::counter() < deadline);
  return {};
}

// BADGE=NAME or BADGE=NAME,NAME...: the first of these devices that is there.
abi::Status add_terminal(Console& console, std::string_view word) {
  u64 badge = 0;
  while (!word.empty() && word.front() >= '0' && word.front() <= '9' && badge < 1'000'000) {
    badge = badge * 10 + static_cast<u64>(word.front() - '0');
    word.remove_prefix(1);
  }
  if (badge == 0 || !word.starts_with('=')) return Error::bad_argument;
  while (!word.empty()) {
    word.remove_prefix(1);  // the sign in front of a name
    const std::string_view name = word.substr(0, word.find(','));
    if (name.empty()) return Error::bad_argument;
    TRY(console.add(badge, name));
    word.remove_prefix(name.size());
  }
  return {};
}

}  // namespace

abi::Result<Parts> make_parts(Cap<ipc::Notification> notification) {
  Parts parts;
  const ipc::Region registers = TRY(ipc::map(slot::serial, base::page_size));
  parts.uart = Uart{reinterpret_cast<u64>(registers.data())};
  if (is_granted(slot::serial_interrupt)) parts.uart_interrupt = slot::serial_interrupt;
  if (is_granted(slot::virtio_interrupt)) parts.ports_interrupt = slot::virtio_interrupt;
  parts.again = TRY(make_signal(notification, bit::again));
  parts.timer = TRY(ipc::make<ipc::Timer>()).release();
  TRY(connect(parts.timer, notification, bit::timer));
  TRY(connect(parts.uart_interrupt, notification, bit::serial));
  TRY(connect(parts.ports_interrupt, notification, bit::ports));
  if (!is_granted(slot::log)) return parts;
  const ipc::Region log = TRY(ipc::map(slot::log, sizeof(abi::LogRing)));
  parts.log = Log{*reinterpret_cast<abi::LogRing*>(log.data())};
  return parts;
}

void start_ports(Console& console) {
  const abi::Status started = try_ports(console);
  if (started.ok()) return;
  ipc::log("console: without its ports:");
  ipc::log(abi::sentence(started.error()));
}

abi::Status add_terminals(Console& console, std::span<char* const> words) {
  for (const char* word : words) TRY(add_terminal(console, word));
  return words.empty() ? console.add(any_badge, serial_name) : abi::Status{};
}

}  // namespace console
