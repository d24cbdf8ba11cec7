// SPDX-License-Identifier: MIT
// What the Inspector shows of each kind of object, held against what the test has made.
#include <tests/kernel/kit/inspect.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;
using abi::thread::State;
namespace sys = ipc::sys;

void senders_in_order(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [&] { sys::call(endpoint.at(), {}, abi::MessageInfo::make(1, 0)); };
  Worker first{t, body};
  wait_for_state(t, first.thread(), State::sending);
  Worker second{t, body};
  wait_for_state(t, second.thread(), State::sending);
  Worker third{t, body};
  wait_for_state(t, third.thread(), State::sending);
  const Id ids[] = {id_of(t, first.thread()), id_of(t, second.thread()), id_of(t, third.thread())};
  const auto queue = record_of<record::EndpointRecord>(t, endpoint);
  t.equals(queue.first_sender, ids[0]);
  t.equals(queue.first_receiver, Id{});
  const auto last = thread_record(t, third.thread());
  t.equals(last.state, State::sending);
  t.equals(last.waits_on, id_of(t, endpoint));
  t.equals(last.behind, ids[1]);
  t.equals(thread_record(t, second.thread()).behind, ids[0]);
  t.equals(thread_record(t, first.thread()).behind, Id{});

  // The first is received: it waits for us, and the second comes first.
  sys::recv(endpoint, reply);
  const Id self = t.need(ipc::invoke(inspector, record::Summary{})).current;
  t.equals(record_of<record::EndpointRecord>(t, endpoint).first_sender, ids[1]);
  const auto hanging = thread_record(t, first.thread());
  t.equals(hanging.state, State::replying);
  t.equals(hanging.waits_on, id_of(t, reply));
  t.equals(hanging.behind, Id{});
  const auto owed = record_of<record::ReplyRecord>(t, reply);
  t.equals(owed.caller, ids[0]);
  t.equals(owed.receiver, self);
  t.equals(owed.lent, Id{});
  sys::send(reply.at(), {}, abi::MessageInfo::make(0, 0));
  first.join();
  t.equals(record_of<record::ReplyRecord>(t, reply).caller, Id{});
}

void receivers_and_waiters(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  const auto bound = t.make<ipc::Notification>();
  auto receive = [&] { sys::recv(endpoint); };
  auto wait = [&] { static_cast<void>(ipc::wait(note)); };
  Worker receiver{t, receive};
  Worker waiter{t, wait};
  wait_for_state(t, receiver.thread(), State::receiving);
  wait_for_state(t, waiter.thread(), State::waiting);
  t.need(ipc::invoke(receiver.thread(), abi::thread::BindNotification{.notification = bound.at()}));
  t.equals(record_of<record::EndpointRecord>(t, endpoint).first_receiver,
           id_of(t, receiver.thread()));
  t.equals(record_of<record::EndpointRecord>(t, endpoint).first_sender, Id{});
  t.equals(thread_record(t, receiver.thread()).waits_on, id_of(t, endpoint));
  t.equals(thread_record(t, receiver.thread()).notification, id_of(t, bound));
  t.equals(record_of<record::NotificationRecord>(t, bound).bound, id_of(t, receiver.thread()));
  t.equals(record_of<record::NotificationRecord>(t, note).first_waiter, id_of(t, waiter.thread()));
  t.equals(thread_record(t, waiter.thread()).waits_on, id_of(t, note));
  t.succeeds(ipc::signal(t.mint(note, abi::all_rights, 4)));
  waiter.join();
  t.succeeds(ipc::signal(t.mint(note, abi::all_rights, 0x12)));
  t.equals(record_of<record::NotificationRecord>(t, note).bits, u64{0x12});
  t.equals(record_of<record::NotificationRecord>(t, note).first_waiter, Id{});
  t.equals(record_of<record::NotificationRecord>(t, note).references, u64{4});
}

void lent_time_is_shown(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto never = t.fixture().never;
  auto serve = [&] {
    sys::recv(endpoint, reply);
    static_cast<void>(ipc::wait(never));
  };
  auto call = [&] { sys::call(endpoint.at(), {}, abi::MessageInfo::make(1, 0)); };
  Worker server{t, serve};
  wait_for_state(t, server.thread(), State::receiving);
  server.take_time();
  Worker client{t, call};
  wait_for_state(t, client.thread(), State::replying);
  const auto caller = thread_record(t, client.thread());
  const auto callee = thread_record(t, server.thread());
  const Id time = caller.kept[5];
  t.that(time != Id{}, "the client keeps time");
  t.equals(caller.time, Id{});
  t.equals(callee.time, time);
  t.equals(callee.kept[5], Id{});
  t.equals(record_of<record::ReplyRecord>(t, reply).lent, time);
}

