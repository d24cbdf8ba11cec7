// SPDX-License-Identifier: MIT
// Prints every number, size and offset of abi/ as a text that is the same until the ABI changes.
// Checked in as abi/layout.txt, so that every such change is a visible difference.
#include <abi/bootinfo.hpp>
#include <abi/crash.hpp>
#include <abi/error.hpp>
#include <abi/fault.hpp>
#include <abi/layout.hpp>
#include <abi/message.hpp>
#include <abi/object.hpp>
#include <abi/object/cnode.hpp>
#include <abi/object/inspector.hpp>
#include <abi/object/memory.hpp>
#include <abi/object/platform.hpp>
#include <abi/object/thread.hpp>
#include <abi/object/time.hpp>
#include <abi/request.hpp>
#include <abi/slots.hpp>
#include <abi/syscall.hpp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace {

using abi::u64;

void section(const char* title) { std::printf("\n[%s]\n", title); }

void number(const char* name, u64 value) {
  std::printf("%s = %llu (0x%llx)\n", name, static_cast<unsigned long long>(value),
              static_cast<unsigned long long>(value));
}

struct Field {
  const char* name;
  u64 offset;
  u64 size;
};

// Fails unless the fields cover the whole struct: a new field cannot be forgotten here.
void structure(const char* name, u64 size, std::initializer_list<Field> fields) {
  std::printf("%s: %llu bytes\n", name, static_cast<unsigned long long>(size));
  u64 covered = 0;
  for (const Field& field : fields) {
    std::printf("  %4llu +%-4llu %s\n", static_cast<unsigned long long>(field.offset),
                static_cast<unsigned long long>(field.size), field.name);
    covered += field.size;
  }
  if (covered == size) return;
  std::fprintf(stderr, "abi_layout: the fields of %s are not complete here\n", name);
  std::exit(1);
}

