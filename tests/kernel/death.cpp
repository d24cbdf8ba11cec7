// SPDX-License-Identifier: MIT
// Nobody waits for the dead: whoever waits on something that goes gets an error.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::thread::State;
using ipc::Message;
namespace sys = ipc::sys;

constexpr MessageInfo empty = MessageInfo::make(1, 0);

abi::Status suspend(Cap<ipc::Thread> thread) {
  return ipc::invoke(thread, abi::thread::Suspend{}).error();
}
abi::Status resume(Cap<ipc::Thread> thread) {
  return ipc::invoke(thread, abi::thread::Resume{}).error();
}

void endpoint_with_senders(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message sent;
  Message called;
  auto sender = [&] { sent = sys::send(endpoint.at(), {}, empty); };
  auto caller = [&] { called = sys::call(endpoint.at(), {}, empty); };
  Worker a{t, sender};
  Worker b{t, caller};
  wait_for_state(t, a.thread(), State::sending);
  wait_for_state(t, b.thread(), State::sending);
  t.succeeds(t.remove(endpoint.at()));
  a.join();
  b.join();
  t.equals(sent.error(), Error::gone);
  t.equals(called.error(), Error::gone);
}

void endpoint_with_receivers(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message first;
  Message second;
  auto one = [&] { first = sys::recv(endpoint); };
  auto two = [&] { second = sys::recv(endpoint); };
  Worker a{t, one};
  Worker b{t, two};
  wait_for_state(t, a.thread(), State::receiving);
  wait_for_state(t, b.thread(), State::receiving);
  t.succeeds(t.remove(endpoint.at()));
  a.join();
  b.join();
  t.equals(first.error(), Error::gone);
  t.equals(second.error(), Error::gone);
}

void the_last_copy_counts(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto copy = t.copy(endpoint);
  Message sent;
  auto sender = [&] { sent = sys::send(endpoint.at(), {}, empty); };
  Worker worker{t, sender};
  wait_for_state(t, worker.thread(), State::sending);
  t.succeeds(t.remove(endpoint.at()));
  t.equals(worker.state(), State::sending);
  t.equals(sys::recv(copy).info.label(), 1U);
  worker.join();
  t.succeeds(sent);
}

void many_waiters(Context& t) {
  // More than the kernel wakes in one step.
  constexpr u64 count = 20;
  const auto endpoint = t.make<ipc::Endpoint>();
  u64 gone = 0;
  auto body = [&] {
    if (sys::send(endpoint.at(), {}, empty).error() == Error::gone) ++gone;
  };
  alignas(Worker) std::byte storage[count][sizeof(Worker)];
  Worker* workers[count] = {};
  for (u64 i = 0; i < count; ++i) {
    workers[i] = new (storage[i]) Worker{t, body};
    wait_for_state(t, workers[i]->thread(), State::sending);
  }
  t.succeeds(t.remove(endpoint.at()));
  for (Worker* worker : workers) {
    worker->join();
    worker->~Worker();
  }
  t.equals(gone, count);
}

void reply_that_is_owed(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message answer;
  auto client = [&] { answer = sys::call(endpoint.at(), {}, empty); };
  Worker worker{t, client};
  sys::recv(endpoint, reply);
  t.succeeds(t.remove(reply.at()));
  worker.join();
  t.equals(answer.error(), Error::gone);
  // The server's thread is free to receive with another.
  t.equals(sys::try_recv(endpoint, t.make<ipc::Reply>()).error(), Error::would_block);
}

void reply_that_is_bound(Context& t) {
  // A receiver whose Reply goes while it waits receives what needs no answer, and nothing else.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message received;
  auto server = [&] { received = sys::recv(endpoint, reply); };
  Worker worker{t, server};
  wait_for_state(t, worker.thread(), State::receiving);
  t.succeeds(t.remove(reply.at()));
  t.equals(sys::call(endpoint.at(), {}, empty).error(), Error::not_supported);
  t.succeeds(sys::send(endpoint.at(), {}, MessageInfo::make(5, 0)));
  worker.join();
  t.equals(received.info.label(), 5U);
}

