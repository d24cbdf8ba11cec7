// SPDX-License-Identifier: MIT
// What the Inspector shows of capabilities and objects, held against what the test has made; and
// that it shows nothing to others.
#include <tests/kernel/kit/bufferless.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>
#include <user/support/inspection.hpp>

namespace {

using namespace kit;
using abi::ObjectType;
using abi::thread::State;
using support::Inspected;
namespace record = abi::inspector;
namespace sys = ipc::sys;
using record::Id;

constexpr Cap<ipc::Inspector> inspector{abi::root_slot::inspector};

// No capability of the tests has just this right, which means nothing to any object: so one that is
// copied with it can be told from all others.
constexpr abi::Rights marker{0x80};

// Puts the cursor at the capability with the marker.
Inspected find_marked(Context& t, Where where) {
  Inspected found{};
  t.need(support::for_each_capability(inspector,
                                      [&](const Inspected& inspected) {
                                        found = inspected;
                                        return !(inspected.capability.rights == marker);
                                      }),
         where);
  t.that(found.capability.rights == marker, "the capability is found", where);
  return found;
}

// Calls `use` while the cursor stands at a copy of the capability.
template <class T, class Use>
auto at_cursor(Context& t, Cap<T> cap, Use use, Where where = Where::current()) {
  const auto marked = t.copy(cap, marker, where);
  const Inspected inspected = find_marked(t, where);
  t.equals(inspected.capability.type, static_cast<u64>(T::type), where);
  const auto result = use(inspected);
  t.need(t.remove(marked.at()), where);
  return result;
}

template <class Record, class T>
Record record_of(Context& t, Cap<T> cap, Where where = Where::current()) {
  return at_cursor(
      t, cap,
      [&](const Inspected& at) { return t.need(support::describe<Record>(inspector, at), where); },
      where);
}

template <class T>
Id id_of(Context& t, Cap<T> cap, Where where = Where::current()) {
  return at_cursor(t, cap, [](const Inspected& at) { return at.capability.object; }, where);
}

record::ThreadRecord thread_record(Context& t, Cap<ipc::Thread> thread,
                                   Where where = Where::current()) {
  return record_of<record::ThreadRecord>(t, thread, where);
}

// All slots that a walk has visited, in its order.
struct Census {
  static constexpr u64 capacity = 8192;
  u64 count = 0;
  Id slots[capacity];

  void take(Context& t, Where where = Where::current()) {
    count = 0;
    t.need(support::for_each_capability(inspector,
                                        [&](const Inspected& inspected) {
                                          if (count < capacity)
                                            slots[count++] = inspected.capability.slot;
                                          return true;
                                        }),
           where);
    t.that(count < capacity, "the census has room for all", where);
  }
  [[nodiscard]] bool has(Id slot) const {
    for (u64 i = 0; i < count; ++i)
      if (slots[i] == slot) return true;
    return false;
  }
};
constinit Census before;
constinit Census after;

void every_capability_is_visited_once(Context& t) {
  before.take(t);
  t.that(before.count > 20, "the first process alone has more than twenty");
  for (u64 i = 0; i < before.count; ++i)
    for (u64 j = 0; j < i; ++j)
      if (before.slots[i] == before.slots[j]) t.that(false, "a slot is visited twice");
  after.take(t);
  t.equals(after.count, before.count);
}

void depths_make_a_tree(Context& t) {
  u64 depth = 0;
  bool had_children = true;
  u64 wrong = 0;
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    // One deeper exactly if there is something below the one before.
    if (had_children ? at.depth != depth + 1 : at.depth > depth) ++wrong;
    if (at.depth == 0) ++wrong;
    had_children = (at.capability.flags & record::capability_flag::has_children) != 0;
    depth = at.depth;
    return true;
  }));
  t.equals(wrong, u64{0});
  t.that(!had_children, "the last one has no children");
}