#define NUMBER(expression) number(#expression, static_cast<u64>(expression))
#define FIELD(type, name) \
  Field { #name, offsetof(type, name), sizeof(type::name) }
#define STRUCTURE(type, ...) structure(#type, sizeof(type), {__VA_ARGS__})

u64 methods_printed = 0;

// A method's words: of its arguments, then of its reply.
template <abi::Request R>
void method(std::initializer_list<Field> arguments, std::initializer_list<Field> reply = {}) {
  std::printf("%.*s = 0x%x, %llu words, reply %llu words\n", static_cast<int>(R::name.size()),
              R::name.data(), R::op, static_cast<unsigned long long>(abi::words_of<R>),
              static_cast<unsigned long long>(abi::words_of<typename R::Reply>));
  ++methods_printed;
  u64 covered = 0;
  for (const Field& field : arguments) {
    std::printf("  word %llu %s\n", static_cast<unsigned long long>(field.offset / 8), field.name);
    covered += field.size;
  }
  for (const Field& field : reply) {
    std::printf("  reply word %llu %s\n", static_cast<unsigned long long>(field.offset / 8),
                field.name);
    covered += field.size;
  }
  if (covered == 8 * (abi::words_of<R> + abi::words_of<typename R::Reply>)) return;
  std::fprintf(stderr, "abi_layout: the words of %.*s are not complete here\n",
               static_cast<int>(R::name.size()), R::name.data());
  std::exit(1);
}

void print_errors() {
  section("errors");
  using abi::Error;
  NUMBER(Error::none), NUMBER(Error::invalid_capability), NUMBER(Error::wrong_object);
  NUMBER(Error::denied), NUMBER(Error::unknown_method), NUMBER(Error::bad_argument);
  NUMBER(Error::out_of_range), NUMBER(Error::occupied), NUMBER(Error::not_found);
  NUMBER(Error::busy), NUMBER(Error::no_memory), NUMBER(Error::no_space);
  NUMBER(Error::needs_table), NUMBER(Error::too_big), NUMBER(Error::would_block);
  NUMBER(Error::gone), NUMBER(Error::cancelled), NUMBER(Error::not_supported);
  NUMBER(Error::over_quota), NUMBER(Error::absent);
  NUMBER(abi::error_count);
  for (u64 i = 0; i < abi::error_count; ++i) {
    const std::string_view text = abi::sentence(static_cast<abi::Error>(i));
    std::printf("%llu %.*s\n", static_cast<unsigned long long>(i), static_cast<int>(text.size()),
                text.data());
  }
}

void print_system_calls() {
  section("system calls");
  using Syscall = abi::Syscall;
  NUMBER(Syscall::foreign), NUMBER(Syscall::call), NUMBER(Syscall::reply_recv);
  NUMBER(Syscall::send), NUMBER(Syscall::recv), NUMBER(Syscall::try_call);
  NUMBER(Syscall::try_reply_recv), NUMBER(Syscall::try_send), NUMBER(Syscall::try_recv);
  NUMBER(Syscall::signal), NUMBER(Syscall::wait), NUMBER(Syscall::poll), NUMBER(Syscall::yield);
  NUMBER(abi::syscall_count);
}

void print_message() {
  section("messages");
  NUMBER(abi::register_words), NUMBER(abi::max_message_words), NUMBER(abi::max_message_caps);
  number("info: label", abi::MessageInfo::make(~abi::u32{0}, 0).raw);
  number("info: words", abi::MessageInfo::make(0, 0xff).raw);
  number("info: caps", abi::MessageInfo::make(0, 0, 0xf).raw);
  number("info: kind", abi::MessageInfo::received(0, 0, static_cast<abi::Kind>(0xf)).raw);
  using Kind = abi::Kind;
  NUMBER(Kind::none), NUMBER(Kind::call), NUMBER(Kind::send), NUMBER(Kind::fault);
  NUMBER(Kind::foreign_call), NUMBER(Kind::notification), NUMBER(Kind::reply), NUMBER(Kind::error);
  STRUCTURE(abi::IpcBuffer, FIELD(abi::IpcBuffer, words), FIELD(abi::IpcBuffer, send),
            FIELD(abi::IpcBuffer, receive), FIELD(abi::IpcBuffer, badges));
  NUMBER(abi::ipc_buffer_size);
}

void print_faults() {
  section("faults");
  NUMBER(abi::FaultKind::page), NUMBER(abi::FaultKind::alignment);
  NUMBER(abi::FaultKind::instruction), NUMBER(abi::FaultKind::breakpoint);
  NUMBER(abi::FaultKind::system_call), NUMBER(abi::FaultKind::other);
  NUMBER(abi::Access::none), NUMBER(abi::Access::read), NUMBER(abi::Access::write);
  NUMBER(abi::Access::execute);
  NUMBER(abi::FaultReply::resume), NUMBER(abi::FaultReply::pass_on), NUMBER(abi::FaultReply::stop);
  NUMBER(abi::fault_was_refused);
  using F = abi::FaultMessage;
  STRUCTURE(abi::FaultMessage, FIELD(F, address), FIELD(F, pc), FIELD(F, access), FIELD(F, present),
            FIELD(F, syndrome), FIELD(F, sp), FIELD(F, flags), FIELD(F, link));
}

void print_crashes() {
  section("crash records");
  NUMBER(abi::max_crash_name), NUMBER(abi::max_crash_regions), NUMBER(abi::max_crash_returns);
  NUMBER(abi::max_crash_words);
  using Region = abi::CrashRegion;
  STRUCTURE(abi::CrashRegion, FIELD(Region, start), FIELD(Region, length), FIELD(Region, access),
            FIELD(Region, kind));
  using R = abi::CrashRecord;
  STRUCTURE(abi::CrashRecord, FIELD(R, number), FIELD(R, pid), FIELD(R, end), FIELD(R, fault),
            FIELD(R, address), FIELD(R, access), FIELD(R, present), FIELD(R, syndrome),
            FIELD(R, processor_state), FIELD(R, registers), FIELD(R, name),
            FIELD(R, regions_in_all), FIELD(R, region_count), FIELD(R, return_count),
            FIELD(R, word_count), FIELD(R, regions), FIELD(R, returns), FIELD(R, words));
}

void print_objects() {
  section("object types");
  for (u64 i = 0; i < abi::object_type_count; ++i) {
    const std::string_view name = abi::name_of(static_cast<abi::ObjectType>(i));
    std::printf("%llu %.*s\n", static_cast<unsigned long long>(i), static_cast<int>(name.size()),
                name.data());
  }
  section("rights");
  namespace endpoint = abi::endpoint_right;
  NUMBER(endpoint::send.bits), NUMBER(endpoint::receive.bits), NUMBER(endpoint::grant.bits);
  NUMBER(endpoint::mint.bits);
  namespace notification = abi::notification_right;
  NUMBER(notification::signal.bits), NUMBER(notification::wait.bits);
  NUMBER(notification::mint.bits);
  NUMBER(abi::reply_right::answer.bits), NUMBER(abi::reply_right::receive.bits);
  namespace frame = abi::frame_right;
  NUMBER(frame::read.bits), NUMBER(frame::write.bits), NUMBER(frame::execute.bits);
  NUMBER(frame::physical.bits);
  namespace vspace = abi::vspace_right;
  NUMBER(vspace::map.bits), NUMBER(vspace::read.bits), NUMBER(vspace::write.bits);
  NUMBER(vspace::run.bits);
  namespace cnode = abi::cnode_right;
  NUMBER(cnode::insert.bits), NUMBER(cnode::remove.bits), NUMBER(cnode::copy.bits);
  NUMBER(cnode::lookup.bits);
  namespace thread = abi::thread_right;
  NUMBER(thread::control.bits), NUMBER(thread::read.bits), NUMBER(thread::write.bits);
  NUMBER(thread::configure.bits), NUMBER(thread::inspect.bits);
  NUMBER(abi::sched_context_right::configure.bits), NUMBER(abi::sched_context_right::use.bits);
  section("sizes");
  NUMBER(abi::object_alignment), NUMBER(abi::slot_bytes), NUMBER(abi::cnode_header_bytes);
  NUMBER(abi::thread_bytes), NUMBER(abi::small_object_bytes), NUMBER(abi::table_bytes);
  NUMBER(abi::min_untyped_bits), NUMBER(abi::max_untyped_bits);
  NUMBER(abi::leaf_bits), NUMBER(abi::max_root_bits), NUMBER(abi::priority_levels);
}

void print_memory_methods() {
  section("methods of memory");
  using Retype = abi::untyped::Retype;
  method<Retype>(
      {FIELD(Retype, type), FIELD(Retype, size_bits), FIELD(Retype, first), FIELD(Retype, count)});
  using Untyped = abi::untyped::Info::Reply;
  method<abi::untyped::Info>({}, {FIELD(Untyped, physical_address), FIELD(Untyped, size_bits),
                                  FIELD(Untyped, free_bytes), FIELD(Untyped, is_device)});
  using Map = abi::frame::Map;
  method<Map>({FIELD(Map, vspace), FIELD(Map, address), FIELD(Map, offset), FIELD(Map, length),
               FIELD(Map, flags)});
  using Unmap = abi::frame::Unmap;
  method<Unmap>({FIELD(Unmap, address), FIELD(Unmap, length)});
  using Protect = abi::frame::Protect;
  method<Protect>({FIELD(Protect, address), FIELD(Protect, length), FIELD(Protect, flags)});
  using Frame = abi::frame::Info::Reply;
  method<abi::frame::Info>({}, {FIELD(Frame, physical_address), FIELD(Frame, size_bits),
                                FIELD(Frame, is_device), FIELD(Frame, is_mapped)});
  using Table = abi::page_table::Map;
  method<Table>({FIELD(Table, vspace), FIELD(Table, address)}, {FIELD(Table::Reply, covers_bits)});
  method<abi::page_table::Unmap>({});
  method<abi::vspace::Clear>({});
  using Walk = abi::vspace::Walk;
  method<Walk>({FIELD(Walk, address)}, {FIELD(Walk::Reply, page_bits), FIELD(Walk::Reply, access)});
  using Copy = abi::vspace::Copy;
  method<Copy>({FIELD(Copy, source_address), FIELD(Copy, target), FIELD(Copy, target_address),
                FIELD(Copy, length)});
  NUMBER(abi::vspace::max_copy);
  NUMBER(abi::untyped::max_retype_count);
}

void print_cnode_methods() {
  section("methods of CNode");
  using Copy = abi::cnode::Copy;
  method<Copy>({FIELD(Copy, index), FIELD(Copy, source), FIELD(Copy, rights)});
  using Mint = abi::cnode::Mint;
  method<Mint>({FIELD(Mint, index), FIELD(Mint, source), FIELD(Mint, rights), FIELD(Mint, data),
                FIELD(Mint, offset), FIELD(Mint, size_bits)});
  using Move = abi::cnode::Move;
  method<Move>({FIELD(Move, index), FIELD(Move, source)});
  method<abi::cnode::Delete>({FIELD(abi::cnode::Delete, index)});
  method<abi::cnode::Revoke>({FIELD(abi::cnode::Revoke, index)});
  using Identify = abi::cnode::Identify;
  method<Identify>({FIELD(Identify, index)},
                   {FIELD(Identify::Reply, type), FIELD(Identify::Reply, rights),
                    FIELD(Identify::Reply, data), FIELD(Identify::Reply, has_children)});
  method<abi::cnode::Anchor>({FIELD(abi::cnode::Anchor, index)});
  method<abi::cnode::NextUnreferenced>({}, {FIELD(abi::cnode::NextUnreferenced::Reply, index)});
  method<abi::cnode::Configure>({FIELD(abi::cnode::Configure, notification)});
}

void print_thread_methods() {
  section("methods of Thread, SchedContext and Platform");
  using Configure = abi::thread::Configure;
  method<Configure>({FIELD(Configure, cspace), FIELD(Configure, vspace), FIELD(Configure, buffer),
                     FIELD(Configure, buffer_offset), FIELD(Configure, pager),
                     FIELD(Configure, handler), FIELD(Configure, sched_context)});
  using Dispatch = abi::thread::Dispatch;
  method<Dispatch>({FIELD(Dispatch, vspace), FIELD(Dispatch, entry), FIELD(Dispatch, stack),
                    FIELD(Dispatch, argument)});
  method<abi::thread::Suspend>({});
  method<abi::thread::Resume>({});
  using Registers = abi::thread::Registers;
  method<abi::thread::ReadRegisters>({}, {FIELD(abi::thread::ReadRegisters::Reply, registers)});
  method<abi::thread::WriteRegisters>({FIELD(abi::thread::WriteRegisters, registers)});
  method<abi::thread::SetPriority>({FIELD(abi::thread::SetPriority, priority)});
  using Info = abi::thread::Info::Reply;
  method<abi::thread::Info>({}, {FIELD(Info, state), FIELD(Info, priority), FIELD(Info, run_time),
                                 FIELD(Info, messages), FIELD(Info, faults)});
  method<abi::thread::BindNotification>({FIELD(abi::thread::BindNotification, notification)});
  method<abi::thread::SetForeign>(
      {FIELD(abi::thread::SetForeign, mode), FIELD(abi::thread::SetForeign, frame),
       FIELD(abi::thread::SetForeign, offset), FIELD(abi::thread::SetForeign, entry)});
  method<abi::thread::Post>({FIELD(abi::thread::Post, bits)});
  using Vectors = abi::thread::FloatingPoint;
  method<abi::thread::ReadFloatingPoint>({},
                                         {FIELD(abi::thread::ReadFloatingPoint::Reply, registers)});
  method<abi::thread::WriteFloatingPoint>({FIELD(abi::thread::WriteFloatingPoint, registers)});
  using Watch = abi::thread::SetWatch;
  method<Watch>(
      {FIELD(Watch, index), FIELD(Watch, kind), FIELD(Watch, address), FIELD(Watch, size)});
  method<abi::thread::ReleaseTime>({});
  method<abi::sched_context::Configure>({FIELD(abi::sched_context::Configure, budget)});
  method<abi::platform::PowerOff>({FIELD(abi::platform::PowerOff, status)});
  method<abi::platform::Reset>({});
  method<abi::platform::Panic>({});
  STRUCTURE(abi::thread::Registers, FIELD(Registers, x), FIELD(Registers, sp), FIELD(Registers, pc),
            FIELD(Registers, flags), FIELD(Registers, tls));
  STRUCTURE(abi::thread::FloatingPoint, FIELD(Vectors, v), FIELD(Vectors, fpsr),
            FIELD(Vectors, fpcr));
  NUMBER(abi::thread::Watch::off), NUMBER(abi::thread::Watch::execute);
  NUMBER(abi::thread::Watch::read), NUMBER(abi::thread::Watch::write);
  NUMBER(abi::thread::Watch::read_write), NUMBER(abi::thread::max_watches);
  using State = abi::thread::State;
  NUMBER(State::suspended), NUMBER(State::ready), NUMBER(State::sending), NUMBER(State::receiving);
  NUMBER(State::replying), NUMBER(State::waiting), NUMBER(State::faulted);
  NUMBER(abi::sched_context::min_budget), NUMBER(abi::sched_context::max_budget);
  NUMBER(abi::sched_context::default_budget);
}

void print_time_methods() {
  section("methods of Timer, IrqControl and IrqHandler");
  method<abi::timer::Configure>({FIELD(abi::timer::Configure, notification)});
  method<abi::timer::Set>({FIELD(abi::timer::Set, deadline)},
                          {FIELD(abi::timer::Set::Reply, replaced)});
  using Attach = abi::irq_control::Attach;
  method<Attach>({FIELD(Attach, handler), FIELD(Attach, number), FIELD(Attach, trigger)});
  method<abi::irq_handler::Configure>({FIELD(abi::irq_handler::Configure, notification)});
  method<abi::irq_handler::Acknowledge>({});
}

void print_inspector_methods() {
  section("methods of Inspector");
  using namespace abi::inspector;
  method<Rewind>({}, {FIELD(Rewind::Reply, sequence)});
  method<Next>({}, {FIELD(Next::Reply, sequence), FIELD(Next::Reply, removals),
                    FIELD(Next::Reply, depth), FIELD(Next::Reply, capability)});
  method<Describe>({FIELD(Describe, sequence)},
                   {FIELD(Describe::Reply, type), FIELD(Describe::Reply, words)});
  method<FindSlot>({FIELD(FindSlot, sequence), FIELD(FindSlot, index)},
                   {FIELD(FindSlot::Reply, index), FIELD(FindSlot::Reply, capability)});
  method<Walk>(
      {FIELD(Walk, sequence), FIELD(Walk, address)},
      {FIELD(Walk::Reply, next), FIELD(Walk::Reply, address), FIELD(Walk::Reply, physical_address),
       FIELD(Walk::Reply, page_bits), FIELD(Walk::Reply, access), FIELD(Walk::Reply, entries)});
  using All = Summary::Reply;
  method<Summary>({}, {FIELD(All, counter), FIELD(All, frequency), FIELD(All, current),
                       FIELD(All, ready_levels), FIELD(All, spaces_used), FIELD(All, spaces_free),
                       FIELD(All, ending), FIELD(All, fp_owner), FIELD(All, kernel_bytes),
                       FIELD(All, system_calls), FIELD(All, faults), FIELD(All, interrupts),
                       FIELD(All, fp_switches), FIELD(All, thread_switches)});
  method<Ready>({FIELD(Ready, level)}, {FIELD(Ready::Reply, first)});
  method<Trace>({FIELD(Trace, mode)}, {FIELD(Trace::Reply, replaced)});
  method<Events>({FIELD(Events, from)}, {FIELD(Events::Reply, first), FIELD(Events::Reply, count),
                                         FIELD(Events::Reply, events)});
  NUMBER(abi::inspector_right::read.bits), NUMBER(abi::inspector_right::trace.bits);
}

void print_inspector_records() {
  section("records of Inspector");
  using namespace abi::inspector;
  STRUCTURE(Capability, FIELD(Capability, slot), FIELD(Capability, type), FIELD(Capability, rights),
            FIELD(Capability, data), FIELD(Capability, object), FIELD(Capability, size_bits),
            FIELD(Capability, flags));
  NUMBER(capability_flag::device), NUMBER(capability_flag::anchor);
  NUMBER(capability_flag::has_children), NUMBER(capability_flag::kept);
  STRUCTURE(UntypedRecord, FIELD(UntypedRecord, physical_address),
            FIELD(UntypedRecord, used_bytes));
  STRUCTURE(CNodeRecord, FIELD(CNodeRecord, references));
  STRUCTURE(FrameRecord, FIELD(FrameRecord, physical_address), FIELD(FrameRecord, space),
            FIELD(FrameRecord, window_start), FIELD(FrameRecord, window_end));
  STRUCTURE(PageTableRecord, FIELD(PageTableRecord, physical_address),
            FIELD(PageTableRecord, space), FIELD(PageTableRecord, address),
            FIELD(PageTableRecord, level));
  STRUCTURE(VSpaceRecord, FIELD(VSpaceRecord, number), FIELD(VSpaceRecord, physical_address),
            FIELD(VSpaceRecord, references));
  STRUCTURE(ThreadRecord, FIELD(ThreadRecord, references), FIELD(ThreadRecord, state),
            FIELD(ThreadRecord, priority), FIELD(ThreadRecord, run_time),
            FIELD(ThreadRecord, messages), FIELD(ThreadRecord, faults),
            FIELD(ThreadRecord, waits_on), FIELD(ThreadRecord, behind),
            FIELD(ThreadRecord, bound_reply), FIELD(ThreadRecord, notification),
            FIELD(ThreadRecord, time), FIELD(ThreadRecord, kept), FIELD(ThreadRecord, pc),
            FIELD(ThreadRecord, sp), FIELD(ThreadRecord, fault_kind),
            FIELD(ThreadRecord, fault_access), FIELD(ThreadRecord, fault_address));
  STRUCTURE(EndpointRecord, FIELD(EndpointRecord, references), FIELD(EndpointRecord, first_sender),
            FIELD(EndpointRecord, first_receiver));
  STRUCTURE(NotificationRecord, FIELD(NotificationRecord, references),
            FIELD(NotificationRecord, bits), FIELD(NotificationRecord, bound),
            FIELD(NotificationRecord, first_waiter));
  STRUCTURE(ReplyRecord, FIELD(ReplyRecord, references), FIELD(ReplyRecord, caller),
            FIELD(ReplyRecord, receiver), FIELD(ReplyRecord, lent));
  STRUCTURE(SchedContextRecord, FIELD(SchedContextRecord, references),
            FIELD(SchedContextRecord, home), FIELD(SchedContextRecord, user),
            FIELD(SchedContextRecord, budget), FIELD(SchedContextRecord, left),
            FIELD(SchedContextRecord, used));
  STRUCTURE(TimerRecord, FIELD(TimerRecord, references), FIELD(TimerRecord, deadline),
            FIELD(TimerRecord, notification));
  STRUCTURE(IrqHandlerRecord, FIELD(IrqHandlerRecord, references), FIELD(IrqHandlerRecord, number),
            FIELD(IrqHandlerRecord, is_unmasked), FIELD(IrqHandlerRecord, notification));
  STRUCTURE(Event, FIELD(Event, counter), FIELD(Event, thread), FIELD(Event, kind),
            FIELD(Event, details));
  NUMBER(EventKind::system_call), NUMBER(EventKind::fault), NUMBER(EventKind::interrupt);
  NUMBER(EventKind::floating_point), NUMBER(EventKind::thread_switch);
  NUMBER(TraceMode::off), NUMBER(TraceMode::long_way), NUMBER(TraceMode::everything);
  NUMBER(trace_capacity), NUMBER(events_per_reply), NUMBER(max_record_words), NUMBER(max_kept);
}

void print_boot_info() {
  section("boot information");
  NUMBER(abi::boot_info_magic), NUMBER(abi::boot_info_version), NUMBER(abi::boot_info_pages);
  STRUCTURE(abi::MemoryRange, FIELD(abi::MemoryRange, base), FIELD(abi::MemoryRange, size));
  using Segment = abi::ImageSegment;
  STRUCTURE(abi::ImageSegment, FIELD(Segment, virtual_address), FIELD(Segment, physical_address),
            FIELD(Segment, size), FIELD(Segment, rights));
  using Device = abi::Device;
  STRUCTURE(abi::Device, FIELD(Device, base), FIELD(Device, size), FIELD(Device, interrupt),
            FIELD(Device, trigger), FIELD(Device, compatible));
  using Machine = abi::Machine;
  STRUCTURE(abi::Machine, FIELD(Machine, interrupt_controller), FIELD(Machine, distributor_virtual),
            FIELD(Machine, cpu_interface_virtual), FIELD(Machine, redistributor_virtual),
            FIELD(Machine, redistributor_size), FIELD(Machine, serial_virtual),
            FIELD(Machine, serial_physical), FIELD(Machine, serial_interrupt),
            FIELD(Machine, timer_interrupt), FIELD(Machine, power_conduit),
            FIELD(Machine, exit_device), FIELD(Machine, log_level));
  using Grant = abi::Grant;
  STRUCTURE(abi::Grant, FIELD(Grant, cap), FIELD(Grant, base), FIELD(Grant, size_bits),
            FIELD(Grant, is_device));
  using Info = abi::BootInfo;
  STRUCTURE(abi::BootInfo, FIELD(Info, magic), FIELD(Info, version), FIELD(Info, total_size),
            FIELD(Info, machine), FIELD(Info, memory), FIELD(Info, free),
            FIELD(Info, device_ranges), FIELD(Info, devices), FIELD(Info, cpus),
            FIELD(Info, archive), FIELD(Info, image), FIELD(Info, image_entry_virtual),
            FIELD(Info, kernel_image), FIELD(Info, command_line_size),
            FIELD(Info, arguments_offset), FIELD(Info, command_line), FIELD(Info, untyped),
            FIELD(Info, archive_frames), FIELD(Info, image_frames), FIELD(Info, first_free_leaf));
  NUMBER(abi::InterruptController::gic_v2), NUMBER(abi::InterruptController::gic_v3);
  NUMBER(abi::PowerConduit::none), NUMBER(abi::PowerConduit::hvc), NUMBER(abi::PowerConduit::smc);
  NUMBER(abi::LogLevel::quiet), NUMBER(abi::LogLevel::info), NUMBER(abi::LogLevel::debug);
  NUMBER(abi::ExitDevice::none), NUMBER(abi::ExitDevice::semihosting);
}

void print_layout() {
  section("address space");
  namespace layout = abi::layout;
  NUMBER(layout::address_bits), NUMBER(layout::user_end), NUMBER(layout::physical_window);
  NUMBER(layout::physical_window_size), NUMBER(layout::device_window);
  NUMBER(layout::device_window_size), NUMBER(layout::kernel_base);
  NUMBER(layout::root_boot_info), NUMBER(layout::root_ipc_buffer);
  section("well-known slots");
  namespace slot = abi::root_slot;
  NUMBER(slot::thread.value()), NUMBER(slot::vspace.value()), NUMBER(slot::cspace.value());
  NUMBER(slot::leaf0.value()), NUMBER(slot::sched_context.value());
  NUMBER(slot::ipc_buffer.value()), NUMBER(slot::boot_info.value());
  NUMBER(slot::platform.value()), NUMBER(slot::irq_control.value());
  NUMBER(slot::inspector.value()), NUMBER(slot::first_free.value());
  NUMBER(slot::root_cnode_bits);
}

}  // namespace

int main() {
  std::printf(
      "# The ABI in numbers, made by tests/unit/abi_layout.cpp from the headers in abi/.\n");
  print_errors();
  print_system_calls();
  print_message();
  print_faults();
  print_crashes();
  print_objects();
  print_memory_methods();
  print_cnode_methods();
  print_thread_methods();
  print_time_methods();
  print_inspector_methods();
  print_inspector_records();
  print_boot_info();
  print_layout();
  constexpr u64 methods = abi::untyped::Methods::size + abi::frame::Methods::size +
                          abi::page_table::Methods::size + abi::vspace::Methods::size +
                          abi::cnode::Methods::size + abi::thread::Methods::size +
                          abi::sched_context::Methods::size + abi::platform::Methods::size +
                          abi::timer::Methods::size + abi::irq_control::Methods::size +
                          abi::irq_handler::Methods::size + abi::inspector::Methods::size;
  if (methods_printed == methods) return 0;
  std::fprintf(stderr, "abi_layout: a method is not printed\n");
  return 1;
}
