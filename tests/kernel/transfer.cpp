// SPDX-License-Identifier: MIT
// What travels: words of every length between two address spaces, and capabilities.
#include <tests/kernel/kit/bufferless.hpp>
#include <tests/kernel/kit/long_message.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Kind;
using abi::MessageInfo;
using abi::ObjectType;
using ipc::Message;
namespace right = abi::endpoint_right;
namespace sys = ipc::sys;

// What a Stranger that serves has.
constexpr u64 endpoint_index = stranger_slot::first;
constexpr u64 reply_index = stranger_slot::first + 1;
constexpr u64 gift_index = 20;     // what it gives away, one after the other
constexpr u64 receive_index = 40;  // where it lets capabilities come

constexpr Cap<ipc::Endpoint> served{abi::cap_at(0, endpoint_index)};
constexpr Cap<ipc::Reply> owed{abi::cap_at(0, reply_index)};

constexpr u64 answer_seed = 1000;

// Checks each request, and answers with as many words as are left of 120; the label says how many
// words were wrong.
void serve_lengths(void*) {
  Message message = sys::recv(served, owed);
  while (!message.is_error()) {
    const u64 count = abi::max_message_words - message.info.words();
    const u64 wrong = count_wrong_words(message, message.info.label());
    const ipc::Words words = write_pattern(message.info.label() + answer_seed, count);
    message = sys::reply_recv(served, words, MessageInfo::make(static_cast<u32>(wrong), count));
  }
  stranger_done();
}

void all_lengths_travel(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger server{t};
  server.give(endpoint_index, endpoint.at());
  server.give(reply_index, t.make<ipc::Reply>().at());
  server.start(serve_lengths);
  for (u32 count = 0; count <= abi::max_message_words; ++count) {
    const ipc::Words words = write_pattern(count, count);
    const Message answer = sys::call(endpoint.at(), words, MessageInfo::make(count, count));
    t.equals(answer.info.kind(), Kind::reply);
    t.equals(answer.info.label(), 0U);
    t.equals(answer.info.words(), abi::max_message_words - count);
    t.equals(count_wrong_words(answer, count + answer_seed), u64{0});
  }
}

// Sends from the other side instead: each length, without waiting for an answer.
void send_lengths(void*) {
  for (u32 count = 0; count <= abi::max_message_words; ++count)
    sys::send(served.at(), write_pattern(count, count), MessageInfo::make(count, count));
  stranger_done();
}

void all_lengths_are_sent(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger client{t};
  client.give(endpoint_index, endpoint.at());
  client.start(send_lengths);
  for (u32 count = 0; count <= abi::max_message_words; ++count) {
    const Message message = sys::recv(endpoint);
    t.equals(message.info.words(), count);
    t.equals(count_wrong_words(message, count), u64{0});
  }
  client.join();
}

void words_beyond_the_end_stay(Context& t) {
  // The kernel writes the words of the message into the buffer, and no word more.
  const auto endpoint = t.make<ipc::Endpoint>();
  auto client = [&] { sys::send(endpoint.at(), write_pattern(1, 20), MessageInfo::make(0, 20)); };
  Worker worker{t, client};
  constexpr u64 untouched = 0x5555'aaaa;
  for (u64& word : ipc::buffer().words) word = untouched;
  t.equals(count_wrong_words(sys::recv(endpoint), 1), u64{0});
  for (u64 i = 20 - abi::register_words; i < std::size(ipc::buffer().words); ++i)
    t.equals(ipc::buffer().words[i], untouched);
  worker.join();
}

struct BufferlessWork {
  Cap<ipc::Endpoint> endpoint;
  Cap<ipc::Notification> done;
  Cap<ipc::Notification> never;
  Message results[4] = {};

  static void send_all(void* object) {
    auto& work = *static_cast<BufferlessWork*>(object);
    work.results[0] = sys::send(work.endpoint.at(), {}, MessageInfo::make(1, 9));
    work.results[1] = sys::send(work.endpoint.at(), {}, MessageInfo::make(1, 0, 1));
    work.results[2] = sys::send(work.endpoint.at(), {1}, MessageInfo::make(1, 8));
    work.finish();
  }
  static void receive_one(void* object) {
    auto& work = *static_cast<BufferlessWork*>(object);
    work.results[0] = sys::recv(work.endpoint);
    work.finish();
  }
  [[noreturn]] void finish() {
    static_cast<void>(ipc::signal(done));
    for (;;) static_cast<void>(ipc::wait(never));
  }
};