void what_is_made_is_found_and_only_that(Context& t) {
  before.take(t);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto badged = t.mint(endpoint, abi::endpoint_right::send, 77);
  after.take(t);
  t.equals(after.count, before.count + 2);
  Inspected seen[2] = {};
  u64 fresh = 0;
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    if (!before.has(at.capability.slot) && fresh < 2) seen[fresh++] = at;
    return true;
  }));
  t.equals(fresh, u64{2});
  for (const Inspected& at : seen)
    t.equals(at.capability.type, static_cast<u64>(ObjectType::endpoint));
  t.equals(seen[0].capability.object, seen[1].capability.object);
  t.equals(seen[0].capability.rights, abi::all_rights);
  t.equals(seen[0].capability.data, u64{0});
  t.equals(seen[0].capability.flags, record::capability_flag::has_children);
  t.equals(seen[1].capability.rights, abi::endpoint_right::send);
  t.equals(seen[1].capability.data, u64{77});
  t.equals(seen[1].capability.flags, u64{0});
  t.equals(seen[1].depth, seen[0].depth + 1);
  t.equals(seen[1].sequence, seen[0].sequence + 1);
  t.need(t.remove(badged.at()));
  t.need(t.remove(endpoint.at()));
  after.take(t);
  t.equals(after.count, before.count);
  for (u64 i = 0; i < after.count; ++i) t.that(before.has(after.slots[i]), "nothing else is new");
}

// Some endpoints, each with badged children, that change while a walk is among them.
struct Families {
  static constexpr u64 count = 6;
  static constexpr u64 children = 3;
  Cap<ipc::Endpoint> parents[count];
  Cap<ipc::Endpoint> badged[count][children];