void server_that_owes(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto server = [&] {
    sys::recv(endpoint, reply);
    static_cast<void>(ipc::wait(t.fixture().never));
  };
  Worker dying{t, server};
  Message answer;
  auto client = [&] { answer = sys::call(endpoint.at(), {}, empty); };
  Worker worker{t, client};
  wait_for_state(t, worker.thread(), State::replying);
  dying.destroy();
  worker.join();
  t.equals(answer.error(), Error::gone);
}

void suspended_server_still_owes(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto go = t.make<ipc::Notification>();
  auto body = [&] {
    sys::recv(endpoint, reply);
    while (!ipc::poll(go).ok()) ipc::yield();
    sys::send(reply.at(), {33}, MessageInfo::make(0, 1));
  };
  Worker server{t, body};
  Message answer;
  auto client = [&] { answer = sys::call(endpoint.at(), {}, empty); };
  Worker worker{t, client};
  wait_for_state(t, worker.thread(), State::replying);
  t.succeeds(suspend(server.thread()));
  t.equals(worker.state(), State::replying);
  t.succeeds(ipc::signal(go));
  t.succeeds(resume(server.thread()));
  worker.join();
  server.join();
  t.equals(answer.words[0], u64{33});
}

void caller_that_is_owed(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto client = [&] { sys::call(endpoint.at(), {}, empty); };
  Worker worker{t, client};
  sys::recv(endpoint, reply);
  worker.destroy();
  t.equals(sys::send(reply.at(), {}, empty).error(), Error::gone);
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
}

void suspended_caller_is_cancelled(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  Message answer;
  auto client = [&] { answer = sys::call(endpoint.at(), {}, empty); };
  Worker worker{t, client};
  sys::recv(endpoint, reply);
  t.succeeds(suspend(worker.thread()));
  t.equals(worker.state(), State::suspended);
  t.equals(sys::send(reply.at(), {}, empty).error(), Error::gone);
  t.succeeds(resume(worker.thread()));
  worker.join();
  t.equals(answer.error(), Error::cancelled);
}

void suspended_sender_is_cancelled(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message sent;
  auto sender = [&] { sent = sys::send(endpoint.at(), {}, empty); };
  Worker worker{t, sender};
  wait_for_state(t, worker.thread(), State::sending);
  t.succeeds(suspend(worker.thread()));
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
  t.succeeds(resume(worker.thread()));
  worker.join();
  t.equals(sent.error(), Error::cancelled);
}

void suspended_receiver_is_cancelled(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Message received;
  auto receiver = [&] { received = sys::recv(endpoint); };
  Worker worker{t, receiver};
  wait_for_state(t, worker.thread(), State::receiving);
  t.succeeds(suspend(worker.thread()));
  t.equals(sys::try_send(endpoint.at(), {}, empty).error(), Error::would_block);
  t.succeeds(resume(worker.thread()));
  worker.join();
  t.equals(received.error(), Error::cancelled);
}

void suspended_waiter_is_cancelled(Context& t) {
  const auto note = t.make<ipc::Notification>();
  Error error = Error::none;
  auto waiter = [&] { error = ipc::wait(note).error(); };
  Worker worker{t, waiter};
  wait_for_state(t, worker.thread(), State::waiting);
  t.succeeds(suspend(worker.thread()));
  t.succeeds(resume(worker.thread()));
  worker.join();
  t.equals(error, Error::cancelled);
  t.succeeds(ipc::signal(note));
  t.succeeds(ipc::poll(note));
}

