// SPDX-License-Identifier: MIT
// Interrupts, from the store by which a program raises a device's line to the handler, which waits
// in another address space at a higher priority; and back. The device is the machine's clock
// (PL031): its alarm is due all the time, and its mask decides whether the line is up.
#include <libipc/time.hpp>
#include <user/bench/measure.hpp>
#include <user/bench/partner.hpp>

namespace bench {
namespace {

using base::page_size;

constexpr Cap<ipc::IrqControl> control{abi::root_slot::irq_control};
constexpr abi::Priority below_ours{100};

// PL031 Technical Reference Manual, chapter 3.
constexpr u64 clock_seconds = 0x00;
constexpr u64 clock_match = 0x04;
constexpr u64 clock_mask = 0x10;
constexpr u64 clock_raw = 0x14;

volatile abi::u32& at(u64 registers, u64 offset) {
  return *reinterpret_cast<volatile abi::u32*>(registers + offset);
}

// What both sides see, in the page behind the device's registers.
struct Times {
  volatile u64 raised;   // before the line went up
  volatile u64 resumed;  // after the handler had waited again
};

Times& times_at(u64 place) { return *reinterpret_cast<Times*>(place + page_size); }

void raise_for_ever(void* place_pointer) {
  const auto place = reinterpret_cast<u64>(place_pointer);
  for (u64 round = 0;; ++round) {
    // Another place between two ticks of the counter each time, so that averages are exact.
    for (u64 i = 0; i < round % 16; ++i) asm volatile("nop");
    times_at(place).raised = ipc::machine::counter();
    at(place, clock_mask) = 1;
    times_at(place).resumed = ipc::machine::counter();
  }
}

// The registers and a page of memory, side by side in both address spaces.
struct Place {
  ipc::Owned<ipc::Frame> registers;
  ipc::Owned<ipc::Frame> memory;

  abi::Result<u64> map_into(support::AddressSpace& space) const {
    const u64 address = TRY(space.reserve(2 * page_size));
    TRY(space.map(registers, address, page_size, support::read_write));
    TRY(space.map(memory, address + page_size, page_size, support::read_write));
    return address;
  }
};

abi::Result<ipc::Owned<ipc::Frame>> copy(Cap<ipc::Frame> frame) {
  ipc::SlotAllocator& slots = support::environment().slots;
  ipc::Owned<ipc::Frame> copied{slots, TRY(slots.allocate())};
  TRY(ipc::invoke(slots.cnode_of(copied.at()),
                  abi::cnode::Copy{.index = ipc::index_in_leaf(copied.at()),
                                   .source = abi::SlotName::own(frame.at()),
                                   .rights = abi::all_rights}));
  return copied;
}

abi::Result<const abi::Device*> find_clock() {
  for (const abi::Device& device : support::environment().boot_info->devices)
    if (std::string_view{device.compatible} == "arm,pl031") return &device;
  return abi::Error::not_found;
}

abi::Status measure_interrupts(const Times& times, volatile abi::u32& mask,
                               Cap<ipc::IrqHandler> handler, Cap<ipc::Notification> note) {
  Stopwatch coming;
  Stopwatch going;
  u64 acknowledged = ipc::machine::counter();
  TRY(ipc::acknowledge(handler));
  for (u64 round = 0; round < warm_up + repetitions; ++round) {
    TRY(ipc::wait(note));
    const u64 now = ipc::machine::counter();
    if (round > warm_up) {
      coming.add(now - times.raised, 1);
      going.add(times.resumed - acknowledged, 1);
    }
    mask = 0;
    for (u64 i = 0; i < round % 15; ++i) asm volatile("nop");
    acknowledged = ipc::machine::counter();
    TRY(ipc::acknowledge(handler));
  }
  report("irq.handler", coming.per_operation());
  report("irq.ack", going.per_operation());
  return {};
}

abi::Status interrupt_rows_with(const abi::Device& clock) {
  support::Environment& environment = support::environment();
  const Place own{TRY(environment.memory.make_device_page(clock.base)),
                  TRY(environment.memory.make<ipc::Frame>(base::page_bits))};
  const Place other{TRY(copy(own.registers)), TRY(copy(own.memory))};
  const u64 place = TRY(own.map_into(environment.self));
  at(place, clock_mask) = 0;
  while ((at(place, clock_raw) & 1) == 0) at(place, clock_match) = at(place, clock_seconds);

  const auto note = TRY(environment.memory.make<ipc::Notification>());
  const auto handler = TRY(environment.memory.make<ipc::IrqHandler>());
  TRY(ipc::set_target(handler.get(), note.get()));
  TRY(ipc::invoke(
      control, abi::irq_control::Attach{
                   .handler = handler.at(), .number = clock.interrupt, .trigger = clock.trigger}));
  Partner partner = TRY(Partner::make());
  TRY(ipc::invoke(partner.process.thread(), abi::thread::SetPriority{below_ours}));
  const u64 there = TRY(other.map_into(partner.process.space()));
  TRY(partner.process.start(raise_for_ever, there));
  return measure_interrupts(times_at(place), at(place, clock_mask), handler, note);
}

}  // namespace

abi::Status interrupt_rows() { return interrupt_rows_with(*TRY(find_clock())); }

}  // namespace bench
