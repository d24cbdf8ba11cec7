// SPDX-License-Identifier: MIT
// Replies: what callers hang on, and how a server owes several answers at once.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Kind;
using abi::MessageInfo;
using ipc::Message;
namespace sys = ipc::sys;

constexpr MessageInfo empty = MessageInfo::make(0, 0);

// A caller with a number, and what it got for an answer.
struct Caller {
  Cap<ipc::Endpoint> endpoint;
  u64 number;
  Message answer;
  void operator()() { answer = sys::call(endpoint.at(), {number}, MessageInfo::make(1, 1)); }
};

void reply_recv_answers_and_receives(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  constexpr u64 rounds = 100;
  u64 sum = 0;
  auto client = [&] {
    for (u64 i = 0; i < rounds; ++i)
      sum += sys::call(endpoint.at(), {i}, MessageInfo::make(1, 1)).words[0];
  };
  Worker worker{t, client};
  Message message = sys::recv(endpoint, reply);
  for (u64 i = 0; i + 1 < rounds; ++i)
    message = sys::reply_recv(endpoint, {message.words[0] * 2}, MessageInfo::make(0, 1));
  sys::send(reply.at(), {message.words[0] * 2}, MessageInfo::make(0, 1));
  worker.join();
  t.equals(sum, rounds * (rounds - 1));
}

void one_server_owes_many_answers(Context& t) {
  constexpr u64 count = 4;
  const auto endpoint = t.make<ipc::Endpoint>();
  Cap<ipc::Reply> replies[count];
  for (auto& reply : replies) reply = t.make<ipc::Reply>();
  Caller callers[count] = {
      {endpoint, 0, {}}, {endpoint, 1, {}}, {endpoint, 2, {}}, {endpoint, 3, {}}};
  Worker a{t, callers[0]};
  Worker b{t, callers[1]};
  Worker c{t, callers[2]};
  Worker d{t, callers[3]};
  u64 from[count] = {};
  for (u64 i = 0; i < count; ++i) from[i] = sys::recv(endpoint, replies[i]).words[0];
  for (u64 i = count; i-- > 0;)
    t.succeeds(sys::send(replies[i].at(), {from[i] + 100}, MessageInfo::make(0, 1)));
  a.join();
  b.join();
  c.join();
  d.join();
  for (const Caller& caller : callers) t.equals(caller.answer.words[0], caller.number + 100);
}

void reply_recv_binds_another_reply(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto first = t.make<ipc::Reply>();
  const auto second = t.make<ipc::Reply>();
  Caller one{endpoint, 1, {}};
  Worker a{t, one};
  sys::recv(endpoint, first);
  Caller two{endpoint, 2, {}};
  Worker b{t, two};
  wait_for_state(t, b.thread(), abi::thread::State::sending);
  // Answers on the Reply bound so far, and receives the next with the other.
  const Message next = sys::reply_recv(endpoint, {11}, MessageInfo::make(0, 1), second);
  t.equals(next.words[0], u64{2});
  a.join();
  t.equals(one.answer.words[0], u64{11});
  t.equals(sys::send(first.at(), {}, empty).error(), Error::gone);
  t.succeeds(sys::send(second.at(), {22}, MessageInfo::make(0, 1)));
  b.join();
  t.equals(two.answer.words[0], u64{22});
}

void receiving_while_owing_is_busy(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  t.equals(sys::recv(endpoint).error(), Error::busy);
  t.equals(sys::recv(endpoint, reply).error(), Error::busy);
  t.equals(sys::try_recv(endpoint).error(), Error::busy);
  t.equals(worker.state(), abi::thread::State::replying);
  t.succeeds(sys::send(reply.at(), {5}, MessageInfo::make(0, 1)));
  worker.join();
  t.equals(caller.answer.words[0], u64{5});
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
}

void nobody_hangs_there(Context& t) {
  const auto reply = t.make<ipc::Reply>();
  t.equals(sys::send(reply.at(), {}, empty).error(), Error::gone);
  t.equals(sys::try_send(reply.at(), {}, empty).error(), Error::gone);
}

void answered_once(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  t.succeeds(sys::send(reply.at(), {1}, MessageInfo::make(0, 1)));
  t.equals(sys::send(reply.at(), {2}, MessageInfo::make(0, 1)).error(), Error::gone);
  worker.join();
  t.equals(caller.answer.words[0], u64{1});
}

void another_thread_answers(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  auto helper = [&] { sys::send(reply.at(), {31}, MessageInfo::make(0, 1)); };
  Worker other{t, helper};
  other.join();
  worker.join();
  t.equals(caller.answer.words[0], u64{31});
}

void sends_leave_the_reply_free(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto client = [&] {
    for (u64 i = 0; i < 3; ++i) sys::send(endpoint.at(), {i}, MessageInfo::make(1, 1));
  };
  Worker worker{t, client};
  t.equals(sys::recv(endpoint, reply).words[0], u64{0});
  t.equals(sys::recv(endpoint).words[0], u64{1});
  t.equals(sys::recv(endpoint, reply).words[0], u64{2});
  worker.join();
}

