// SPDX-License-Identifier: MIT
// IPC buffers in every unpleasant place: the kernel reaches them by its own mapping and never
// faults there, whatever the program has mapped, shares or loses.
#include <tests/kernel/kit/bufferless.hpp>
#include <tests/kernel/kit/long_message.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::thread::State;
namespace sys = ipc::sys;

constexpr u64 longest = abi::max_message_words;

// A thread that answers 120 words with the same 120 words, without looking at its buffer.
struct Echo {
  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Reply> reply;

  static void run(void* object) {
    const Echo& own = *static_cast<Echo*>(object);
    ipc::Message message = sys::recv(own.endpoint, own.reply);
    for (;;)
      message =
          sys::reply_recv(own.endpoint, message.words, MessageInfo::make(0, message.info.words()));
  }
};

void give_buffer(Context& t, Cap<ipc::Thread> thread, Cap<ipc::Frame> frame, u64 offset) {
  t.need(
      ipc::invoke(thread, abi::thread::Configure{.buffer = frame.at(), .buffer_offset = offset}));
}

void expect_echo(Context& t, Cap<ipc::Endpoint> endpoint, u64 seed,
                 Where where = Where::current()) {
  const ipc::Words words = write_pattern(seed, longest);
  const ipc::Message answer = sys::call(endpoint.at(), words, MessageInfo::make(1, longest));
  t.equals(answer.info.kind(), abi::Kind::reply, where);
  t.equals(answer.info.words(), longest, where);
  t.equals(count_wrong_words(answer, seed), u64{0}, where);
}

// `prepare(frame)` decides where the program has the buffer.
template <class Prepare>
void echo_through(Context& t, u64 size_bits, u64 offset, Prepare prepare) {
  const auto frame = t.make<ipc::Frame>(size_bits);
  Echo echo{t.make<ipc::Endpoint>(), t.make<ipc::Reply>()};
  Bufferless thread{t};
  give_buffer(t, thread.thread(), frame, offset);
  prepare(frame);
  thread.start(t, Echo::run, &echo);
  wait_for_state(t, thread.thread(), State::receiving);
  for (u64 seed = 1; seed < 4; ++seed) expect_echo(t, echo.endpoint, seed);
}

void nowhere(Context& t) {
  echo_through(t, base::page_bits, 0, [](Cap<ipc::Frame>) {});
}

void read_only(Context& t) {
  const u64 address = t.need(t.space().reserve(base::page_size));
  echo_through(t, base::page_bits, 0, [&](Cap<ipc::Frame> frame) {
    t.need(t.space().map(frame, address, base::page_size, support::read_only));
  });
  // What the program sees there is what the kernel wrote.
  t.equals(peek(address), pattern(3, abi::register_words));
}

// The last KiB of a Frame: what lies before and behind it is not touched.
void at_the_end(Context& t) {
  constexpr u64 offset = base::page_size - abi::ipc_buffer_size;
  const u64 address = t.need(t.space().reserve(2 * base::page_size));
  const auto whole = t.make<ipc::Frame>(base::page_bits + 1);
  t.need(t.space().map(whole, address, 2 * base::page_size, support::read_write));
  for (u64 at = 0; at < 2 * base::page_size; at += 8) poke(address + at, 0x5555);
  const CapPtr first_page = t.slot();
  t.need(mint_to(t, first_page, whole.at(), {.size_bits = base::page_bits}));

  Echo echo{t.make<ipc::Endpoint>(), t.make<ipc::Reply>()};
  Bufferless thread{t};
  t.fails(ipc::invoke(thread.thread(), abi::thread::Configure{.buffer = first_page,
                                                              .buffer_offset = base::page_size}),
          Error::out_of_range);
  give_buffer(t, thread.thread(), Cap<ipc::Frame>{first_page}, offset);
  thread.start(t, Echo::run, &echo);
  wait_for_state(t, thread.thread(), State::receiving);
  expect_echo(t, echo.endpoint, 9);
  u64 changed = 0;
  for (u64 at = 0; at < 2 * base::page_size; at += 8) {
    const bool is_buffer = at >= offset && at < offset + (longest - abi::register_words) * 8;
    if (!is_buffer && peek(address + at) != 0x5555) ++changed;
  }
  t.equals(changed, u64{0});
  t.equals(peek(address + offset), pattern(9, abi::register_words));
}