void time_of_a_thread(Context& t) {
  auto body = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, body};
  worker.set_budget(2'000'000);
  wait_for_state(t, worker.thread(), State::waiting);
  const Id home = id_of(t, worker.thread());
  const Id time = thread_record(t, worker.thread()).time;
  const u64 frequency = t.need(ipc::invoke(inspector, record::Summary{})).frequency;
  record::SchedContextRecord found{};
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    if (at.capability.object != time) return true;
    found = t.need(support::describe<record::SchedContextRecord>(inspector, at));
    return false;
  }));
  t.equals(found.home, home);
  t.equals(found.user, home);
  t.equals(found.budget, frequency / 500);
  t.that(found.left <= found.budget, "no more is left than was given");
  t.equals(found.references, u64{2});
}

void a_fault_is_shown(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [] { peek(0x10); };
  Worker worker{t, body, {.pager = endpoint, .handler = endpoint}};
  const ipc::Message message = sys::recv(endpoint, reply);
  t.equals(message.info.kind(), abi::Kind::fault);
  const abi::FaultMessage fault = support::fault_of(message);
  const auto found = thread_record(t, worker.thread());
  t.equals(found.faults, u64{1});
  t.equals(found.fault_kind, static_cast<u64>(abi::FaultKind::page));
  t.equals(found.fault_address, u64{0x10});
  t.equals(found.fault_access, abi::Access::read);
  t.equals(found.pc, fault.pc);
  t.equals(found.sp, fault.sp);
  t.equals(found.kept[3], id_of(t, endpoint));
  t.equals(found.kept[4], id_of(t, endpoint));
  t.equals(found.kept[1], id_of(t, Cap<ipc::VSpace>{abi::root_slot::vspace}));
  t.equals(found.kept[0], id_of(t, Cap<ipc::CNode>{abi::root_slot::cspace}));
}

void ready_threads_in_order(Context& t) {
  constexpr abi::Priority low{50};
  auto body = [] {};
  t.equals(t.need(ipc::invoke(inspector, record::Ready{low.level})).first, Id{});
  Worker first{t, body, {.priority = low}};
  Worker second{t, body, {.priority = low}};
  const Id one = id_of(t, first.thread());
  t.equals(t.need(ipc::invoke(inspector, record::Ready{low.level})).first, one);
  t.equals(thread_record(t, second.thread()).behind, one);
  t.equals(thread_record(t, second.thread()).state, State::ready);
  t.equals(thread_record(t, first.thread()).behind, Id{});
  t.that(t.need(ipc::invoke(inspector, record::Summary{})).ready_levels > low.level,
         "a ready thread counts");
  first.destroy();
  t.equals(t.need(ipc::invoke(inspector, record::Ready{low.level})).first,
           id_of(t, second.thread()));
  second.destroy();
  t.equals(t.need(ipc::invoke(inspector, record::Ready{low.level})).first, Id{});
}

void slots_of_a_cnode(Context& t) {
  constexpr u64 bits = 10;
  constexpr u64 used[] = {0, 63, 64, 700, 1023};
  const auto cnode = t.make<ipc::CNode>(bits);
  const auto endpoint = t.make<ipc::Endpoint>();
  for (const u64 index : used)
    t.need(ipc::invoke(cnode, abi::cnode::Mint{.index = index,
                                               .source = abi::SlotName::own(endpoint.at()),
                                               .rights = abi::all_rights,
                                               .data = index + 1}));
  u64 found = 0;
  at_cursor(t, cnode, [&](const Inspected& at) {
    t.equals(at.capability.size_bits, bits);
    t.need(support::for_each_slot(inspector, at, [&](u64 index, const record::Capability& cap) {
      if (found < std::size(used)) t.equals(index, used[found]);
      t.equals(cap.data, index + 1);
      // Where it stands tells which CNode holds it.
      t.equals(cap.slot.value() - at.capability.object.value(),
               abi::cnode_header_bytes + index * abi::slot_bytes);
      ++found;
    }));
    t.fails(ipc::invoke(inspector, record::FindSlot{at.sequence, 1024}), Error::out_of_range);
    t.fails(ipc::invoke(inspector, record::FindSlot{at.sequence, ~u64{0}}), Error::out_of_range);
    t.fails(ipc::invoke(inspector, record::Walk{at.sequence, 0}), Error::wrong_object);
    const auto some = t.need(ipc::invoke(inspector, record::FindSlot{at.sequence, 65}));
    t.equals(some.index, u64{65 + 64});
    t.equals(some.capability.type, u64{0});
    t.equals(some.capability.slot, Id{});
    return 0;
  });
  t.equals(found, u64{std::size(used)});
}