void sender_without_a_buffer(Context& t) {
  BufferlessWork work{t.make<ipc::Endpoint>(), t.make<ipc::Notification>(), t.fixture().never};
  Bufferless thread{t};
  thread.start(t, BufferlessWork::send_all, &work);
  const Message message = sys::recv(work.endpoint);
  t.equals(message.info.words(), u64{8});
  t.need(ipc::wait(work.done));
  t.equals(work.results[0].error(), Error::bad_argument);
  t.equals(work.results[1].error(), Error::bad_argument);
  t.succeeds(work.results[2]);
}

void receiver_without_a_buffer(Context& t) {
  BufferlessWork work{t.make<ipc::Endpoint>(), t.make<ipc::Notification>(), t.fixture().never};
  Bufferless thread{t};
  thread.start(t, BufferlessWork::receive_one, &work);
  wait_for_state(t, thread.thread(), abi::thread::State::receiving);
  t.equals(sys::send(work.endpoint.at(), {}, MessageInfo::make(1, 9)).error(), Error::too_big);
  ipc::buffer().send[0] = static_cast<u32>(work.endpoint.at().value());
  t.succeeds(sys::send(work.endpoint.at(), {7}, MessageInfo::make(1, 8, 1)));
  t.need(ipc::wait(work.done));
  t.equals(work.results[0].words[0], u64{7});
  t.equals(work.results[0].info.caps(), u64{0});
  t.equals(work.results[0].info.unwrapped(), u64{0});
}

// ---- capabilities ------------------------------------------------------------------------------

// Gives away as many capabilities as the label of each request says.
void serve_gifts(void*) {
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    ipc::buffer().send[i] = static_cast<u32>(abi::cap_at(0, gift_index + i).value());
  Message message = sys::recv(served, owed);
  while (!message.is_error())
    message = sys::reply_recv(served, {}, MessageInfo::make(0, 0, message.info.label()));
  stranger_done();
}

void receive_into(const CapPtr (&slots)[abi::max_message_caps]) {
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    ipc::buffer().receive[i] = static_cast<u32>(slots[i].value());
}

void answers_bring_capabilities(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  const auto note = t.make<ipc::Notification>();
  Stranger server{t};
  server.give(endpoint_index, endpoint.at());
  server.give(reply_index, t.make<ipc::Reply>().at());
  server.give(gift_index, frame.at(), abi::frame_right::read);
  server.give(gift_index + 1, note.at());
  server.give(gift_index + 2, t.mint(endpoint, right::send, 99).at());
  server.give(gift_index + 3, t.make<ipc::SchedContext>().at());
  server.start(serve_gifts);
  constexpr ObjectType expected[] = {ObjectType::frame, ObjectType::notification,
                                     ObjectType::endpoint, ObjectType::sched_context};
  const CapPtr slots[] = {t.slot(), t.slot(), t.slot(), t.slot()};
  for (u32 count = 0; count <= abi::max_message_caps; ++count) {
    receive_into(slots);
    const Message answer = sys::call(endpoint.at(), {}, MessageInfo::make(count, 0));
    t.equals(answer.info.caps(), (u64{1} << count) - 1);
    t.equals(answer.info.unwrapped(), u64{0});
    for (u64 i = 0; i < abi::max_message_caps; ++i) {
      const auto found = t.identify(slots[i]);
      t.equals(found.type, static_cast<u64>(i < count ? expected[i] : ObjectType::null));
      if (i == 0 && count != 0) t.equals(found.rights, abi::frame_right::read);
      if (i == 2 && count > 2) t.equals(found.data, u64{99});
      t.succeeds(t.remove(slots[i]));
    }
  }
}

// Receives into its slots from `receive_index` on, and answers with what info said of the request.
void serve_takes(void*) {
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    ipc::buffer().receive[i] = static_cast<u32>(abi::cap_at(0, receive_index + i).value());
  Message message = sys::recv(served, owed);
  while (!message.is_error())
    message = sys::reply_recv(served, {message.info.caps(), message.info.unwrapped()},
                              MessageInfo::make(0, 2));
  stranger_done();
}

