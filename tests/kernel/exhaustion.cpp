// SPDX-License-Identifier: MIT
// Whatever is finite is used up, says so, and is there again afterwards.
#include <tests/kernel/kit/long_message.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::ObjectType;
using abi::SlotName;
namespace sys = ipc::sys;

// ---- Slots

void a_full_cnode(Context& t) {
  constexpr u64 slots = 256;
  const auto node = t.make<ipc::CNode>(8);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto untyped = t.make<ipc::Untyped>(14);
  const auto copy = [&](u64 index) {
    return ipc::invoke(node, abi::cnode::Copy{index, SlotName::own(endpoint.at()), {0xff}}).error();
  };
  const auto make = [&](u64 index, u64 count) {
    return ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::endpoint),
                                                     .size_bits = 0,
                                                     .first = SlotName::in(node.at(), index),
                                                     .count = count})
        .error();
  };
  for (u64 i = 0; i < slots; ++i) t.equals(copy(i), Error::none);
  for (u64 i = 0; i < slots; ++i) {
    t.equals(copy(i), Error::occupied);
    t.equals(make(i, 1), Error::occupied);
  }
  t.equals(copy(slots), Error::out_of_range);
  // One is free again, and only that one.
  t.need(ipc::invoke(node, abi::cnode::Delete{100}));
  t.equals(make(99, 2), Error::occupied);
  t.equals(make(100, 1), Error::none);
  t.equals(make(100, 1), Error::occupied);
}

void a_full_root(Context& t) {
  Stranger stranger{t};  // its root CNode has two slots
  const auto root = stranger.process().root();
  const auto leaf = t.make<ipc::CNode>(abi::leaf_bits);
  const auto add = [&](u64 index) {
    return ipc::invoke(root, abi::cnode::Copy{index, SlotName::own(leaf.at()), {0xff}}).error();
  };
  t.equals(add(0), Error::occupied);
  t.equals(add(1), Error::none);
  t.equals(add(1), Error::occupied);
  t.equals(add(2), Error::out_of_range);
}

// All four receive slots are taken, or are none: the message comes, the capabilities do not.
void no_receive_slots(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  auto body = [&] {
    for (int i = 0; i < 3; ++i) {
      for (u32& send : ipc::buffer().send) send = static_cast<u32>(note.at().value());
      sys::send(endpoint.at(), {1}, MessageInfo::make(0, 1, 4));
    }
  };
  Worker worker{t, body};
  const CapPtr free_slot = t.slot();
  const u64 slots[] = {0, note.at().value(), free_slot.value()};
  for (const u64 slot : slots) {
    for (u32& receive : ipc::buffer().receive) receive = static_cast<u32>(slot);
    const ipc::Message message = sys::recv(endpoint);
    t.equals(message.words[0], u64{1});
    // A slot that is named four times takes one.
    t.equals(message.info.caps(), slot == free_slot.value() ? u64{1} : u64{0});
  }
  worker.join();
}

// ---- Memory

struct Kind {
  ObjectType type;
  u64 size_bits;
  u64 bytes;
};

constexpr u64 memory_bits = 16;
constexpr Kind kinds[] = {{ObjectType::untyped, 12, 4096},
                          {ObjectType::cnode, 1, abi::cnode_bytes(1)},
                          {ObjectType::cnode, 6, abi::cnode_bytes(6)},
                          {ObjectType::frame, 12, 4096},
                          {ObjectType::page_table, 0, abi::table_bytes},
                          {ObjectType::vspace, 0, abi::table_bytes},
                          {ObjectType::thread, 0, abi::thread_bytes},
                          {ObjectType::endpoint, 0, abi::small_object_bytes},
                          {ObjectType::notification, 0, abi::small_object_bytes},
                          {ObjectType::reply, 0, abi::small_object_bytes},
                          {ObjectType::sched_context, 0, abi::small_object_bytes}};