void rights_are_needed(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto may_answer = t.copy(reply, abi::reply_right::answer);
  const auto may_receive = t.copy(reply, abi::reply_right::receive);
  t.equals(sys::try_recv(endpoint, may_answer).error(), Error::denied);
  t.equals(sys::send(may_receive.at(), {}, empty).error(), Error::denied);
  t.equals(sys::try_recv(endpoint, may_receive).error(), Error::would_block);
  t.equals(sys::send(may_answer.at(), {}, empty).error(), Error::gone);
}

void other_objects_are_no_replies(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const Cap<ipc::Reply> wrong{t.make<ipc::Notification>().at()};
  const Cap<ipc::Reply> nothing{t.slot()};
  t.equals(sys::try_recv(endpoint, wrong).error(), Error::wrong_object);
  t.equals(sys::try_recv(endpoint, nothing).error(), Error::invalid_capability);
  t.equals(sys::try_reply_recv(endpoint, {}, empty, wrong).error(), Error::wrong_object);
  t.equals(sys::try_reply_recv(endpoint, {}, empty, nothing).error(), Error::invalid_capability);
}

void bound_to_one_thread(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto other_endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto server = [&] { sys::recv(endpoint, reply); };
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  t.equals(sys::try_recv(other_endpoint, reply).error(), Error::busy);
  worker.destroy();
  t.equals(sys::try_recv(other_endpoint, reply).error(), Error::would_block);
}

void nothing_owed_is_no_obstacle(Context& t) {
  // A server whose caller has gone answers into the void and goes on receiving.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller lost{endpoint, 1, {}};
  Worker worker{t, lost};
  sys::recv(endpoint, reply);
  worker.destroy();
  Caller next{endpoint, 2, {}};
  Worker other{t, next};
  const Message message = sys::reply_recv(endpoint, {7}, MessageInfo::make(0, 1));
  t.equals(message.info.kind(), Kind::call);
  t.equals(message.words[0], u64{2});
  sys::send(reply.at(), {8}, MessageInfo::make(0, 1));
  other.join();
  t.equals(next.answer.words[0], u64{8});
}

void try_reply_recv_answers_anyway(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  const Message none = sys::try_reply_recv(endpoint, {9}, MessageInfo::make(0, 1));
  t.equals(none.error(), Error::would_block);
  worker.join();
  t.equals(caller.answer.words[0], u64{9});
}

void answers_carry_errors(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  sys::send(reply.at(), {}, MessageInfo::make(static_cast<u32>(Error::over_quota), 0));
  worker.join();
  t.equals(caller.answer.info.kind(), Kind::reply);
  t.equals(caller.answer.info.label(), static_cast<u32>(Error::over_quota));
  t.equals(caller.answer.badge, u64{0});
}

void forged_answers_are_refused(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Caller caller{endpoint, 1, {}};
  Worker worker{t, caller};
  sys::recv(endpoint, reply);
  for (unsigned bit = 44; bit < 64; ++bit)
    t.equals(sys::send(reply.at(), {}, MessageInfo{u64{1} << bit}).error(), Error::bad_argument);
  t.equals(sys::send(reply.at(), {}, MessageInfo::make(0, 121)).error(), Error::bad_argument);
  t.equals(worker.state(), abi::thread::State::replying);
  t.succeeds(sys::send(reply.at(), {4}, MessageInfo::make(0, 1)));
  worker.join();
  t.equals(caller.answer.info.kind(), Kind::reply);
}

constexpr Test table[] = {
    {"reply.reply_recv", "a server answers and receives in one call, a hundred times",
     reply_recv_answers_and_receives},
    {"reply.many", "one server owes four answers and gives them in another order",
     one_server_owes_many_answers},
    {"reply.rebind", "reply_recv answers on the bound Reply, then binds the one named",
     reply_recv_binds_another_reply},
    {"reply.busy", "receiving with a Reply that is owed fails, and nothing is lost",
     receiving_while_owing_is_busy},
    {"reply.nobody", "answering where nobody hangs says gone", nobody_hangs_there},
    {"reply.once", "an answer is given once", answered_once},
    {"reply.other_thread", "whoever holds the Reply may answer", another_thread_answers},
    {"reply.sends", "messages without an answer leave the Reply free", sends_leave_the_reply_free},
    {"reply.rights", "answering and receiving need their rights", rights_are_needed},
    {"reply.others", "other objects do not pass as Replies", other_objects_are_no_replies},
    {"reply.one_receiver", "a Reply is bound to one thread at a time", bound_to_one_thread},
    {"reply.caller_gone", "a server whose caller has gone goes on", nothing_owed_is_no_obstacle},
    {"reply.try", "try_reply_recv answers even if nobody sends", try_reply_recv_answers_anyway},
    {"reply.errors", "an error travels as the answer's label", answers_carry_errors},
    {"reply.forged", "nobody can forge the kind of an answer", forged_answers_are_refused},
};

}  // namespace

constinit const kit::Table tests::reply_tests = table;
