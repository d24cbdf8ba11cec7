// SPDX-License-Identifier: MIT
// Walks with the Inspector while capabilities come and go, tracing, and that nobody else sees
// anything.
#include <tests/kernel/kit/bufferless.hpp>
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