void memory_of_each_kind(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(memory_bits);
  const auto node = t.make<ipc::CNode>(10);
  for (const Kind& kind : kinds) {
    const auto make = [&](u64 index, u64 count) {
      return ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(kind.type),
                                                       .size_bits = kind.size_bits,
                                                       .first = SlotName::in(node.at(), index),
                                                       .count = count})
          .error();
    };
    u64 made = 0;
    Error error = Error::none;
    while ((error = make(made, 1)) == Error::none) ++made;
    t.equals(error, Error::no_memory);
    t.equals(made, (u64{1} << memory_bits) / kind.bytes);
    t.equals(make(made, 2), Error::no_memory);
    t.need(t.revoke(untyped.at()));
    t.equals(free_bytes(t, untyped), u64{1} << memory_bits);
    // All at once, and one too many.
    const u64 all = made < 256 ? made : 256;
    if (made < 256) t.equals(make(0, all + 1), Error::no_memory);
    t.equals(make(0, all), Error::none);
    t.need(t.revoke(untyped.at()));
  }
}

// ---- Address spaces

// An Untyped of the machine that nobody has used, so that it is whole again after a revoke.
CapPtr unused_memory(u64 bytes) {
  for (const abi::Grant& grant : support::environment().boot_info->untyped) {
    if (grant.is_device != 0 || u64{1} << grant.size_bits < bytes) continue;
    const auto info = ipc::invoke(Cap<ipc::Untyped>{grant.cap}, abi::untyped::Info{});
    if (info.ok() && info->free_bytes == u64{1} << grant.size_bits) return grant.cap;
  }
  return {};
}

constexpr u64 marker_address = 0x20'0000'0000;

void tell_marker(void*) {
  constexpr Cap<ipc::Endpoint> told{abi::cap_at(0, stranger_slot::first)};
  sys::send(told.at(), {peek(marker_address)}, MessageInfo::make(0, 1));
  stranger_done();
}

// What a process finds at the marker's address, where its own page holds `value`.
void expect_own_marker(Context& t, u64 value) {
  const auto endpoint = t.make<ipc::Endpoint>();
  Stranger stranger{t};
  const auto frame = t.make<ipc::Frame>(12);
  const auto view = t.copy(frame);
  const u64 here = t.need(t.space().reserve(base::page_size));
  t.need(t.space().map(view, here, base::page_size, support::read_write));
  poke(here, value);
  t.need(
      stranger.process().space().map(frame, marker_address, base::page_size, support::read_only));
  stranger.give(stranger_slot::first, endpoint.at());
  stranger.start(tell_marker);
  t.equals(sys::recv(endpoint).words[0], value);
  stranger.join();
}

