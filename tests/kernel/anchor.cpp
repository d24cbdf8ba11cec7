// SPDX-License-Identifier: MIT
// Anchors: whoever keeps one learns that nothing of what it gave out is left.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::SlotName;
namespace sys = ipc::sys;

// A server's side: a CNode of anchors, a notification, an endpoint whose badges are sessions.
struct Keeper {
  explicit Keeper(Context& context)
      : t(context),
        node(t.make<ipc::CNode>(abi::leaf_bits)),
        note(t.make<ipc::Notification>()),
        endpoint(t.make<ipc::Endpoint>()) {
    t.succeeds(configure(t.mint(note, abi::all_rights, 2).at()));
  }

  abi::Status configure(CapPtr notification) {
    return ipc::invoke(node, abi::cnode::Configure{notification}).error();
  }
  abi::Status anchor(u64 index) { return ipc::invoke(node, abi::cnode::Anchor{index}).error(); }

  // A session as an anchor.
  void open(u64 index, u64 badge) {
    t.succeeds(ipc::invoke(node, abi::cnode::Mint{.index = index,
                                                  .source = SlotName::own(endpoint.at()),
                                                  .rights = abi::all_rights,
                                                  .data = badge}));
    t.succeeds(anchor(index));
  }
  CapPtr hand_out(u64 index) {
    const CapPtr to = t.slot();
    const auto source = SlotName::in(node.at(), index);
    t.succeeds(ipc::invoke(t.slots().cnode_of(to),
                           abi::cnode::Copy{ipc::index_in_leaf(to), source, abi::all_rights}));
    return to;
  }
  auto next() { return ipc::invoke(node, abi::cnode::NextUnreferenced{}); }

  // That the notification was signalled, and this anchor is unreferenced, and no other.
  void expect_only(u64 index) {
    t.equals(t.need(ipc::poll(note)), u64{2});
    t.equals(t.need(next()).index, index);
    t.fails(next(), Error::not_found);
  }
  void expect_nothing() {
    t.fails(ipc::poll(note), Error::would_block);
    t.fails(next(), Error::not_found);
  }

  Context& t;
  Cap<ipc::CNode> node;
  Cap<ipc::Notification> note;
  Cap<ipc::Endpoint> endpoint;
};

void the_last_one_counts(Context& t) {
  Keeper keeper{t};
  keeper.open(7, 42);
  const CapPtr first = keeper.hand_out(7);
  const CapPtr second = keeper.hand_out(7);
  t.equals(t.identify(second).data, u64{42});
  keeper.expect_nothing();
  t.succeeds(t.remove(first));
  keeper.expect_nothing();
  t.succeeds(t.remove(second));
  keeper.expect_only(7);
  t.succeeds(t.remove(keeper.hand_out(7)));
  keeper.expect_only(7);
}

void new_ones_count_without_a_signal(Context& t) {
  Keeper keeper{t};
  keeper.open(3, 1);
  keeper.open(4, 1);
  const CapPtr given = keeper.hand_out(3);
  t.equals(t.need(keeper.next()).index, u64{4});
  keeper.expect_nothing();
  t.succeeds(t.remove(given));
  keeper.expect_only(3);
}

void copies_are_children(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 9);
  const CapPtr copy = keeper.hand_out(0);
  t.succeeds(ipc::invoke(keeper.node, abi::cnode::Revoke{0}));
  t.that(t.is_empty(copy), "revoking the anchor takes the copy");
  keeper.expect_only(0);
}

void grandchildren_count(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 0);
  const CapPtr child = keeper.hand_out(0);
  const auto below = t.mint(Cap<ipc::Endpoint>{child}, abi::endpoint_right::send, 0);
  t.succeeds(t.remove(child));
  keeper.expect_nothing();
  t.succeeds(t.remove(below.at()));
  keeper.expect_only(0);
}

