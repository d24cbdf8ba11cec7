// SPDX-License-Identifier: MIT
// Endpoints: messages meet, in order, with the sender's words and the kernel's truth about them.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Kind;
using abi::MessageInfo;
using ipc::Message;
using ipc::Words;
namespace right = abi::endpoint_right;
namespace sys = ipc::sys;

constexpr Words words_of(u64 seed) {
  Words words{};
  for (u64 i = 0; i < words.size(); ++i) words[i] = pattern(seed, i);
  return words;
}

void call_and_answer(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message answer;
  auto client = [&] { answer = sys::call(endpoint.at(), words_of(1), MessageInfo::make(77, 8)); };
  Worker worker{t, client};

  const Message request = sys::recv(endpoint, reply);
  t.equals(request.info.kind(), Kind::call);
  t.equals(request.info.label(), 77U);
  t.equals(request.info.words(), u64{8});
  t.equals(request.badge, u64{0});
  t.that(request.words == words_of(1), "the words are those of the caller");
  t.equals(worker.state(), abi::thread::State::replying);

  t.succeeds(sys::send(reply.at(), words_of(2), MessageInfo::make(78, 8)));
  worker.join();
  t.equals(answer.info.kind(), Kind::reply);
  t.equals(answer.info.label(), 78U);
  t.equals(answer.info.words(), u64{8});
  t.that(answer.words == words_of(2), "the words are those of the answer");
}

void caller_comes_second(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message request;
  auto server = [&] {
    request = sys::recv(endpoint, reply);
    sys::send(reply.at(), words_of(4), MessageInfo::make(0, 8));
  };
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  const Message answer = sys::call(endpoint.at(), words_of(3), MessageInfo::make(5, 8));
  worker.join();
  t.that(request.words == words_of(3), "the request arrived");
  t.that(answer.words == words_of(4), "the answer arrived");
}

void send_does_not_wait_for_an_answer(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message sent;
  auto client = [&] { sent = sys::send(endpoint.at(), words_of(5), MessageInfo::make(9, 3)); };
  Worker worker{t, client};
  const Message request = sys::recv(endpoint);
  t.equals(request.info.kind(), Kind::send);
  t.equals(request.info.words(), u64{3});
  t.equals(request.words[2], pattern(5, 2));
  worker.join();
  t.succeeds(sent);
}