struct Pages {
  u64 count = 0;
  u64 last_end = 0;
  record::Walk::Reply page{};  // the one that covers `address`
};

Pages pages_of(Context& t, Cap<ipc::VSpace> space, u64 address) {
  return at_cursor(t, space, [&](const Inspected& at) {
    Pages pages;
    t.need(support::for_each_page(inspector, at, [&](const record::Walk::Reply& page) {
      t.that(page.address >= pages.last_end, "pages come in order");
      pages.last_end = page.address + (u64{1} << page.page_bits);
      ++pages.count;
      if (page.address <= address && address < pages.last_end) pages.page = page;
    }));
    return pages;
  });
}

void pages_of_an_address_space(Context& t) {
  const Cap<ipc::VSpace> own{abi::root_slot::vspace};
  const u64 address = t.need(t.space().reserve(2 * base::page_size));
  // The tables are there before: they are no pages.
  t.need(t.space().prepare(address));
  const Pages none = pages_of(t, own, address);
  t.equals(none.page.page_bits, u64{0});
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  t.need(t.space().map(frame, address, base::page_size, support::read_only));
  const Pages some = pages_of(t, own, address);
  t.equals(some.count, none.count + 1);
  t.equals(some.page.address, address);
  t.equals(some.page.page_bits, u64{base::page_bits});
  t.equals(some.page.access, abi::frame_right::read.bits);
  const auto info = t.need(ipc::invoke(frame, abi::frame::Info{}));
  t.equals(some.page.physical_address, info.physical_address);
  t.equals(some.page.entries[2] & ~u64{0xfff} & 0xffff'ffff'f000, info.physical_address);
  t.that(some.page.entries[0] != 0 && some.page.entries[1] != 0, "tables lead to it");
  t.equals(some.page.entries[3], u64{0});
  record::FrameRecord seen{};
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    if (at.capability.type != static_cast<u64>(ObjectType::frame) ||
        at.capability.object != Id{info.physical_address})
      return true;
    seen = t.need(support::describe<record::FrameRecord>(inspector, at));
    return seen.space == 0;
  }));
  t.equals(seen.window_start, address);
  t.equals(seen.window_end, address + base::page_size);
  const auto space = record_of<record::VSpaceRecord>(t, own);
  t.equals(seen.space, space.number);
  t.that(space.references > 1, "threads keep the address space");
  t.need(unmap_all(frame));
  t.equals(pages_of(t, own, address).count, none.count);
  at_cursor(t, own, [&](const Inspected& at) {
    for (const u64 bad : {whole_space, ~u64{0}})
      t.fails(ipc::invoke(inspector, record::Walk{at.sequence, bad}), Error::out_of_range);
    t.fails(ipc::invoke(inspector, record::FindSlot{at.sequence, 0}), Error::wrong_object);
    return 0;
  });
}

void an_empty_address_space_has_no_pages(Context& t) {
  const auto before_it = t.need(ipc::invoke(inspector, record::Summary{}));
  const auto space = t.make<ipc::VSpace>();
  t.equals(pages_of(t, space, 0).count, u64{0});
  const auto with_it = t.need(ipc::invoke(inspector, record::Summary{}));
  t.equals(with_it.spaces_used, before_it.spaces_used + 1);
  t.equals(with_it.spaces_free, before_it.spaces_free - 1);
  t.need(t.remove(space.at()));
  t.equals(t.need(ipc::invoke(inspector, record::Summary{})).spaces_used, before_it.spaces_used);
}