void offer(const CapPtr (&caps)[abi::max_message_caps]) {
  for (u64 i = 0; i < abi::max_message_caps; ++i)
    ipc::buffer().send[i] = static_cast<u32>(caps[i].value());
}

abi::cnode::Identify::Reply look_into(Context& t, Stranger& server, u64 index) {
  return t.need(ipc::invoke(server.process().leaf(), abi::cnode::Identify{.index = index}));
}

void calls_bring_capabilities(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger server{t};
  server.give(endpoint_index, endpoint.at());
  server.give(reply_index, t.make<ipc::Reply>().at());
  server.start(serve_takes);
  const CapPtr gifts[] = {t.make<ipc::Notification>().at(), t.make<ipc::Reply>().at(),
                          t.make<ipc::Frame>(base::page_bits).at(), t.make<ipc::Thread>().at()};
  for (u32 count = 0; count <= abi::max_message_caps; ++count) {
    offer(gifts);
    const Message answer = sys::call(endpoint.at(), {}, MessageInfo::make(0, 0, count));
    t.equals(answer.words[0], (u64{1} << count) - 1);
    for (u64 i = 0; i < abi::max_message_caps; ++i) {
      const auto found = look_into(t, server, receive_index + i);
      t.equals(found.type, i < count ? t.identify(gifts[i]).type : u64{0});
      t.succeeds(
          ipc::invoke(server.process().leaf(), abi::cnode::Delete{.index = receive_index + i}));
    }
  }
}

void only_that_one_is_lost(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  Message got;
  auto client = [&] {
    offer({note.at(), note.at(), note.at(), note.at()});
    for (u64 i = 0; i < 4; ++i) sys::send(endpoint.at(), {i}, MessageInfo::make(0, 1, 4));
    // A slot of ours that is empty, an address that means nothing.
    offer({note.at(), t.slot(), CapPtr{0xffff'ff00}, CapPtr{0}});
    sys::send(endpoint.at(), {4}, MessageInfo::make(0, 1, 4));
  };
  Worker worker{t, client};
  const CapPtr slots[] = {t.slot(), t.slot(), t.slot(), t.slot()};
  const auto receive_and_clear = [&](u64 expected) {
    got = sys::recv(endpoint);
    t.equals(got.info.caps(), expected);
    for (const CapPtr at : slots) t.succeeds(t.remove(at));
  };
  receive_into(slots);
  receive_and_clear(0b1111);
  receive_into({slots[0], CapPtr{0}, slots[2], slots[3]});  // a slot that is not offered
  receive_and_clear(0b1101);
  receive_into({slots[0], slots[1], note.at(), slots[3]});  // one that is occupied
  receive_and_clear(0b1011);
  receive_into({CapPtr{0xffff'ff01}, slots[1], slots[2], slots[0]});  // one that is none
  receive_and_clear(0b1110);
  receive_into(slots);
  receive_and_clear(0b0001);
  t.equals(got.words[0], u64{4});
  worker.join();
}

void the_same_slot_twice(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  auto client = [&] {
    offer({note.at(), note.at(), CapPtr{}, CapPtr{}});
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 2));
  };
  Worker worker{t, client};
  const CapPtr slot = t.slot();
  receive_into({slot, slot, CapPtr{}, CapPtr{}});
  t.equals(sys::recv(endpoint).info.caps(), u64{0b01});
  worker.join();
}

void granting_needs_its_right(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto no_grant = t.copy(endpoint, right::send);
  const auto note = t.make<ipc::Notification>();
  auto client = [&] {
    offer({note.at(), note.at(), note.at(), note.at()});
    sys::send(no_grant.at(), {17}, MessageInfo::make(0, 1, 4));
  };
  Worker worker{t, client};
  const CapPtr slots[] = {t.slot(), t.slot(), t.slot(), t.slot()};
  receive_into(slots);
  const Message message = sys::recv(endpoint);
  t.equals(message.words[0], u64{17});
  t.equals(message.info.caps(), u64{0});
  t.that(t.is_empty(slots[0]), "nothing came");
  worker.join();
}

void own_endpoints_are_unwrapped(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto other = t.make<ipc::Endpoint>();
  const auto handle = t.mint(endpoint, right::send, 123);
  const auto foreign = t.mint(other, right::send, 456);
  auto client = [&] {
    offer({handle.at(), foreign.at(), endpoint.at(), CapPtr{}});
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 3));
  };
  Worker worker{t, client};
  const CapPtr slots[] = {t.slot(), t.slot(), t.slot(), t.slot()};
  receive_into(slots);
  const Message message = sys::recv(endpoint);
  t.equals(message.info.unwrapped(), u64{0b101});
  t.equals(message.info.caps(), u64{0b010});
  t.equals(ipc::buffer().badges[0], u64{123});
  t.equals(ipc::buffer().badges[2], u64{0});
  t.that(t.is_empty(slots[0]), "an unwrapped capability takes no slot");
  t.equals(t.identify(slots[1]).data, u64{456});
  worker.join();
}

void memory_does_not_travel(Context& t) {
  // Untyped and PageTable cannot be copied, so they cannot be sent.
  const auto endpoint = t.make<ipc::Endpoint>();
  const CapPtr untyped = t.make<ipc::Untyped>(abi::min_untyped_bits).at();
  const CapPtr page_table = t.make<ipc::PageTable>().at();
  const CapPtr note = t.make<ipc::Notification>().at();
  auto client = [&] {
    offer({untyped, page_table, note, CapPtr{}});
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 3));
  };
  Worker worker{t, client};
  receive_into({t.slot(), t.slot(), t.slot(), t.slot()});
  t.equals(sys::recv(endpoint).info.caps(), u64{0b100});
  worker.join();
}

