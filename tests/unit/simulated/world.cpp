// SPDX-License-Identifier: MIT
#include <abi/bootinfo.hpp>
#include <debug/panic.hpp>
#include <machine/memory.hpp>
#include <machine/mmu.hpp>
#include <machine/trap.hpp>
#include <new>
#include <simulated/audit.hpp>
#include <simulated/fast_path.hpp>
#include <simulated/world.hpp>
#include <trap/trap.hpp>

namespace kernel {

extern "C" Thread* kernel_main(abi::BootInfo* boot_info);
extern "C" Thread* kernel_trap(u64 cause, Thread* thread);
extern "C" Thread* kernel_interrupt(Thread* thread);

}  // namespace kernel

namespace simulated {

namespace {

using kernel::require;

constexpr u64 first_leaf = 5;        // root_process.cpp fills those below
constexpr CapPtr kernel_leaves{32};  // capabilities to them stand in leaf 0, from here on
constexpr u64 boot_memory = base::mib;
constexpr u64 repeats_allowed = 1'000'000;
constexpr u64 trap_ticks = 100;

abi::BootInfo* boot_info_at(u64 address) {
  return static_cast<abi::BootInfo*>(machine.pointer(PhysAddr{address}, sizeof(abi::BootInfo)));
}

// Words 0..7, the capability register, the info register; rubbish in all that is dead.
void set_registers(Thread& thread, CapPtr target, const Sent& sent, CapPtr reply) {
  for (unsigned i = 0; i < 19; ++i) thread.context.x[i] = 0xdead'0000 + i;
  for (unsigned i = 0; i < 8; ++i) thread.context.x[i] = i < sent.words.size() ? sent.words[i] : 0;
  thread.context.x[10] = target.value() | reply.value() << 32;
  thread.context.x[11] = MessageInfo::make(sent.label, sent.words.size(), sent.caps.size()).raw;
  abi::IpcBuffer* buffer = thread.buffer();
  if (buffer == nullptr) return;
  for (u64 i = 8; i < sent.words.size() && i < abi::max_message_words; ++i)
    buffer->words[i - 8] = sent.words[i];
  for (u64 i = 0; i < sent.caps.size() && i < abi::max_message_caps; ++i)
    buffer->send[i] = static_cast<u32>(sent.caps[i].value());
}

}  // namespace

World::World(WorldOptions options) {
  machine.reset();
  machine.space_numbers = options.space_numbers;
  kernel::core = kernel::Kernel{};
  kernel::machine::begun_invalidations.clear();
  make_boot_info();
  root_ = kernel::kernel_main(boot_info_at(Machine::memory_base));
  find_memory();
  make_leaves();
  audits = options.audits;
  fast_path = options.fast_path;
}

void World::make_boot_info() {
  auto* info = new (boot_info_at(Machine::memory_base)) abi::BootInfo{};
  info->machine.timer_interrupt = Machine::timer_interrupt;
  const u64 image = Machine::memory_base + boot_memory / 2;
  static_cast<void>(info->memory.push({Machine::memory_base, Machine::memory_size}));
  static_cast<void>(
      info->free.push({Machine::memory_base + boot_memory, Machine::memory_size - boot_memory}));
  static_cast<void>(info->device_ranges.push({device_address, base::page_size}));
  static_cast<void>(info->image.push({svc_address, image, base::page_size,
                                      (abi::frame_right::read | abi::frame_right::execute).bits}));
  info->image_entry_virtual = svc_address;
  info->archive = {image + base::page_size, base::page_size};
}

// The two largest pieces of memory that the kernel granted, and the device.
void World::find_memory() {
  const PhysAddr frame = slot(root_slot::boot_info).cap.physical();
  const abi::BootInfo* info = boot_info_at(frame.value());
  for (const abi::Grant& grant : info->untyped) {
    if (grant.is_device != 0) device_memory_ = grant.cap;
    if (grant.size_bits != 24) continue;
    (memory_ == CapPtr{} ? memory_ : other_memory_) = grant.cap;
  }
  require(other_memory_ != CapPtr{} && device_memory_ != CapPtr{}, "the grants are not there");
}

void World::make_leaves() {
  audits = false;
  // The kernel's own leaves stand in the root CNode only: name them for place().
  for (u64 i = 1; i < first_leaf; ++i) {
    const auto copied =
        invoke(root_slot::leaf0, abi::cnode::Copy{.index = kernel_leaves.value() + i,
                                                  .source = SlotName::in(root_slot::cspace, i),
                                                  .rights = abi::all_rights});
    require(copied.ok(), "the kernel's leaves cannot be named");
  }
  for (u64 i = 0; i < leaf_count; ++i) {
    const CapPtr cap{root_slot::first_free.value() + i};
    const auto made = invoke(
        other_memory_, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::cnode),
                                            .size_bits = abi::leaf_bits,
                                            .first = SlotName::in(root_slot::leaf0, cap.value()),
                                            .count = 1});
    const auto copied = invoke(root_slot::cspace, abi::cnode::Copy{.index = first_leaf + i,
                                                                   .source = SlotName::own(cap),
                                                                   .rights = abi::all_rights});
    require(made.ok() && copied.ok(), "the test's own leaves cannot be made");
    leaves_[i] = cap;
  }
}