// Two threads with one buffer: a message from one to the other is copied onto itself.
void shared(Context& t) {
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  const auto endpoint = t.make<ipc::Endpoint>();
  Echo echo{endpoint, t.make<ipc::Reply>()};
  Bufferless first{t};
  Bufferless second{t};
  give_buffer(t, first.thread(), frame, 0);
  give_buffer(t, second.thread(), frame, 0);
  struct Caller {
    Cap<ipc::Endpoint> endpoint;
    Cap<ipc::Notification> done;
    Cap<ipc::Notification> never;
    ipc::Message answer;
    static void run(void* object) {
      auto& own = *static_cast<Caller*>(object);
      own.answer = sys::call(own.endpoint.at(), {1, 2, 3}, MessageInfo::make(4, longest));
      static_cast<void>(ipc::signal(own.done));
      for (;;) static_cast<void>(ipc::wait(own.never));
    }
  } caller{endpoint, t.make<ipc::Notification>(), t.fixture().never, {}};
  first.start(t, Echo::run, &echo);
  wait_for_state(t, first.thread(), State::receiving);
  second.start(t, Caller::run, &caller);
  t.need(ipc::wait(caller.done));
  t.equals(caller.answer.info.words(), longest);
  t.equals(caller.answer.words[2], u64{3});
  // And both go on with others.
  expect_echo(t, endpoint, 5);
}

// The memory goes while a long answer is owed: the caller's side is refused, and nothing faults.
void revoked_in_the_middle(Context& t) {
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  struct Caller {
    Cap<ipc::Endpoint> endpoint;
    Cap<ipc::Notification> done;
    Cap<ipc::Notification> never;
    ipc::Message answer;
    static void run(void* object) {
      auto& own = *static_cast<Caller*>(object);
      own.answer = sys::call(own.endpoint.at(), {}, MessageInfo::make(4, longest));
      static_cast<void>(ipc::signal(own.done));
      for (;;) static_cast<void>(ipc::wait(own.never));
    }
  } caller{endpoint, t.make<ipc::Notification>(), t.fixture().never, {}};
  Bufferless thread{t};
  give_buffer(t, thread.thread(), frame, 0);
  thread.start(t, Caller::run, &caller);
  wait_for_state(t, thread.thread(), State::sending);
  t.equals(sys::recv(endpoint, reply).info.words(), longest);
  t.need(t.revoke(frame.at()));
  const ipc::Words words = write_pattern(1, longest);
  t.equals(sys::send(reply.at(), words, MessageInfo::make(0, longest)).error(), Error::too_big);
  t.equals(info_of(t, thread.thread()).state, State::replying);
  t.succeeds(sys::send(reply.at(), words, MessageInfo::make(7, 8)));
  t.need(ipc::wait(caller.done));
  t.equals(caller.answer.info.label(), 7U);
}

constexpr Test table[] = {
    {"ipc_buffer.nowhere", "an IPC buffer that is mapped nowhere holds 120 words", nowhere},
    {"ipc_buffer.read_only", "a buffer that the program may only read is written by the kernel",
     read_only},
    {"ipc_buffer.end", "the last KiB of a Frame is a buffer, and nothing beside it is touched",
     at_the_end},
    {"ipc_buffer.shared", "two threads may share one buffer", shared},
    {"ipc_buffer.revoked", "an answer that has lost its place is refused, and a short one arrives",
     revoked_in_the_middle},
};

}  // namespace

constinit const kit::Table tests::ipc_buffer_tests = table;