void notification_with_waiters(Context& t) {
  const auto note = t.make<ipc::Notification>();
  Error error = Error::none;
  auto waiter = [&] { error = ipc::wait(note).error(); };
  Worker worker{t, waiter};
  wait_for_state(t, worker.thread(), State::waiting);
  t.succeeds(t.remove(note.at()));
  worker.join();
  t.equals(error, Error::gone);
}

void badge_outlives_its_capability(Context& t) {
  // The message was sent while the capability was there.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto badged = t.mint(endpoint, abi::endpoint_right::send, 5);
  auto sender = [&] { sys::send(badged.at(), {}, empty); };
  Worker worker{t, sender};
  wait_for_state(t, worker.thread(), State::sending);
  t.succeeds(t.remove(badged.at()));
  t.equals(sys::recv(endpoint).badge, u64{5});
  worker.join();
}

void dead_sender_leaves_the_queue(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  auto first = [&] { sys::send(endpoint.at(), {1}, MessageInfo::make(0, 1)); };
  auto second = [&] { sys::send(endpoint.at(), {2}, MessageInfo::make(0, 1)); };
  auto third = [&] { sys::send(endpoint.at(), {3}, MessageInfo::make(0, 1)); };
  Worker a{t, first};
  wait_for_state(t, a.thread(), State::sending);
  Worker b{t, second};
  wait_for_state(t, b.thread(), State::sending);
  Worker c{t, third};
  wait_for_state(t, c.thread(), State::sending);
  b.destroy();
  t.equals(sys::recv(endpoint).words[0], u64{1});
  t.equals(sys::recv(endpoint).words[0], u64{3});
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
  a.join();
  c.join();
}

void lost_cspace_and_vspace(Context& t) {
  // A thread whose address space goes stops; one whose CSpace goes finds no capability any more.
  Stranger stranger{t};
  stranger.start([](void*) {
    for (;;) ipc::yield();
  });
  const Cap<ipc::Thread> thread = stranger.process().thread();
  t.equals(info_of(t, thread).state, State::ready);
  // What a thread keeps stands below the capability that it was configured with.
  t.succeeds(t.revoke(stranger.process().space().vspace().at()));
  t.equals(info_of(t, thread).state, State::suspended);
  t.fails(resume(thread), Error::bad_argument);
}

constexpr Test table[] = {
    {"death.senders", "whoever sends to an endpoint that goes gets an error",
     endpoint_with_senders},
    {"death.receivers", "whoever receives on an endpoint that goes gets an error",
     endpoint_with_receivers},
    {"death.last_copy", "an endpoint lives as long as its last capability", the_last_copy_counts},
    {"death.many", "any number of waiters is woken", many_waiters},
    {"death.reply", "a caller whose Reply goes gets an error", reply_that_is_owed},
    {"death.bound_reply", "a receiver whose Reply goes takes no calls any more",
     reply_that_is_bound},
    {"death.server", "a caller whose server dies gets an error", server_that_owes},
    {"death.server_suspended", "a suspended server answers when it goes on",
     suspended_server_still_owes},
    {"death.caller", "a server whose caller dies owes nothing", caller_that_is_owed},
    {"death.caller_suspended", "suspending a caller cancels its call",
     suspended_caller_is_cancelled},
    {"death.sender_suspended", "suspending a sender cancels its send",
     suspended_sender_is_cancelled},
    {"death.receiver_suspended", "suspending a receiver cancels its receive",
     suspended_receiver_is_cancelled},
    {"death.waiter_suspended", "suspending a waiter cancels its wait",
     suspended_waiter_is_cancelled},
    {"death.notification", "whoever waits on a notification that goes gets an error",
     notification_with_waiters},
    {"death.badge", "a queued message outlives the capability that it was sent with",
     badge_outlives_its_capability},
    {"death.queue", "a sender that dies leaves the queue in order", dead_sender_leaves_the_queue},
    {"death.vspace", "a thread without an address space stops", lost_cspace_and_vspace},
};

}  // namespace

constinit const kit::Table tests::death_tests = table;