CapPtr World::fresh() {
  for (u64 tries = 0; tries < leaf_count * abi::leaf_slots; ++tries) {
    const CapPtr at{(first_leaf << abi::leaf_bits) + next_slot_};
    next_slot_ = (next_slot_ + 1) % (leaf_count * abi::leaf_slots);
    if (slot(at).is_empty()) return at;
  }
  throw std::runtime_error("the test has too few slots");
}

CapPtr World::leaf_of(CapPtr at) const {
  const u64 leaf = at.value() >> abi::leaf_bits;
  if (leaf == 0) return root_slot::leaf0;
  if (leaf < first_leaf) return CapPtr{kernel_leaves.value() + leaf};
  require(leaf - first_leaf < leaf_count, "the test names a slot that does not exist");
  return leaves_[leaf - first_leaf];
}

SlotName World::place(CapPtr at) const {
  return SlotName::in(leaf_of(at), at.value() & (abi::leaf_slots - 1));
}

CapPtr World::make_from(CapPtr untyped, ObjectType type, u64 bits) {
  const CapPtr at = fresh();
  const auto made = invoke(
      untyped,
      abi::untyped::Retype{
          .type = static_cast<u64>(type), .size_bits = bits, .first = place(at), .count = 1});
  if (!made.ok()) throw std::runtime_error(std::string{abi::sentence(made.error())});
  return at;
}

CapPtr World::mint(CapPtr source, Rights rights, u64 data, u64 offset, u64 bits) {
  const CapPtr at = fresh();
  const auto made = invoke(leaf_of(at), abi::cnode::Mint{.index = at.value() & 255,
                                                         .source = SlotName::own(source),
                                                         .rights = rights,
                                                         .data = data,
                                                         .offset = offset,
                                                         .size_bits = bits});
  if (!made.ok()) throw std::runtime_error(std::string{abi::sentence(made.error())});
  return at;
}

CapPtr World::copy(CapPtr source, Rights rights) {
  const CapPtr at = fresh();
  const auto made = invoke(leaf_of(at), abi::cnode::Copy{.index = at.value() & 255,
                                                         .source = SlotName::own(source),
                                                         .rights = rights});
  if (!made.ok()) throw std::runtime_error(std::string{abi::sentence(made.error())});
  return at;
}

Error World::remove(CapPtr at) {
  return invoke(leaf_of(at), abi::cnode::Delete{.index = at.value() & 255}).error();
}

Error World::revoke(CapPtr at) {
  return invoke(leaf_of(at), abi::cnode::Revoke{.index = at.value() & 255}).error();
}

Actor World::make_actor(const ActorOptions& options) {
  Actor actor;
  actor.cap = make(ObjectType::thread);
  actor.thread = &object<Thread>(actor.cap);
  if (options.has_time) actor.time = make(ObjectType::sched_context);
  if (options.has_buffer) actor.buffer = make(ObjectType::frame, base::page_bits);
  if (options.has_reply) actor.reply = make(ObjectType::reply);
  const auto configured = invoke(actor.cap, abi::thread::Configure{.cspace = options.cspace,
                                                                   .vspace = options.vspace,
                                                                   .buffer = actor.buffer,
                                                                   .buffer_offset = 0,
                                                                   .pager = {},
                                                                   .handler = {},
                                                                   .sched_context = actor.time});
  const auto set = invoke(actor.cap, abi::thread::SetPriority{{options.priority}});
  const auto started = invoke(
      actor.cap,
      abi::thread::Dispatch{.vspace = {}, .entry = entry_address, .stack = 0, .argument = 0});
  require(configured.ok() && set.ok() && started.ok(), "an actor cannot be made");
  return actor;
}

