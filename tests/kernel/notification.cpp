// SPDX-License-Identifier: MIT
// Notifications: bits that are set without waiting, and taken all at once.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Kind;
using abi::MessageInfo;
using ipc::Message;
namespace right = abi::notification_right;
namespace sys = ipc::sys;

abi::Status bind(Cap<ipc::Thread> thread, CapPtr notification) {
  return ipc::invoke(thread, abi::thread::BindNotification{.notification = notification}).error();
}

void signalled_bits_are_taken(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto low = t.mint(note, abi::all_rights, 0x0f);
  const auto high = t.mint(note, abi::all_rights, u64{1} << 63);
  t.fails(ipc::poll(note), Error::would_block);
  t.succeeds(ipc::signal(low));
  t.equals(t.need(ipc::poll(note)), u64{0x0f});
  t.fails(ipc::poll(note), Error::would_block);
  t.succeeds(ipc::signal(low));
  t.succeeds(ipc::signal(high));
  t.succeeds(ipc::signal(low));
  t.equals(t.need(ipc::wait(note)), u64{0x0f} | u64{1} << 63);
}

void the_first_capability_sets_all_bits(Context& t) {
  const auto note = t.make<ipc::Notification>();
  t.succeeds(ipc::signal(note));
  t.equals(t.need(ipc::poll(note)), ~u64{0});
}

void a_waiter_is_woken(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto signal = t.mint(note, right::signal, 6);
  u64 bits = 0;
  auto waiter = [&] { bits = t.need(ipc::wait(note)); };
  Worker worker{t, waiter};
  wait_for_state(t, worker.thread(), abi::thread::State::waiting);
  t.succeeds(ipc::signal(signal));
  worker.join();
  t.equals(bits, u64{6});
  t.fails(ipc::poll(note), Error::would_block);
}

void waiters_are_woken_one_by_one(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto one = t.mint(note, right::signal, 1);
  const auto two = t.mint(note, right::signal, 2);
  u64 bits[2] = {};
  auto first = [&] { bits[0] = t.need(ipc::wait(note)); };
  auto second = [&] { bits[1] = t.need(ipc::wait(note)); };
  Worker a{t, first};
  wait_for_state(t, a.thread(), abi::thread::State::waiting);
  Worker b{t, second};
  wait_for_state(t, b.thread(), abi::thread::State::waiting);
  t.succeeds(ipc::signal(one));
  t.succeeds(ipc::signal(two));
  a.join();
  b.join();
  t.equals(bits[0], u64{1});
  t.equals(bits[1], u64{2});
}

void rights_are_needed(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto may_signal = t.copy(note, right::signal);
  const auto may_wait = t.copy(note, right::wait);
  t.fails(ipc::wait(may_signal), Error::denied);
  t.fails(ipc::poll(may_signal), Error::denied);
  t.fails(ipc::signal(may_wait), Error::denied);
  t.fails(mint_to(t, t.slot(), may_signal.at(), {.data = 1}), Error::denied);
}

void masks_only_shrink(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto some = t.mint(note, abi::all_rights, 0b1100);
  t.fails(mint_to(t, t.slot(), some.at(), {.data = 0b0010}), Error::denied);
  t.fails(mint_to(t, t.slot(), some.at(), {.data = 0b1110}), Error::denied);
  const auto fewer = t.mint(some, abi::all_rights, 0b0100);
  t.equals(t.identify(fewer.at()).data, u64{0b0100});
  t.succeeds(ipc::signal(fewer));
  t.equals(t.need(ipc::poll(note)), u64{0b0100});
  t.equals(t.identify(t.copy(some).at()).data, u64{0b1100});
}

void an_empty_mask_sets_nothing(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto none = t.mint(note, abi::all_rights, 0);
  t.succeeds(ipc::signal(none));
  t.fails(ipc::poll(note), Error::would_block);
}

void other_objects_are_no_notifications(Context& t) {
  const Cap<ipc::Notification> wrong{t.make<ipc::Endpoint>().at()};
  const Cap<ipc::Notification> nothing{t.slot()};
  t.fails(ipc::signal(wrong), Error::wrong_object);
  t.fails(ipc::wait(wrong), Error::wrong_object);
  t.fails(ipc::poll(wrong), Error::wrong_object);
  t.fails(ipc::signal(nothing), Error::invalid_capability);
  t.fails(ipc::wait(nothing), Error::invalid_capability);
  t.fails(ipc::poll(nothing), Error::invalid_capability);
}