void anchors_below_anchors(Context& t) {
  // Whoever got a capability from an anchor may make an anchor of it for others.
  Keeper keeper{t};
  keeper.open(0, 9);
  t.succeeds(ipc::invoke(keeper.node,
                         abi::cnode::Copy{1, SlotName::in(keeper.node.at(), 0), abi::all_rights}));
  t.succeeds(keeper.anchor(1));
  const CapPtr given = keeper.hand_out(1);
  keeper.expect_nothing();
  t.succeeds(ipc::invoke(keeper.node, abi::cnode::Delete{1}));
  keeper.expect_nothing();
  t.succeeds(t.remove(given));
  keeper.expect_only(0);
}

void travelling_makes_a_child(Context& t) {
  Keeper keeper{t};
  keeper.open(5, 77);
  // The anchor must stand in the sender's own CSpace to travel.
  const CapPtr own = t.slot();
  const auto node = t.slots().cnode_of(own);
  t.succeeds(
      ipc::invoke(node, abi::cnode::Copy{ipc::index_in_leaf(own), SlotName::in(keeper.node.at(), 5),
                                         abi::all_rights}));
  t.succeeds(ipc::invoke(node, abi::cnode::Anchor{ipc::index_in_leaf(own)}));
  const auto endpoint = t.make<ipc::Endpoint>();
  const CapPtr place = t.slot();
  auto receiver = [&] {
    ipc::buffer().receive[0] = static_cast<u32>(place.value());
    sys::recv(endpoint);
  };
  Worker worker{t, receiver};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  ipc::buffer().send[0] = static_cast<u32>(own.value());
  t.succeeds(sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 1)));
  worker.join();
  t.that(!t.is_empty(place), "it has arrived");
  t.equals(t.identify(own).has_children, u64{1});
  t.succeeds(t.revoke(own));
  t.that(t.is_empty(place), "what travelled was a child");
  t.succeeds(t.remove(own));
}

void senders_are_woken(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 10);
  keeper.open(1, 11);
  const CapPtr doomed = keeper.hand_out(0);
  const CapPtr staying = keeper.hand_out(1);
  Error errors[4] = {};
  const auto caller = [&](u64 i) {
    const CapPtr through = i % 2 == 0 ? doomed : staying;
    return [&errors, i, through] {
      errors[i] = sys::call(through, {i}, MessageInfo::make(0, 1)).error();
    };
  };
  auto a = caller(0), b = caller(1), c = caller(2), d = caller(3);
  Worker first{t, a}, second{t, b}, third{t, c}, fourth{t, d};
  for (Worker* worker : {&first, &second, &third, &fourth})
    wait_for_state(t, worker->thread(), abi::thread::State::sending);
  t.succeeds(t.remove(doomed));
  first.join();
  third.join();
  t.equals(errors[0], Error::gone);
  t.equals(errors[2], Error::gone);
  keeper.expect_only(0);
  // The others still stand there, in their order.
  const auto reply = t.make<ipc::Reply>();
  ipc::Message message = sys::recv(keeper.endpoint, reply);
  t.equals(message.words[0], u64{1});
  message = sys::reply_recv(keeper.endpoint, {}, MessageInfo::make(0, 0));
  t.equals(message.words[0], u64{3});
  t.equals(message.badge, u64{11});
  t.succeeds(sys::send(reply.at(), {}, MessageInfo::make(0, 0)));
  second.join();
  fourth.join();
}

void what_threads_keep_counts(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 5);
  const CapPtr pager = keeper.hand_out(0);
  auto body = [] {};
  Worker worker{t, body, {.pager = Cap<ipc::Endpoint>{pager}}};
  worker.join();
  t.succeeds(t.remove(pager));
  keeper.expect_nothing();
  worker.destroy();
  keeper.expect_only(0);
}

void what_a_dying_cspace_holds_counts(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 5);
  const CapPtr given = keeper.hand_out(0);
  const auto leaf = t.make<ipc::CNode>(abi::leaf_bits);
  t.succeeds(ipc::invoke(leaf, abi::cnode::Move{200, slot_name(t, given)}));
  keeper.expect_nothing();
  t.succeeds(t.remove(leaf.at()));
  keeper.expect_only(0);
}