void what_was_sent_is_a_copy(Context& t) {
  // A sibling: revoking the sender's capability leaves it, revoking what both come from takes both.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto origin = t.make<ipc::Notification>();
  const auto parent = t.mint(origin, abi::all_rights, 0xff);
  auto client = [&] {
    offer({parent.at(), CapPtr{}, CapPtr{}, CapPtr{}});
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 1));
  };
  Worker worker{t, client};
  const CapPtr slot = t.slot();
  receive_into({slot, CapPtr{}, CapPtr{}, CapPtr{}});
  sys::recv(endpoint);
  worker.join();
  t.equals(t.identify(slot).data, u64{0xff});
  t.succeeds(t.revoke(parent.at()));
  t.that(!t.is_empty(slot), "it does not stand below the sender's");
  t.succeeds(t.revoke(origin.at()));
  t.that(t.is_empty(slot), "it stands below the same parent");
}

constexpr Test table[] = {
    {"transfer.lengths", "all lengths from 0 to 120 words travel both ways between address spaces",
     all_lengths_travel},
    {"transfer.sends", "all lengths travel in messages that nobody answers", all_lengths_are_sent},
    {"transfer.no_more", "what lies beyond a message in the receiver's buffer stays",
     words_beyond_the_end_stay},
    {"transfer.sender_bufferless", "a thread without an IPC buffer sends eight words, not nine",
     sender_without_a_buffer},
    {"transfer.receiver_bufferless",
     "a thread without an IPC buffer receives eight words, not nine", receiver_without_a_buffer},
    {"transfer.answers", "an answer brings up to four capabilities", answers_bring_capabilities},
    {"transfer.calls", "a call brings up to four capabilities", calls_bring_capabilities},
    {"transfer.lost", "a missing or occupied slot loses that capability and nothing else",
     only_that_one_is_lost},
    {"transfer.same_slot", "a slot that is named twice takes one capability", the_same_slot_twice},
    {"transfer.grant", "without the right to grant, words arrive and capabilities do not",
     granting_needs_its_right},
    {"transfer.unwrap", "a server's own capabilities come back as badges",
     own_endpoints_are_unwrapped},
    {"transfer.memory", "what cannot be copied does not travel", memory_does_not_travel},
    {"transfer.siblings", "what arrives stands beside what was sent", what_was_sent_is_a_copy},
};

}  // namespace

constinit const kit::Table tests::transfer_tests = table;
