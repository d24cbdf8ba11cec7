// SPDX-License-Identifier: MIT
// libipc on the real kernel: typed calls, servers, handles that own.
#include <libipc/call.hpp>
#include <libipc/serve.hpp>
#include <tests/kernel/kit/bufferless.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using ipc::Caller;
using ipc::Transfer;

// A protocol with everything that a protocol can have.
struct Add {
  static constexpr u32 op = 1;
  static constexpr std::string_view name = "test.add";
  u64 a;
  u64 b;
  struct Reply {
    u64 sum;
    abi::Badge caller;
  };
};

struct Reverse {  // longer than the registers, both ways
  static constexpr u32 op = 2;
  static constexpr std::string_view name = "test.reverse";
  u64 values[100];
  struct Reply {
    u64 values[100];
  };
};

struct Fail {
  static constexpr u32 op = 3;
  static constexpr std::string_view name = "test.fail";
  u64 error;
  struct Reply {};
};

struct Exchange {  // takes a capability, gives another
  static constexpr u32 op = 4;
  static constexpr std::string_view name = "test.exchange";
  static constexpr u64 caps = 1;
  u64 keep;
  struct Reply {
    static constexpr u64 caps = 1;
    u64 badge;  // of a capability that was the server's own
  };
};

struct Quit {
  static constexpr u32 op = 5;
  static constexpr std::string_view name = "test.quit";
  struct Reply {};
};

using Plain = abi::RequestList<Add, Reverse, Fail>;
using Everything = abi::RequestList<Add, Exchange>;

struct Server {
  Cap<ipc::Notification> gift;
  Owned<ipc::Notification> kept;

  abi::Result<Add::Reply> handle(const Add& request, const Caller& caller) {
    return Add::Reply{request.a + request.b, caller.badge};
  }
  abi::Result<Reverse::Reply> handle(const Reverse& request, const Caller&) {
    Reverse::Reply reply{};
    for (u64 i = 0; i < 100; ++i) reply.values[i] = request.values[99 - i];
    return reply;
  }
  abi::Result<Fail::Reply> handle(const Fail& request, const Caller&) {
    return static_cast<Error>(request.error);
  }
  abi::Result<Exchange::Reply> handle(const Exchange& request, const Caller&, Transfer& transfer) {
    if (request.keep != 0) kept = transfer.take<ipc::Notification>(0);
    transfer.answer_with(0, gift.at());
    return Exchange::Reply{transfer.arrivals().badges[0].value()};
  }
};

// The plain part in another address space.
void serve_there(void*) {
  Server server;
  ipc::serve<Plain>(Cap<ipc::Endpoint>{abi::cap_at(0, stranger_slot::first)},
                    Cap<ipc::Reply>{abi::cap_at(0, stranger_slot::first + 1)}, server);
  stranger_done();
}

void typed_calls_between_address_spaces(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto badged = t.mint(endpoint, abi::endpoint_right::send, 5);
  Stranger stranger{t};
  stranger.give(stranger_slot::first, endpoint.at(), abi::endpoint_right::receive);
  stranger.give(stranger_slot::first + 1, t.make<ipc::Reply>().at());
  stranger.start(serve_there);
  const auto added = t.need(ipc::call(badged, Add{40, 2}));
  t.equals(added.sum, u64{42});
  t.equals(added.caller, abi::Badge{5});
  Reverse reverse{};
  for (u64 i = 0; i < 100; ++i) reverse.values[i] = i * i;
  const auto reversed = t.need(ipc::call(badged, reverse));
  for (u64 i = 0; i < 100; ++i) t.equals(reversed.values[i], (99 - i) * (99 - i));
  t.fails(ipc::call(badged, Fail{static_cast<u64>(Error::over_quota)}), Error::over_quota);
  t.succeeds(ipc::call(badged, Fail{0}));
}

void wrong_requests_are_answered(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Server server;
  auto body = [&] { ipc::serve<Plain>(endpoint, reply, server); };
  Worker worker{t, body};
  t.fails(ipc::call(endpoint, Quit{}), Error::unknown_method);
  for (u64 words = 0; words <= abi::max_message_words; ++words) {
    if (words == abi::words_of<Add>) continue;
    const ipc::Message answer =
        ipc::sys::call(endpoint.at(), {}, abi::MessageInfo::make(Add::op, words));
    t.equals(answer.info.label(), static_cast<u32>(Error::bad_argument));
  }
  // What is only sent gets no answer, whatever it is.
  t.succeeds(ipc::send(endpoint, Add{1, 2}));
  t.succeeds(ipc::send(endpoint, Quit{}));
  t.equals(t.need(ipc::call(endpoint, Add{3, 4})).sum, u64{7});
}