void they_are_told_in_turns(Context& t) {
  Keeper keeper{t};
  const u64 indices[] = {0, 1, 63, 64, 200, 255};
  for (const u64 index : indices) keeper.open(index, index + 1);
  for (const u64 index : indices) t.equals(t.need(keeper.next()).index, index);
  t.fails(keeper.next(), Error::not_found);
  t.succeeds(t.remove(keeper.hand_out(64)));
  t.equals(t.need(keeper.next()).index, u64{64});
  t.succeeds(t.remove(keeper.hand_out(63)));
  t.succeeds(t.remove(keeper.hand_out(200)));
  // Behind the one told last comes 200, then, from the start, 63.
  t.equals(t.need(keeper.next()).index, u64{200});
  t.equals(t.need(keeper.next()).index, u64{63});
  t.fails(keeper.next(), Error::not_found);
}

void what_is_deleted_is_not_told(Context& t) {
  Keeper keeper{t};
  keeper.open(8, 1);
  t.succeeds(t.remove(keeper.hand_out(8)));
  t.succeeds(ipc::invoke(keeper.node, abi::cnode::Delete{8}));
  t.succeeds(ipc::poll(keeper.note));
  t.fails(keeper.next(), Error::not_found);
}

void moved_ones_are_told_where_they_are(Context& t) {
  Keeper keeper{t};
  Keeper other{t};
  keeper.open(8, 1);
  const CapPtr given = keeper.hand_out(8);
  t.succeeds(ipc::invoke(other.node, abi::cnode::Move{9, SlotName::in(keeper.node.at(), 8)}));
  t.succeeds(t.remove(given));
  keeper.expect_nothing();
  other.expect_only(9);
  t.succeeds(ipc::invoke(keeper.node, abi::cnode::Move{1, SlotName::in(other.node.at(), 9)}));
  t.equals(t.need(keeper.next()).index, u64{1});
  t.fails(other.next(), Error::not_found);
  const auto large = t.make<ipc::CNode>(9);
  t.fails(ipc::invoke(large, abi::cnode::Move{0, SlotName::in(keeper.node.at(), 1)}),
          Error::not_supported);
}

void not_everything_can_be_one(Context& t) {
  Keeper keeper{t};
  t.fails(keeper.anchor(0), Error::not_found);
  t.fails(keeper.anchor(256), Error::out_of_range);
  const auto put = [&](CapPtr cap) {
    t.succeeds(ipc::invoke(keeper.node, abi::cnode::Move{0, slot_name(t, cap)}));
  };
  put(t.make<ipc::Untyped>(12).at());
  t.fails(keeper.anchor(0), Error::not_supported);
  t.succeeds(ipc::invoke(keeper.node, abi::cnode::Delete{0}));
  put(t.make<ipc::PageTable>().at());
  t.fails(keeper.anchor(0), Error::not_supported);
  const auto large = t.make<ipc::CNode>(9);
  t.succeeds(ipc::invoke(
      large, abi::cnode::Copy{1, SlotName::own(keeper.endpoint.at()), abi::all_rights}));
  t.fails(ipc::invoke(large, abi::cnode::Anchor{1}), Error::not_supported);
  const auto weak = t.copy(keeper.node, abi::cnode_right::insert | abi::cnode_right::copy);
  t.fails(ipc::invoke(weak, abi::cnode::Anchor{0}), Error::denied);
  t.fails(ipc::invoke(weak, abi::cnode::NextUnreferenced{}), Error::denied);
  t.fails(ipc::invoke(weak, abi::cnode::Configure{}), Error::denied);
  t.fails(keeper.configure(keeper.endpoint.at()), Error::wrong_object);
  t.fails(keeper.configure(t.copy(keeper.note, abi::notification_right::wait).at()), Error::denied);
}

void frames_are_anchors_or_mapped(Context& t) {
  const auto frame = t.make<ipc::Frame>(base::page_bits);
  const u64 address = t.need(t.space().reserve(base::page_size));
  t.need(t.space().prepare(address));
  const auto map_page = [&](Cap<ipc::Frame> which) {
    return ipc::invoke(which, abi::frame::Map{.vspace = t.space().vspace().at(),
                                              .address = address,
                                              .offset = 0,
                                              .length = base::page_size,
                                              .flags = support::read_write});
  };
  const auto node = t.slots().cnode_of(frame.at());
  const abi::cnode::Anchor anchor{ipc::index_in_leaf(frame.at())};
  t.succeeds(map_page(frame));
  t.fails(ipc::invoke(node, anchor), Error::not_supported);
  t.succeeds(unmap_all(frame));
  t.succeeds(ipc::invoke(node, anchor));
  t.fails(map_page(frame), Error::not_supported);
  const auto copy = t.copy(frame);
  t.succeeds(map_page(copy));
  poke(address, 1);
  t.succeeds(t.revoke(frame.at()));
  t.fails(ipc::invoke(t.space().vspace(), abi::vspace::Walk{address}), Error::absent);
}