  explicit Families(Context& t) {
    for (u64 i = 0; i < count; ++i) {
      parents[i] = t.make<ipc::Endpoint>();
      for (u64 j = 0; j < children; ++j)
        badged[i][j] = t.mint(parents[i], abi::all_rights, badge(i, j));
    }
  }
  static u64 badge(u64 parent, u64 child) { return 0x5eed'0000 + parent * 0x100 + child + 1; }
  // Which child this is: parent * children + child; `count * children` if none.
  static u64 number(const Inspected& at) {
    const u64 offset = at.capability.data - 0x5eed'0000;
    if (offset >= count * 0x100 || (offset & 0xff) == 0 || (offset & 0xff) > children)
      return count * children;
    return offset / 0x100 * children + (offset & 0xff) - 1;
  }
};

// Walks, calls `change(number)` at each badged one, and counts their visits.
template <class Change>
void walk_families(Context& t, u64 (&visits)[Families::count * Families::children], Change change) {
  t.need(support::for_each_capability(inspector, [&](const Inspected& at) {
    const u64 number = Families::number(at);
    if (number < Families::count * Families::children) {
      ++visits[number];
      change(at, number);
    }
    return true;
  }));
}

void removal_under_the_cursor(Context& t) {
  const Families families{t};
  u64 visits[Families::count * Families::children] = {};
  walk_families(t, visits, [&](const Inspected& at, u64 number) {
    const u64 parent = number / Families::children;
    const u64 child = number % Families::children;
    if (parent == 1) {
      // The one under the cursor: its siblings stay.
      t.succeeds(t.remove(families.badged[parent][child].at()));
      t.fails(support::describe<record::EndpointRecord>(inspector, at), Error::gone);
    }
    // Its parent: the others go up one step and stay.
    if (parent == 2 && child == 1) t.succeeds(t.remove(families.parents[parent].at()));
    // Its parent is revoked: the one under the cursor goes, and those not yet visited.
    if (parent == 3 && visits[number] == 1 && !t.is_empty(families.badged[3][child].at()))
      t.succeeds(t.revoke(families.parents[3].at()));
  });
  for (u64 i = 0; i < Families::count * Families::children; ++i) {
    if (i / Families::children == 3) continue;
    t.equals(visits[i], u64{1});
  }
  t.equals(visits[9] + visits[10] + visits[11], u64{1});
}

void removal_ahead_and_behind(Context& t) {
  const Families families{t};
  u64 visits[Families::count * Families::children] = {};
  bool done = false;
  u64 first = 0;
  walk_families(t, visits, [&](const Inspected&, u64 number) {
    if (done) return;
    done = true;
    first = number / Families::children;
    // Everything else, wherever it stands in the order.
    for (u64 i = 0; i < Families::count; ++i)
      if (i != first) t.succeeds(t.revoke(families.parents[i].at()));
  });
  for (u64 i = 0; i < Families::count * Families::children; ++i)
    t.equals(visits[i], i / Families::children == first ? u64{1} : u64{0});
}

void moves_under_the_cursor(Context& t) {
  const Families families{t};
  u64 visits[Families::count * Families::children] = {};
  walk_families(t, visits, [&](const Inspected& at, u64 number) {
    const CapPtr from = families.badged[number / 3][number % 3].at();
    const CapPtr to = t.slot();
    t.succeeds(move_to(t, to, from));
    t.succeeds(support::describe<record::EndpointRecord>(inspector, at));
    t.succeeds(move_to(t, from, to));
  });
  for (const u64 count : visits) t.equals(count, u64{1});
}

void somebody_elses_walk_is_noticed(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto marked = t.copy(endpoint, marker);
  const Inspected at = find_marked(t, Where::current());
  t.succeeds(support::describe<record::EndpointRecord>(inspector, at));
  const auto next = ipc::invoke(inspector, record::Next{});
  t.fails(support::describe<record::EndpointRecord>(inspector, at), Error::gone);
  if (next.ok()) t.equals(next->sequence, at.sequence + 1);
  const auto rewound = t.need(ipc::invoke(inspector, record::Rewind{}));
  t.that(rewound.sequence > at.sequence, "sequences only grow");
  for (const u64 sequence : {rewound.sequence, at.sequence, u64{0}, ~u64{0}}) {
    t.fails(ipc::invoke(inspector, record::Describe{sequence}), Error::gone);
    t.fails(ipc::invoke(inspector, record::FindSlot{sequence, 0}), Error::gone);
    t.fails(ipc::invoke(inspector, record::Walk{sequence, 0}), Error::gone);
  }
  u64 visited = 0;
  t.fails(support::for_each_capability(inspector,
                                       [&](const Inspected&) {
                                         if (++visited == 3)
                                           t.need(ipc::invoke(inspector, record::Rewind{}));
                                         return true;
                                       }),
          Error::busy);
  t.need(t.remove(marked.at()));
}

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
  const auto first = t.need(ipc::invoke(inspector, record::Summary{}));
  for (int i = 0; i < 10; ++i) ipc::yield();
  probe_read(t, 0x10);
  const auto second = t.need(ipc::invoke(inspector, record::Summary{}));
  t.that(second.counter > first.counter, "time goes on");
  t.that(second.system_calls >= first.system_calls + 11, "system calls are counted");
  t.equals(second.faults, first.faults + 1);
  t.that(second.thread_switches > first.thread_switches, "switches are counted");
  t.that(first.kernel_bytes > 16 * base::kib, "the kernel uses memory");
  t.equals(first.ending, Id{});
  t.equals(thread_record(t, Cap<ipc::Thread>{abi::root_slot::thread}).state, State::receiving);
}

// Sets the trace mode while it exists.
class Tracing {
 public:
  Tracing(Context& t, record::TraceMode mode) : t_(t) {
    replaced_ = t.need(ipc::invoke(inspector, record::Trace{mode})).replaced;
  }
  ~Tracing() { t_.need(ipc::invoke(inspector, record::Trace{replaced_})); }
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

 private:
  Context& t_;
  record::TraceMode replaced_{};
};

// The number of the event that comes next. Asking may be an event itself: so there is always one
// more, and the end is where fewer come than fit.
u64 events_end(Context& t) {
  u64 end = 0;
  for (;;) {
    const auto reply = t.need(ipc::invoke(inspector, record::Events{end}));
    end = reply.first + reply.count;
    if (reply.count < record::events_per_reply) return end;
  }
}

struct Wanted {
  Id thread;
  record::EventKind kind;
  u64 detail;
};
u64 count_events(Context& t, u64 from, const Wanted& wanted) {
  u64 count = 0;
  for (;;) {
    const auto reply = t.need(ipc::invoke(inspector, record::Events{from}));
    for (u64 i = 0; i < reply.count; ++i) {
      const record::Event& event = reply.events[i];
      if (event.thread == wanted.thread && event.kind == wanted.kind &&
          event.details[0] == wanted.detail)
        ++count;
    }
    from = reply.first + reply.count;
    if (reply.count < record::events_per_reply) return count;
  }
}