void bound_ones_end_a_receive(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  const auto signal = t.mint(note, right::signal, 0x30);
  const auto go = t.make<ipc::Notification>();
  Message got;
  auto body = [&] {
    static_cast<void>(ipc::wait(go));
    got = sys::recv(endpoint);
  };
  Worker worker{t, body};
  t.succeeds(bind(worker.thread(), note.at()));
  t.succeeds(ipc::signal(go));
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  t.succeeds(ipc::signal(signal));
  worker.join();
  t.equals(got.info.kind(), Kind::notification);
  t.equals(got.badge, u64{0x30});
}

void bound_ones_come_first(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  const auto go = t.make<ipc::Notification>();
  Message got[2];
  auto body = [&] {
    static_cast<void>(ipc::wait(go));
    got[0] = sys::recv(endpoint);
    got[1] = sys::recv(endpoint);
  };
  Worker receiver{t, body};
  t.succeeds(bind(receiver.thread(), note.at()));
  auto client = [&] { sys::send(endpoint.at(), {}, MessageInfo::make(3, 0)); };
  Worker sender{t, client};
  wait_for_state(t, sender.thread(), abi::thread::State::sending);
  t.succeeds(ipc::signal(note));
  t.succeeds(ipc::signal(go));
  receiver.join();
  sender.join();
  t.equals(got[0].info.kind(), Kind::notification);
  t.equals(got[1].info.label(), 3U);
}

void binding_is_exclusive(Context& t) {
  const auto note = t.make<ipc::Notification>();
  const auto other = t.make<ipc::Notification>();
  auto idle = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker a{t, idle};
  Worker b{t, idle};
  t.succeeds(bind(a.thread(), note.at()));
  t.fails(bind(b.thread(), note.at()), Error::busy);
  t.fails(bind(a.thread(), other.at()), Error::busy);
  t.succeeds(bind(a.thread(), CapPtr{}));
  t.succeeds(bind(b.thread(), note.at()));
  b.destroy();
  t.succeeds(bind(a.thread(), note.at()));
  t.fails(bind(a.thread(), t.slot()), Error::invalid_capability);
}

void a_bound_notification_dies(Context& t) {
  const auto note = t.make<ipc::Notification>();
  auto idle = [&] { static_cast<void>(ipc::wait(t.fixture().never)); };
  Worker worker{t, idle};
  t.succeeds(bind(worker.thread(), note.at()));
  t.succeeds(t.remove(note.at()));
  t.succeeds(bind(worker.thread(), t.make<ipc::Notification>().at()));
}

// A hundred rounds between two address spaces.
void ping_pong_partner(void*) {
  const Cap<ipc::Notification> in{abi::cap_at(0, stranger_slot::first)};
  const Cap<ipc::Notification> out{abi::cap_at(0, stranger_slot::first + 1)};
  for (u64 i = 0; i < 100; ++i) {
    static_cast<void>(ipc::wait(in));
    static_cast<void>(ipc::signal(out));
  }
  stranger_done();
}

void ping_pong(Context& t) {
  const auto there = t.make<ipc::Notification>();
  const auto back = t.make<ipc::Notification>();
  Stranger partner{t};
  partner.give(stranger_slot::first, there.at());
  partner.give(stranger_slot::first + 1, back.at());
  partner.start(ping_pong_partner);
  for (u64 i = 0; i < 100; ++i) {
    t.succeeds(ipc::signal(there));
    t.need(ipc::wait(back));
  }
  partner.join();
}

constexpr Test table[] = {
    {"notification.bits", "bits add up and are taken all at once", signalled_bits_are_taken},
    {"notification.all", "a new notification's capability sets all bits",
     the_first_capability_sets_all_bits},
    {"notification.wake", "a signal wakes a waiter, which gets the bits", a_waiter_is_woken},
    {"notification.waiters", "each signal wakes one waiter, in the order of their coming",
     waiters_are_woken_one_by_one},
    {"notification.rights", "signalling and waiting need their rights", rights_are_needed},
    {"notification.masks", "a derived capability sets at most the bits of its source",
     masks_only_shrink},
    {"notification.no_mask", "a capability without bits sets nothing", an_empty_mask_sets_nothing},
    {"notification.others", "other objects do not pass as notifications",
     other_objects_are_no_notifications},
    {"notification.bound", "a bound notification ends a receive", bound_ones_end_a_receive},
    {"notification.bound_first", "bits that are there come before messages", bound_ones_come_first},
    {"notification.exclusive", "one notification is bound to one thread, and the other way",
     binding_is_exclusive},
    {"notification.bound_dies", "a bound notification that goes leaves its thread free",
     a_bound_notification_dies},
    {"notification.ping_pong", "two address spaces wake each other a hundred times", ping_pong},
};

}  // namespace

constinit const kit::Table tests::notification_tests = table;