void parts_of_anchors_are_none(Context& t) {
  const auto frame = t.make<ipc::Frame>(base::page_bits + 1);
  const auto node = t.slots().cnode_of(frame.at());
  t.succeeds(ipc::invoke(node, abi::cnode::Anchor{ipc::index_in_leaf(frame.at())}));
  const CapPtr part = t.slot();
  t.succeeds(mint_to(t, part, frame.at(), {.offset = base::page_size, .size_bits = 12}));
  const u64 address = t.need(t.space().reserve(base::page_size));
  t.succeeds(t.space().map(Cap<ipc::Frame>{part}, address, base::page_size, support::read_write));
  poke(address, 1);
  // When it goes, its anchor is told, and nobody else.
  t.succeeds(t.remove(part));
  const auto next = t.need(ipc::invoke(node, abi::cnode::NextUnreferenced{}));
  t.equals(next.index, ipc::index_in_leaf(frame.at()));
  t.fails(ipc::invoke(node, abi::cnode::NextUnreferenced{}), Error::not_found);
}

void notifications_come_and_go(Context& t) {
  Keeper keeper{t};
  keeper.open(0, 1);
  const auto lose = [&] { t.succeeds(t.remove(keeper.hand_out(0))); };
  t.succeeds(keeper.configure({}));
  lose();
  t.fails(ipc::poll(keeper.note), Error::would_block);
  t.equals(t.need(keeper.next()).index, u64{0});
  const auto other = t.make<ipc::Notification>();
  t.succeeds(keeper.configure(other.at()));
  lose();
  t.equals(t.need(ipc::poll(other)), ~u64{0});
  t.succeeds(t.revoke(other.at()));  // takes what the CNode keeps
  lose();
  t.fails(ipc::poll(other), Error::would_block);
  t.succeeds(keeper.configure(other.at()));
  t.succeeds(t.remove(other.at()));  // the CNode's own keeps it
  lose();
  t.equals(t.need(keeper.next()).index, u64{0});
}

constexpr Test table[] = {
    {"anchor.last", "an anchor's holder learns when the last copy has gone", the_last_one_counts},
    {"anchor.new", "an anchor that was never copied counts as unreferenced, without a signal",
     new_ones_count_without_a_signal},
    {"anchor.children", "copies of an anchor are its children", copies_are_children},
    {"anchor.grandchildren", "what was derived from copies counts too", grandchildren_count},
    {"anchor.nested", "anchors below anchors", anchors_below_anchors},
    {"anchor.travel", "an anchor that travels makes a child", travelling_makes_a_child},
    {"anchor.senders", "senders with a badge that is no more are woken, others stay in order",
     senders_are_woken},
    {"anchor.kept", "what a thread keeps counts", what_threads_keep_counts},
    {"anchor.cspace", "what goes with a CSpace counts", what_a_dying_cspace_holds_counts},
    {"anchor.turns", "unreferenced anchors are told in turns", they_are_told_in_turns},
    {"anchor.deleted", "a deleted anchor is not told", what_is_deleted_is_not_told},
    {"anchor.moved", "a moved anchor is told where it is", moved_ones_are_told_where_they_are},
    {"anchor.refused", "what cannot be an anchor is refused", not_everything_can_be_one},
    {"anchor.frame", "a Frame is an anchor or mapped", frames_are_anchors_or_mapped},
    {"anchor.parts", "a part of an anchored Frame is no anchor", parts_of_anchors_are_none},
    {"anchor.notification", "the notification of anchors can change and go",
     notifications_come_and_go},
};

}  // namespace

constinit const kit::Table tests::anchor_tests = table;