kernel::Slot& World::slot(CapPtr at) {
  kernel::Slot* found = root().cspace().find(at);
  if (found == nullptr) throw std::runtime_error("no such slot in the root's CSpace");
  return *found;
}

// For a moment the thread is above all others; the scheduler's own rules do the rest.
void World::schedule(Thread& thread) {
  kernel::Scheduler& scheduler = kernel::core.scheduler;
  if (scheduler.current() == &thread) return;
  const abi::Priority usual = thread.priority;
  scheduler.set_priority(thread, {255});
  const Thread& chosen = kernel::next_thread();
  scheduler.set_priority(thread, usual);
  if (&chosen != &thread) throw std::runtime_error("the test's thread cannot run");
}

void World::run_system_call(Thread& thread, u32 number) {
  kernel::machine::next_trap = {.kind = kernel::machine::TrapKind::system_call, .number = number};
  const bool begins_fast = fast_path && (number == static_cast<u32>(Syscall::call) ||
                                         number == static_cast<u32>(Syscall::reply_recv));
  const auto enter = [&] {
    if (!begins_fast) {
      kernel::kernel_trap(0, &thread);
    } else if (system_call_on_fast_path(thread, number)) {
      ++fast_calls;
    }
  };
  calls_[&thread] = {number, true};
  run(enter);
  // A fault stands at its instruction too.
  if (thread.state != ThreadState::ready) calls_[&thread].is_repeated = false;
  if (audits) audit();
}

template <class Enter>
void World::run(Enter enter) {
  machine.now += trap_ticks;
  try {
    enter();
  } catch (const Ended&) {
    // Nobody can run any more: the next thing that the test does may change that.
    if (kernel::core.scheduler.current() != nullptr) throw;
  }
}

void World::run_trap(Thread& thread, u64 cause) {
  run([&] {
    cause == 0 ? kernel::kernel_trap(cause, &thread) : kernel::kernel_interrupt(&thread);
  });
  if (audits) audit();
}

void World::begin(Thread& thread, u32 number, CapPtr target, const Sent& sent, CapPtr reply) {
  schedule(thread);
  set_registers(thread, target, sent, reply);
  thread.context.pc = svc_address + 4;
  run_system_call(thread, number);
}

void World::repeat(Thread& thread) {
  schedule(thread);
  thread.context.pc = svc_address + 4;
  run_system_call(thread, calls_[&thread].number);
}

void World::finish_repeating(Thread& thread) {
  for (u64 i = 0; is_repeating(thread) && thread.state == ThreadState::ready; ++i) {
    require(i < repeats_allowed, "a system call is repeated without end");
    repeat(thread);
  }
}

Outcome World::trap(Thread& thread, Syscall number, CapPtr target, const Sent& sent, CapPtr reply) {
  begin(thread, static_cast<u32>(number), target, sent, reply);
  finish_repeating(thread);
  return outcome(thread);
}

Outcome World::outcome(const Thread& thread) {
  Outcome outcome;
  for (unsigned i = 0; i < 8; ++i) outcome.words[i] = thread.context.message_word(i);
  outcome.badge = thread.context.capability();
  outcome.info = MessageInfo{thread.context.info()};
  return outcome;
}

void World::fault(Thread& thread, const kernel::Fault& fault) {
  schedule(thread);
  kernel::machine::next_trap = {.kind = kernel::machine::TrapKind::fault,
                                .fault = fault.kind,
                                .access = fault.access,
                                .address = fault.address,
                                .present = fault.present,
                                .syndrome = fault.syndrome};
  run_trap(thread, 0);
}

void World::use_floating_point(Thread& thread) {
  schedule(thread);
  kernel::machine::next_trap = {.kind = kernel::machine::TrapKind::floating_point};
  run_trap(thread, 0);
}

void World::ring_alarm() {
  if (machine.now < machine.alarm) machine.now = machine.alarm;
  interrupt(Machine::timer_interrupt);
}

void World::interrupt(u32 number) {
  machine.pending_interrupt = number;
  Thread* running = kernel::core.scheduler.current();
  if (running != nullptr) run_trap(*running, 1);
}

void World::audit() { Audit{*root_}.run(); }

}  // namespace simulated