void badges_arrive(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  for (const u64 badge : {u64{1}, u64{0xffff'ffff}, u64{1} << 63, ~u64{0}}) {
    const auto badged = t.mint(endpoint, right::send, badge);
    auto client = [&] { sys::send(badged.at(), {}, MessageInfo::make(0, 0)); };
    Worker worker{t, client};
    t.equals(sys::recv(endpoint).badge, badge);
    worker.join();
  }
}

void labels_arrive_whole(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  for (const u32 label : {0U, 1U, 0x8000'0000U, 0xffff'ffffU}) {
    auto client = [&] { sys::send(endpoint.at(), {}, MessageInfo::make(label, 0)); };
    Worker worker{t, client};
    t.equals(sys::recv(endpoint).info.label(), label);
    worker.join();
  }
}

// Bits of x11 that belong to the kernel: kind, unwrapped, and what is above.
void kinds_cannot_be_forged(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  constexpr u32 honest_label = 4711;
  auto client = [&] {
    for (unsigned bit = 44; bit < 64; ++bit) {
      const MessageInfo forged{MessageInfo::make(1, 1).raw | u64{1} << bit};
      const Message sent = sys::send(endpoint.at(), {}, forged);
      t.equals(sent.error(), Error::bad_argument);
    }
    sys::send(endpoint.at(), {}, MessageInfo::make(honest_label, 0));
  };
  Worker worker{t, client};
  for (;;) {
    const Message message = sys::recv(endpoint);
    if (!t.equals(message.info.kind(), Kind::send)) break;
    if (message.info.label() == honest_label) break;
    t.that(false, "a forged message was delivered");
  }
  worker.join();
}

void too_many_words_or_caps(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  auto client = [&] {
    for (const u64 words : {u64{121}, u64{200}, u64{255}})
      t.equals(sys::send(endpoint.at(), {}, MessageInfo::make(1, words)).error(),
               Error::bad_argument);
    for (u64 caps = 5; caps < 16; ++caps)
      t.equals(sys::send(endpoint.at(), {}, MessageInfo::make(1, 0, caps)).error(),
               Error::bad_argument);
    sys::send(endpoint.at(), {}, MessageInfo::make(2, 0));
  };
  Worker worker{t, client};
  t.equals(sys::recv(endpoint).info.label(), 2U);
  worker.join();
}

void try_forms_do_not_wait(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const MessageInfo empty = MessageInfo::make(0, 0);
  t.equals(sys::try_call(endpoint.at(), {}, empty).error(), Error::would_block);
  t.equals(sys::try_send(endpoint.at(), {}, empty).error(), Error::would_block);
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
  t.equals(sys::try_recv(endpoint, reply).error(), Error::would_block);
}

void try_forms_meet_who_waits(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message sent;
  Message called;
  auto server = [&] {
    sent = sys::recv(endpoint, reply);
    called = sys::recv(endpoint);
    sys::send(reply.at(), words_of(8), MessageInfo::make(0, 8));
    sys::send(endpoint.at(), words_of(9), MessageInfo::make(0, 8));
  };
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  t.succeeds(sys::try_send(endpoint.at(), words_of(6), MessageInfo::make(0, 8)));
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  const Message answer = sys::try_call(endpoint.at(), words_of(7), MessageInfo::make(0, 8));
  t.that(answer.words == words_of(8), "try_call waits for its answer");
  wait_for_state(t, worker.thread(), abi::thread::State::sending);
  t.that(sys::try_recv(endpoint).words == words_of(9), "try_recv takes a queued message");
  worker.join();
  t.that(sent.words == words_of(6) && called.words == words_of(7), "the server got both");
}

void senders_queue_in_order(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  auto send_number = [&](u64 number) {
    sys::send(endpoint.at(), {number}, MessageInfo::make(0, 1));
  };
  auto first = [&] { send_number(1); };
  auto second = [&] { send_number(2); };
  auto third = [&] { send_number(3); };
  Worker a{t, first};
  wait_for_state(t, a.thread(), abi::thread::State::sending);
  Worker b{t, second};
  wait_for_state(t, b.thread(), abi::thread::State::sending);
  Worker c{t, third};
  wait_for_state(t, c.thread(), abi::thread::State::sending);
  for (u64 i = 1; i <= 3; ++i) t.equals(sys::recv(endpoint).words[0], i);
  a.join();
  b.join();
  c.join();
}

void receivers_queue_in_order(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  u64 got[2] = {};
  auto first = [&] { got[0] = sys::recv(endpoint).words[0]; };
  auto second = [&] { got[1] = sys::recv(endpoint).words[0]; };
  Worker a{t, first};
  wait_for_state(t, a.thread(), abi::thread::State::receiving);
  Worker b{t, second};
  wait_for_state(t, b.thread(), abi::thread::State::receiving);
  sys::send(endpoint.at(), {10}, MessageInfo::make(0, 1));
  sys::send(endpoint.at(), {20}, MessageInfo::make(0, 1));
  a.join();
  b.join();
  t.equals(got[0], u64{10});
  t.equals(got[1], u64{20});
}

void rights_are_needed(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto may_send = t.copy(endpoint, right::send);
  const auto may_receive = t.copy(endpoint, right::receive);
  const MessageInfo empty = MessageInfo::make(0, 0);
  t.equals(sys::recv(may_send, reply).error(), Error::denied);
  t.equals(sys::try_recv(may_send).error(), Error::denied);
  t.equals(sys::reply_recv(may_send, {}, empty, reply).error(), Error::denied);
  t.equals(sys::call(may_receive.at(), {}, empty).error(), Error::denied);
  t.equals(sys::send(may_receive.at(), {}, empty).error(), Error::denied);
  t.equals(sys::try_call(may_receive.at(), {}, empty).error(), Error::denied);
  t.equals(sys::try_send(may_receive.at(), {}, empty).error(), Error::denied);
}

void other_objects_are_no_endpoints(Context& t) {
  const Cap<ipc::Endpoint> notification{t.make<ipc::Notification>().at()};
  const Cap<ipc::Endpoint> frame{t.make<ipc::Frame>(base::page_bits).at()};
  const MessageInfo empty = MessageInfo::make(0, 0);
  for (const auto wrong : {notification, frame}) {
    t.equals(sys::recv(wrong).error(), Error::wrong_object);
    t.equals(sys::try_recv(wrong).error(), Error::wrong_object);
    t.equals(sys::send(wrong.at(), {}, empty).error(), Error::wrong_object);
    t.equals(sys::try_send(wrong.at(), {}, empty).error(), Error::wrong_object);
  }
}

void endpoints_have_no_methods_of_their_own(Context& t) {
  // Whatever the label, a call on an endpoint is a message to its server.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  constexpr u32 label = abi::method(abi::ObjectType::untyped, 1);
  auto client = [&] { sys::call(endpoint.at(), {}, MessageInfo::make(label, 0)); };
  Worker worker{t, client};
  t.equals(sys::recv(endpoint, reply).info.label(), label);
  sys::send(reply.at(), {}, MessageInfo::make(0, 0));
  worker.join();
}

void calls_need_a_reply_to_hang_on(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message received;
  auto server = [&] { received = sys::recv(endpoint); };
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  const MessageInfo info = MessageInfo::make(1, 0);
  t.equals(sys::call(endpoint.at(), {}, info).error(), Error::not_supported);
  t.equals(worker.state(), abi::thread::State::receiving);
  t.succeeds(sys::send(endpoint.at(), {}, MessageInfo::make(2, 0)));
  worker.join();
  t.equals(received.info.label(), 2U);
}

void queued_calls_without_a_reply_are_refused(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message called;
  auto client = [&] { called = sys::call(endpoint.at(), {}, MessageInfo::make(1, 0)); };
  Worker worker{t, client};
  wait_for_state(t, worker.thread(), abi::thread::State::sending);
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
  worker.join();
  t.equals(called.error(), Error::not_supported);
}

void all_registers_travel(Context& t) {
  // The count says what the message is; the eight registers are the sender's all the same.
  const auto endpoint = t.make<ipc::Endpoint>();
  auto client = [&] { sys::send(endpoint.at(), words_of(11), MessageInfo::make(0, 2)); };
  Worker worker{t, client};
  const Message message = sys::recv(endpoint);
  t.equals(message.info.words(), u64{2});
  t.equals(message.words[0], pattern(11, 0));
  t.equals(message.words[1], pattern(11, 1));
  worker.join();
}

constexpr Test table[] = {
    {"endpoint.call", "a call arrives with its words, and its answer goes back", call_and_answer},
    {"endpoint.receiver_first", "it does not matter who comes first", caller_comes_second},
    {"endpoint.send", "a send arrives, and nobody owes an answer",
     send_does_not_wait_for_an_answer},
    {"endpoint.badges", "the badge of the sender's capability arrives", badges_arrive},
    {"endpoint.labels", "all 32 bits of a label arrive", labels_arrive_whole},
    {"endpoint.kinds", "nobody can forge what only the kernel says of a message",
     kinds_cannot_be_forged},
    {"endpoint.limits", "more words or capabilities than a message holds are refused",
     too_many_words_or_caps},
    {"endpoint.try_nobody", "the forms that do not wait say would_block", try_forms_do_not_wait},
    {"endpoint.try_somebody", "the forms that do not wait meet whoever is there",
     try_forms_meet_who_waits},
    {"endpoint.senders", "senders are received in the order of their coming",
     senders_queue_in_order},
    {"endpoint.receivers", "receivers are served in the order of their coming",
     receivers_queue_in_order},
    {"endpoint.rights", "sending and receiving need their rights", rights_are_needed},
    {"endpoint.others", "other objects do not pass as endpoints", other_objects_are_no_endpoints},
    {"endpoint.no_methods", "labels of kernel methods are only labels to a server",
     endpoints_have_no_methods_of_their_own},
    {"endpoint.no_reply", "a call to a receiver without a Reply fails at once",
     calls_need_a_reply_to_hang_on},
    {"endpoint.no_reply_queued", "a queued call fails when the receiver has no Reply",
     queued_calls_without_a_reply_are_refused},
    {"endpoint.registers", "words beyond the count are no part of the message",
     all_registers_travel},
};

}  // namespace

constinit const kit::Table tests::endpoint_tests = table;