constexpr u64 number_of(abi::Syscall call) { return static_cast<u64>(call); }

void events_are_traced(Context& t) {
  const Id self = t.need(ipc::invoke(inspector, record::Summary{})).current;
  const Tracing tracing{t, record::TraceMode::long_way};
  const u64 start = events_end(t);
  for (int i = 0; i < 5; ++i) ipc::yield();
  probe_read(t, 0x10);
  t.equals(count_events(t, start,
                        {self, record::EventKind::system_call, number_of(abi::Syscall::yield)}),
           u64{5});
  bool has_fault = false;
  const auto reply = t.need(ipc::invoke(inspector, record::Events{start}));
  for (u64 i = 0; i < reply.count; ++i)
    if (reply.events[i].kind == record::EventKind::fault && reply.events[i].details[1] == 0x10)
      has_fault = true;
  t.that(has_fault, "the fault is among the events");
}

void nothing_is_traced_when_off(Context& t) {
  const Tracing tracing{t, record::TraceMode::off};
  const u64 start = events_end(t);
  for (int i = 0; i < 5; ++i) ipc::yield();
  t.equals(events_end(t), start);
  const auto beyond = t.need(ipc::invoke(inspector, record::Events{~u64{0}}));
  t.equals(beyond.count, u64{0});
}

void old_events_give_way(Context& t) {
  const Tracing tracing{t, record::TraceMode::long_way};
  for (u64 i = 0; i < 2 * record::trace_capacity; ++i) ipc::yield();
  const auto oldest = t.need(ipc::invoke(inspector, record::Events{0}));
  t.that(oldest.first >= record::trace_capacity, "the first ones have gone");
  t.equals(oldest.count, record::events_per_reply);
}

void tracing_everything_sees_calls(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto serve = [&] {
    ipc::Message message = sys::recv(endpoint, reply);
    for (;;) {
      const u64 sum = message.words[0] + 1;
      message = sys::reply_recv(endpoint, {sum}, abi::MessageInfo::make(0, 1));
    }
  };
  Worker server{t, serve};
  wait_for_state(t, server.thread(), State::receiving);
  const Id other = id_of(t, server.thread());
  const auto calls_seen = [&](record::TraceMode mode) {
    const Tracing tracing{t, mode};
    const u64 start = events_end(t);
    const u64 answers = 8;
    for (u64 i = 0; i < answers; ++i) {
      const ipc::Message message = sys::call(endpoint.at(), {i}, abi::MessageInfo::make(1, 1));
      t.equals(message.words[0], i + 1);
    }
    return count_events(
        t, start, {other, record::EventKind::system_call, number_of(abi::Syscall::reply_recv)});
  };
  t.equals(calls_seen(record::TraceMode::long_way), u64{0});
  t.equals(calls_seen(record::TraceMode::everything), u64{8});
  t.equals(calls_seen(record::TraceMode::long_way), u64{0});
}