void servers_end_with_their_endpoint(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Server server;
  Error why = Error::none;
  auto body = [&] { why = ipc::serve<Plain>(endpoint, reply, server); };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  t.need(t.remove(endpoint.at()));
  worker.join();
  t.equals(why, Error::gone);
}

void servers_outlive_their_callers(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  // Its handler lets the caller die before the answer is given.
  struct Slow : Server {
    Cap<ipc::Notification> started;
    Cap<ipc::Notification> go_on;
    abi::Result<Add::Reply> handle(const Add& request, const Caller&) {
      if (request.a == 0) {
        static_cast<void>(ipc::signal(started));
        static_cast<void>(ipc::wait(go_on));
      }
      return Add::Reply{request.a + request.b, {}};
    }
    using Server::handle;
  };
  Slow server;
  server.started = t.make<ipc::Notification>();
  server.go_on = t.make<ipc::Notification>();
  auto body = [&] { ipc::serve<abi::RequestList<Add>>(endpoint, reply, server); };
  Worker worker{t, body};
  auto client = [&] { static_cast<void>(ipc::call(endpoint, Add{0, 0})); };
  Worker doomed{t, client};
  t.need(ipc::wait(server.started));
  doomed.destroy();
  t.need(ipc::signal(server.go_on));
  t.equals(t.need(ipc::call(endpoint, Add{5, 6})).sum, u64{11});
}

// A short request whose answer is long.
struct Tell {
  static constexpr u32 op = 6;
  static constexpr std::string_view name = "test.tell";
  struct Reply {
    u64 values[20];
  };
};

struct Teller {
  u64 bits = 0;
  abi::Result<Tell::Reply> handle(const Tell&, const Caller&) { return Tell::Reply{}; }
  void notified(u64 new_bits) { bits |= new_bits; }
};

struct Listener {
  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Notification> done;
  Cap<ipc::Notification> never;
  ipc::Message answer{};
  static void run(void* object) {
    auto& own = *static_cast<Listener*>(object);
    own.answer = ipc::sys::call(own.endpoint.at(), {}, abi::MessageInfo::make(Tell::op, 0));
    static_cast<void>(ipc::signal(own.done));
    for (;;) static_cast<void>(ipc::wait(own.never));
  }
};

void callers_that_cannot_take_the_answer(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Teller server;
  auto body = [&] { ipc::serve<abi::RequestList<Tell>>(endpoint, reply, server); };
  Worker worker{t, body};
  Listener listener{endpoint, t.make<ipc::Notification>(), t.fixture().never};
  Bufferless thread{t};
  thread.start(t, Listener::run, &listener);
  t.need(ipc::wait(listener.done));
  t.equals(static_cast<Error>(listener.answer.info.label()), Error::too_big);
  t.succeeds(ipc::call(endpoint, Tell{}));
}

void faults_do_not_stop_a_server(Context& t) {
  // Whoever may send to a server can also name it as the handler of a thread's faults.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Teller server;
  auto body = [&] { ipc::serve<abi::RequestList<Tell>>(endpoint, reply, server); };
  Worker worker{t, body};
  auto faulty = [] { poke(8, 1); };
  Worker culprit{t, faulty, {.pager = endpoint}};
  wait_for_state(t, culprit.thread(), abi::thread::State::suspended);
  t.succeeds(ipc::call(endpoint, Tell{}));
}

void servers_hear_notifications(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto note = t.make<ipc::Notification>();
  const auto signal = t.mint(note, abi::notification_right::signal, 0x21);
  Teller server;
  auto body = [&] { ipc::serve<abi::RequestList<Tell>>(endpoint, reply, server); };
  Worker worker{t, body};
  t.need(ipc::invoke(worker.thread(), abi::thread::BindNotification{note.at()}));
  t.need(ipc::signal(signal));
  t.succeeds(ipc::call(endpoint, Tell{}));
  t.equals(server.bits, u64{0x21});
}