void all_numbers(Context& t) {
  constexpr u64 slots = 65'536;
  const CapPtr memory = unused_memory(slots * abi::table_bytes);
  if (!t.that(memory != CapPtr{}, "there is memory for so many")) return;
  const auto node = t.make<ipc::CNode>(16);
  const auto make = [&](u64 index, u64 count) {
    return ipc::invoke(Cap<ipc::Untyped>{memory},
                       abi::untyped::Retype{.type = static_cast<u64>(ObjectType::vspace),
                                            .size_bits = 0,
                                            .first = SlotName::in(node.at(), index),
                                            .count = count})
        .error();
  };
  u64 made = 0;
  for (u64 count = 256; count != 0;) {
    const Error error = made + count <= slots ? make(made, count) : Error::no_space;
    if (error == Error::none) {
      made += count;
    } else {
      t.equals(error, Error::no_space);
      count /= 2;
    }
  }
  t.that(made > 10'000, "there are many address spaces");
  t.fails(t.memory().retype(ObjectType::vspace, 0), Error::no_space);
  // One number is free: each of these processes has it, and sees its own memory.
  t.need(ipc::invoke(node, abi::cnode::Delete{made / 2}));
  for (u64 value = 1; value < 5; ++value) expect_own_marker(t, value * 1111);
  t.equals(make(made / 2, 1), Error::none);
  t.fails(t.memory().retype(ObjectType::vspace, 0), Error::no_space);
  for (u64 i = 0; i < made; ++i) static_cast<void>(ipc::invoke(node, abi::cnode::Delete{i}));
  expect_own_marker(t, 99);
  const auto info = t.need(ipc::invoke(Cap<ipc::Untyped>{memory}, abi::untyped::Info{}));
  t.equals(info.free_bytes, u64{1} << info.size_bits);
}

// Memory for tables runs out in the middle: what is mapped stays, and the rest says what it lacks.
void page_tables(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  const auto untyped = t.make<ipc::Untyped>(14);  // four tables
  const auto frame = t.make<ipc::Frame>(12);
  u64 mapped = 0;
  Error error = Error::none;
  while (error == Error::none) {
    const u64 address = (mapped + 1) << 30;
    const auto done = map_once(frame, vspace, address, base::page_size);
    if (done.ok()) {
      ++mapped;
      continue;
    }
    t.equals(done.error().error, Error::needs_table);
    const CapPtr at = t.slot();
    error = retype_to(t, untyped, {ObjectType::page_table}, at).error();
    if (error == Error::none)
      t.need(ipc::invoke(Cap<ipc::PageTable>{at}, abi::page_table::Map{vspace.at(), address}));
  }
  t.equals(error, Error::no_memory);
  t.equals(mapped, u64{2});
  t.need(t.revoke(untyped.at()));
  t.fails(ipc::invoke(vspace, abi::vspace::Walk{u64{1} << 30}), Error::absent);
  t.equals(free_bytes(t, untyped), u64{1} << 14);
}

// ---- Threads

// Each of the 256, once; none beyond. At those above the test's own the thread runs at once.
void priorities(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  u64 runs = 0;
  auto body = [&] {
    for (;;) {
      runs = runs + 1;
      sys::recv(endpoint);
    }
  };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), abi::thread::State::receiving);
  for (u64 level = 0; level < abi::priority_levels; ++level) {
    t.need(ipc::invoke(worker.thread(), abi::thread::SetPriority{{level}}));
    t.equals(info_of(t, worker.thread()).priority.level, level);
    const u64 before = runs;
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0));
    t.equals(runs, level > test_priority.level ? before + 1 : before);
    t.need(ipc::invoke(worker.thread(), abi::thread::SetPriority{{abi::priority_levels - 1}}));
    t.equals(runs, before + 1);
  }
  t.fails(ipc::invoke(worker.thread(), abi::thread::SetPriority{{abi::priority_levels}}),
          Error::out_of_range);
  worker.destroy();
}

// What a thread keeps is replaced a thousand times: the ledger would show what stays behind.
void kept_capabilities(Context& t) {
  const auto thread = t.make<ipc::Thread>();
  const auto frame = t.make<ipc::Frame>(12);
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto time = t.make<ipc::SchedContext>();
  const abi::thread::Configure all{.cspace = abi::root_slot::cspace,
                                   .vspace = abi::root_slot::vspace,
                                   .buffer = frame.at(),
                                   .buffer_offset = 0,
                                   .pager = endpoint.at(),
                                   .handler = endpoint.at(),
                                   .sched_context = time.at()};
  for (u64 i = 0; i < 1'000; ++i) t.need(ipc::invoke(thread, all));
  // Each goes when its source is revoked, and comes back.
  for (const CapPtr source : {frame.at(), endpoint.at(), time.at()}) {
    t.equals(t.identify(source).has_children, u64{1});
    t.need(t.revoke(source));
    t.equals(t.identify(source).has_children, u64{0});
    t.need(ipc::invoke(thread, all));
  }
  t.need(t.remove(thread.at()));
  for (const CapPtr source : {frame.at(), endpoint.at(), time.at()})
    t.equals(t.identify(source).has_children, u64{0});
}

constexpr Test table[] = {
    {"exhaustion.slots", "a full CNode takes nothing, and takes one when one has gone",
     a_full_cnode},
    {"exhaustion.root", "a full root CNode takes no leaf", a_full_root},
    {"exhaustion.receive_slots", "a message without free receive slots comes without capabilities",
     no_receive_slots},
    {"exhaustion.memory", "memory ends for each kind of object where it should",
     memory_of_each_kind},
    {"exhaustion.numbers",
     "all address-space numbers are used up, and none shows what it was before", all_numbers},
    {"exhaustion.tables", "memory for page tables ends, and comes back", page_tables},
    {"exhaustion.priorities", "a thread takes each of the 256 priorities, and none beyond",
     priorities},
    {"exhaustion.kept", "what a thread keeps is replaced without end", kept_capabilities},
};

}  // namespace

constinit const kit::Table tests::exhaustion_tests = table;