void memory_is_shown(Context& t) {
  const auto memory = t.make<ipc::Untyped>(14);
  const auto info = t.need(ipc::invoke(memory, abi::untyped::Info{}));
  const CapPtr table = t.slot();
  t.need(retype_to(t, memory, {ObjectType::page_table}, table));
  record::UntypedRecord untyped{};
  record::PageTableRecord page_table{};
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    if (at.capability.object != Id{info.physical_address}) return true;
    if (at.capability.type == static_cast<u64>(ObjectType::untyped) &&
        at.capability.size_bits == 14)
      untyped = t.need(support::describe<record::UntypedRecord>(inspector, at));
    if (at.capability.type == static_cast<u64>(ObjectType::page_table))
      page_table = t.need(support::describe<record::PageTableRecord>(inspector, at));
    return true;
  }));
  t.equals(untyped.physical_address, info.physical_address);
  t.equals(untyped.used_bytes, abi::table_bytes);
  t.equals(page_table.physical_address, info.physical_address);
  t.equals(page_table.space, u64{0});
}

void counts_count(Context& t) {
  const auto tracing = t.need(ipc::invoke(inspector, record::Trace{record::TraceMode::long_way}));
  const auto first = t.need(ipc::invoke(inspector, record::Summary{}));
  for (int i = 0; i < 10; ++i) ipc::yield();
  probe_read(t, 0x10);
  const auto second = t.need(ipc::invoke(inspector, record::Summary{}));
  t.need(ipc::invoke(inspector, record::Trace{tracing.replaced}));
  t.that(second.counter > first.counter, "time goes on");
  t.that(second.system_calls >= first.system_calls + 11, "system calls are counted");
  t.equals(second.faults, first.faults + 1);
  t.that(second.thread_switches > first.thread_switches, "switches are counted");
  t.that(first.kernel_bytes > 16 * base::kib, "the kernel uses memory");
  t.equals(first.ending, Id{});
  t.equals(thread_record(t, Cap<ipc::Thread>{abi::root_slot::thread}).state, State::receiving);
}

void timers_and_anchors(Context& t) {
  const auto timer = t.make<ipc::Timer>();
  const auto note = t.make<ipc::Notification>();
  const u64 deadline = ~u64{0} >> 2;
  t.need(ipc::invoke(timer, abi::timer::Configure{.notification = note.at()}));
  t.need(ipc::invoke(timer, abi::timer::Set{.deadline = deadline}));
  const auto found = record_of<record::TimerRecord>(t, timer);
  t.equals(found.deadline, deadline);
  t.equals(found.notification, id_of(t, note));
  t.equals(found.references, u64{2});
  const auto handler = record_of<record::IrqHandlerRecord>(t, t.make<ipc::IrqHandler>());
  t.equals(handler.number, u64{0});
  t.equals(handler.notification, Id{});
  const auto endpoint = t.make<ipc::Endpoint>();
  const Id id = id_of(t, endpoint);
  t.need(ipc::invoke(t.slots().cnode_of(endpoint.at()),
                     abi::cnode::Anchor{.index = ipc::index_in_leaf(endpoint.at())}));
  u64 flags = 0;
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    if (at.capability.object != id) return true;
    flags = at.capability.flags;
    return false;
  }));
  t.equals(flags, record::capability_flag::anchor);
}

constexpr Test table[] = {
    {"inspector.timers", "Timer, IrqHandler and anchors are shown", timers_and_anchors},
    {"inspector.senders", "senders stand in their order, and a caller on its Reply",
     senders_in_order},
    {"inspector.waiters", "receivers and waiters are shown with what they wait for",
     receivers_and_waiters},
    {"inspector.lent", "lent time is shown on both sides", lent_time_is_shown},
    {"inspector.time", "a SchedContext shows whose it is and what it gives", time_of_a_thread},
    {"inspector.fault", "a thread shows its last fault, pc, sp, and what it keeps",
     a_fault_is_shown},
    {"inspector.ready", "ready threads stand in their order", ready_threads_in_order},
    {"inspector.slots", "the slots of a CNode are found", slots_of_a_cnode},
    {"inspector.pages", "the pages of an address space are found", pages_of_an_address_space},
    {"inspector.no_pages", "an empty address space has no pages, and counts",
     an_empty_address_space_has_no_pages},
    {"inspector.memory", "Untyped and PageTable show their memory", memory_is_shown},
    {"inspector.counts", "counts go up", counts_count},
};

}  // namespace

constinit const kit::Table tests::records_tests = table;