void rights_are_needed(Context& t) {
  const auto may_read = t.copy(inspector, abi::inspector_right::read);
  const auto may_trace = t.copy(inspector, abi::inspector_right::trace);
  const auto may_nothing = t.mint(inspector, {}, 0);
  t.succeeds(ipc::invoke(may_read, record::Rewind{}));
  t.succeeds(ipc::invoke(may_read, record::Next{}));
  t.succeeds(ipc::invoke(may_read, record::Summary{}));
  t.fails(ipc::invoke(may_read, record::Trace{}), Error::denied);
  for (const auto cap : {may_trace, may_nothing}) {
    t.fails(ipc::invoke(cap, record::Rewind{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Next{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Describe{}), Error::denied);
    t.fails(ipc::invoke(cap, record::FindSlot{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Walk{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Summary{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Ready{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Trace{}), Error::denied);
    t.fails(ipc::invoke(cap, record::Events{}), Error::denied);
  }
  for (const auto cap : {may_read, may_trace, may_nothing}) t.need(t.remove(cap.at()));
}

void nobody_else_sees_anything(Context& t) {
  const Cap<ipc::Inspector> nothing{t.slot()};
  const Cap<ipc::Inspector> wrong{t.make<ipc::Endpoint>().at()};
  const auto look = [](Cap<ipc::Inspector> cap) {
    return sys::try_call(cap.at(), {}, abi::MessageInfo::make(record::Summary::op, 0)).error();
  };
  t.equals(look(nothing), Error::invalid_capability);
  t.equals(look(wrong), Error::would_block);  // just a message to an endpoint
  t.fails(ipc::invoke(Cap<ipc::Inspector>{abi::root_slot::platform}, record::Summary{}),
          Error::unknown_method);
  const CapPtr made = t.slot();
  t.fails(retype_to(t, t.make<ipc::Untyped>(14), {ObjectType::inspector}, made),
          Error::not_supported);
}

void hostile_arguments(Context& t) {
  for (const u64 level : {u64{256}, u64{1} << 32, ~u64{0}})
    t.fails(ipc::invoke(inspector, record::Ready{level}), Error::out_of_range);
  for (const u64 mode : {u64{3}, ~u64{0}})
    t.fails(ipc::invoke(inspector, record::Trace{static_cast<record::TraceMode>(mode)}),
            Error::out_of_range);
  for (const u32 label : {0U, abi::method(ObjectType::inspector, 0),
                          abi::method(ObjectType::inspector, 10), abi::platform::Panic::op})
    t.equals(sys::call(inspector.at(), {}, abi::MessageInfo::make(label, 0)).error(),
             Error::unknown_method);
  for (const u32 label : {record::Rewind::op, record::Next::op, record::Events::op})
    t.equals(sys::call(inspector.at(), {}, abi::MessageInfo::make(label, 5)).error(),
             Error::bad_argument);
}

void long_answers_need_a_buffer(Context& t) {
  struct Shared {
    Error next = Error::none;
    Error ready = Error::gone;
    Cap<ipc::Notification> done;
    Cap<ipc::Notification> never;
  } shared;
  shared.done = t.make<ipc::Notification>();
  shared.never = t.fixture().never;
  Bufferless thread{t};
  thread.start(
      t,
      [](void* argument) {
        Shared& own = *static_cast<Shared*>(argument);
        own.next =
            sys::call(inspector.at(), {}, abi::MessageInfo::make(record::Next::op, 0)).error();
        own.ready =
            sys::call(inspector.at(), {50}, abi::MessageInfo::make(record::Ready::op, 1)).error();
        static_cast<void>(ipc::signal(own.done));
        for (;;) static_cast<void>(ipc::wait(own.never));
      },
      &shared);
  t.need(ipc::wait(shared.done));
  t.equals(shared.next, Error::bad_argument);
  t.equals(shared.ready, Error::none);
}

constexpr Test table[] = {
    {"inspector.once", "a walk visits every capability once", every_capability_is_visited_once},
    {"inspector.depths", "depths make a tree", depths_make_a_tree},
    {"inspector.new", "what is made is found, and only that", what_is_made_is_found_and_only_that},
    {"inspector.removal", "what stays is visited when others are removed under the cursor",
     removal_under_the_cursor},
    {"inspector.revocation", "what is revoked before it is visited is not visited",
     removal_ahead_and_behind},
    {"inspector.moves", "the cursor moves with the capability", moves_under_the_cursor},
    {"inspector.sequence", "a reader notices that somebody else moved the cursor",
     somebody_elses_walk_is_noticed},
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
    {"inspector.events", "system calls and faults are traced", events_are_traced},
    {"inspector.off", "nothing is traced when tracing is off", nothing_is_traced_when_off},
    {"inspector.ring", "old events give way to new ones", old_events_give_way},
    {"inspector.everything", "tracing everything shows calls of the fast path too",
     tracing_everything_sees_calls},
    {"inspector.rights", "each method needs its right", rights_are_needed},
    {"inspector.nobody", "without an Inspector nothing is seen", nobody_else_sees_anything},
    {"inspector.hostile", "bad arguments are refused", hostile_arguments},
    {"inspector.buffer", "long answers need an IPC buffer", long_answers_need_a_buffer},
};

}  // namespace

constinit const kit::Table tests::inspector_tests = table;