void capabilities_both_ways(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto handle = t.mint(endpoint, abi::endpoint_right::send, 88);
  const auto note = t.make<ipc::Notification>();
  Server server;
  server.gift = t.mint(t.make<ipc::Notification>(), abi::all_rights, 0x77);
  ipc::ReceiveSlots slots{t.slots(), 1};
  auto body = [&] { ipc::serve<Everything>(endpoint, reply, server, slots); };
  Worker worker{t, body};
  const u64 free_before = t.slots().free_count();
  const CapPtr into = t.slot();

  const auto first = t.need(ipc::call(endpoint, Exchange{0}, {note.at()}, {into}));
  t.equals(first.arrivals.in_slots, u64{1});
  t.equals(t.identify(into).data, u64{0x77});
  t.need(t.remove(into));
  const auto second = t.need(ipc::call(endpoint, Exchange{0}, {handle.at()}, {into}));
  t.equals(second.reply.badge, u64{88});
  t.need(t.remove(into));
  t.fails(ipc::call(endpoint, Exchange{0}, {CapPtr{}}, {into}), Error::invalid_capability);
  t.that(t.is_empty(into), "an error brings no capability");
  t.equals(t.need(ipc::call(endpoint, Add{1, 1})).sum, u64{2});

  t.need(ipc::call(endpoint, Exchange{1}, {note.at()}, {into}));
  t.that(static_cast<bool>(server.kept), "the server kept what it was given");
  t.need(ipc::signal(server.kept));
  t.succeeds(ipc::poll(note));
  server.kept.reset();
  t.need(t.remove(into));
  t.slots().release(into);
  t.equals(t.slots().free_count(), free_before);
}

void handles_delete_what_they_own(Context& t) {
  const u64 free_before = t.slots().free_count();
  CapPtr at;
  {
    const auto owned = t.need(t.memory().make<ipc::Endpoint>());
    at = owned.at();
    t.that(!t.is_empty(at), "it is there");
    t.equals(t.slots().free_count(), free_before - 1);
  }
  t.that(t.is_empty(at), "it went with its handle");
  t.equals(t.slots().free_count(), free_before);
}

void handles_move(Context& t) {
  auto first = t.need(t.memory().make<ipc::Endpoint>());
  const CapPtr at = first.at();
  Owned<ipc::Endpoint> second{std::move(first)};
  t.that(!static_cast<bool>(first), "the old handle owns nothing");
  first.reset();
  t.that(!t.is_empty(at), "and deletes nothing");
  second = t.need(t.memory().make<ipc::Endpoint>());
  t.that(t.is_empty(at), "what was owned before goes");
  const auto released = second.release();
  t.that(!t.is_empty(released.at()), "what is released stays");
}

void slots_are_given_out_once(Context& t) {
  auto& slots = t.slots();
  const u64 free_before = slots.free_count();
  const CapPtr run = t.need(slots.allocate_run(100));
  const CapPtr single = t.slot();
  t.that(single < run || single.value() >= run.value() + 100, "it lies outside the run");
  t.fails(slots.allocate_run(abi::leaf_slots + 1), Error::no_space);
  for (u64 i = 0; i < 100; ++i) slots.release(CapPtr{run.value() + i});
  t.equals(slots.free_count(), free_before - 1);
  u64 taken = 0;
  while (slots.allocate().ok()) ++taken;
  t.equals(taken, free_before - 1);
  t.fails(slots.allocate(), Error::no_space);
}

void refusals_have_details(Context& t) {
  const auto frame = t.make<ipc::Frame>(12);
  constexpr u64 far_away = 0x6c'0000'1000;
  const auto refused =
      map_once(frame, Cap<ipc::VSpace>{abi::root_slot::vspace}, far_away, base::page_size);
  t.equals(refused.error().error, Error::needs_table);
  t.equals(refused.error().detail, far_away);
}

constexpr Test table[] = {
    {"libipc.typed", "typed calls work between address spaces", typed_calls_between_address_spaces},
    {"libipc.wrong", "a server answers requests that it does not know or understand",
     wrong_requests_are_answered},
    {"libipc.end", "serving ends when the endpoint goes", servers_end_with_their_endpoint},
    {"libipc.dead_caller", "a server goes on when its caller dies", servers_outlive_their_callers},
    {"libipc.too_big", "a server tells a caller that its answer is too long, and goes on",
     callers_that_cannot_take_the_answer},
    {"libipc.fault", "a server survives faults that are sent to it", faults_do_not_stop_a_server},
    {"libipc.notified", "a server hears of its bound notification", servers_hear_notifications},
    {"libipc.capabilities", "capabilities travel both ways in typed calls", capabilities_both_ways},
    {"libipc.owned", "a handle deletes what it owns", handles_delete_what_they_own},
    {"libipc.move", "handles move and release", handles_move},
    {"libipc.slots", "each slot is given out once", slots_are_given_out_once},
    {"libipc.detail", "a refusal tells which address it is about", refusals_have_details},
};

}  // namespace

constinit const kit::Table tests::libipc_tests = table;
