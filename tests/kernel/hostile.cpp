// SPDX-License-Identifier: MIT
// Programs that mean harm: whatever they do, only they suffer.
#include <tests/kernel/kit/long_message.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>
#include <user/support/fault_report.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::thread::State;
namespace sys = ipc::sys;

constexpr u64 calls_per_run = 25'000;
constexpr u64 known_slots = 24;  // the hostile process has something at most of these

// A word that may mean something to somebody: an address of a capability, a slot's name, a size, an
// address, or nothing at all.
u64 nasty_word(Random& random) {
  switch (random.below(10)) {
    case 0: return 0;
    case 1: return random.below(known_slots);
    case 2: return random.below(64);
    case 3: return abi::SlotName::in(CapPtr{random.below(known_slots)}, random.below(64)).raw;
    case 4: return u64{1} << random.below(64);
    case 5: return ~u64{0} << random.below(64);
    case 6: return random.below(1024) * base::page_size;
    case 7: return support::layout::child_block + random.below(16) * base::page_size;
    case 8: return random.below(20);
    default: return random.next();
  }
}

// The label of a method that exists, or any number.
u32 nasty_label(Random& random) {
  if (random.below(8) == 0) return static_cast<u32>(random.next());
  return abi::method(static_cast<abi::ObjectType>(random.below(16)),
                     static_cast<u32>(random.below(10)));
}

u64 nasty_info(Random& random) {
  const u64 words = random.below(4) == 0 ? random.below(256) : random.below(9);
  const u64 caps = random.below(4) == 0 ? random.below(16) : random.below(5);
  MessageInfo info = MessageInfo::make(nasty_label(random), words, random.below(3) == 0 ? caps : 0);
  if (random.below(32) == 0) info.raw ^= u64{1} << random.below(64);
  return info.raw;
}

void attack_once(Random& random) {
  constexpr SystemCall calls[] = {system_call_1,  system_call_1,  system_call_1, system_call_1,
                                  system_call_2,  system_call_3,  system_call_4, system_call_5,
                                  system_call_6,  system_call_7,  system_call_8, system_call_9,
                                  system_call_10, system_call_11, system_call_12};
  AllRegisters registers;
  for (u64& x : registers.x) x = nasty_word(random);
  registers.x[10] = random.below(known_slots);
  if (random.below(4) == 0) registers.x[10] |= random.below(known_slots) << 32;
  if (random.below(16) == 0) registers.x[10] = random.next();
  registers.x[11] = nasty_info(random);
  abi::IpcBuffer& buffer = ipc::buffer();
  buffer.words[random.below(112)] = nasty_word(random);
  buffer.send[random.below(4)] = static_cast<u32>(nasty_word(random));
  buffer.receive[random.below(4)] = static_cast<u32>(random.below(256));
  calls[random.below(std::size(calls))](&registers);
}

// Ends with a fault of its own: it may have destroyed every capability by then.
void attack(void* seed) {
  Random random{reinterpret_cast<u64>(seed)};
  for (u64 i = 0; i < calls_per_run; ++i) attack_once(random);
  for (;;) asm volatile("udf #99");
}

// Everything that a process could be given to do damage with, all of it its own.
void arm(Context& t, Stranger& stranger, Cap<ipc::Untyped> untyped) {
  u64 index = stranger_slot::first;
  const auto give = [&](CapPtr at) { stranger.give(index++, at); };
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto leaf = stranger.process().leaf();
  t.need(ipc::invoke(leaf, abi::cnode::Move{index++, slot_name(t, untyped.at())}));
  give(leaf.at());
  give(endpoint.at());
  give(t.mint(endpoint, abi::all_rights, 7).at());
  give(t.make<ipc::Endpoint>().at());
  give(t.make<ipc::Reply>().at());
  give(t.make<ipc::Reply>().at());
  give(t.make<ipc::Notification>().at());
  give(t.make<ipc::VSpace>().at());
  give(t.make<ipc::VSpace>().at());
  give(t.make<ipc::Frame>(12).at());
  give(t.make<ipc::Frame>(16).at());
  give(t.make<ipc::Thread>().at());
  give(t.make<ipc::Thread>().at());
  give(t.make<ipc::SchedContext>().at());
  give(t.make<ipc::CNode>(4).at());
  give(t.make<ipc::CNode>(8).at());
  const auto table = t.make<ipc::PageTable>();
  t.need(ipc::invoke(leaf, abi::cnode::Move{index++, slot_name(t, table.at())}));
}

void random_calls(Context& t, u64 seed) {
  const auto faults = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto untyped = t.make<ipc::Untyped>(18);
  Stranger stranger{t, {.pager = faults, .handler = faults}};
  arm(t, stranger, untyped);
  stranger.start(attack, seed);
  const Cap<ipc::Thread> thread = stranger.process().thread();
  ipc::Message message;
  do {
    // Where it waits for ever, it is shaken loose.
    const State state = info_of(t, thread).state;
    if (state != State::ready && state != State::faulted) {
      t.need(ipc::invoke(thread, abi::thread::Suspend{}));
      const auto resumed = ipc::invoke(thread, abi::thread::Resume{});
      if (!resumed.ok()) break;  // it has destroyed its own address space
    }
    ipc::yield();
    message = sys::try_recv(faults, reply);
  } while (message.is_error() && message.error() == Error::would_block);
  t.equals(message.info.kind(), abi::Kind::fault);
  t.equals(static_cast<abi::FaultKind>(message.info.label()), abi::FaultKind::instruction);
  // Threads that it may have started have nothing to run on after this.
  t.need(ipc::invoke(thread, abi::thread::Suspend{}));
}

void hostile_1(Context& t) { random_calls(t, 0x1111); }
void hostile_2(Context& t) { random_calls(t, 0x2222'2222); }
void hostile_3(Context& t) { random_calls(t, 0x3333'3333'3333); }
void hostile_4(Context& t) { random_calls(t, 0x4444'4444'4444'4444); }

// ---- IPC buffers that go away
// --------------------------------------------------------------------

void a_sender_loses_its_buffer(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  ipc::Message sent;
  auto body = [&] {
    const ipc::Words words = write_pattern(1, 120);
    sent = sys::send(endpoint.at(), words, MessageInfo::make(0, 120));
  };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), State::sending);
  worker.take_buffer(t);
  t.equals(sys::try_recv(endpoint).error(), Error::would_block);
  t.that(worker.state() != State::sending, "the message was given up");
}

void a_receiver_loses_its_buffer(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  auto body = [&] { sys::recv(endpoint); };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), State::receiving);
  worker.take_buffer(t);
  t.equals(sys::send(endpoint.at(), {}, MessageInfo::make(0, 120)).error(), Error::too_big);
}

void an_unmapped_buffer(Context& t) {
  // The kernel reaches it by its own mapping; that the program cannot does not matter to it.
  const auto endpoint = t.make<ipc::Endpoint>();
  auto body = [&] { sys::recv(endpoint); };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), State::receiving);
  worker.unmap_block(t);
  t.succeeds(sys::send(endpoint.at(), write_pattern(3, 120), MessageInfo::make(0, 120)));
  // It faults at its stack now, and is stopped by our runner's endpoint if we let it run.
  t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
}

void slots_change_while_a_message_waits(Context& t) {
  // The addresses in the IPC buffer are read when the message is taken, and whatever they are then
  // is checked then.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  auto body = [&] {
    ipc::buffer().send[0] = static_cast<u32>(note.at().value());
    sys::send(endpoint.at(), {}, MessageInfo::make(0, 0, 1));
  };
  Worker worker{t, body};
  wait_for_state(t, worker.thread(), State::sending);
  t.need(t.remove(note.at()));
  ipc::buffer().receive[0] = static_cast<u32>(t.slot().value());
  const ipc::Message message = sys::recv(endpoint);
  t.equals(message.info.caps(), u64{0});
  t.that(!message.is_error(), "the message itself came");
  worker.join();
}

constexpr Test table[] = {
    {"hostile.random_1", "25,000 random system calls hurt nobody else", hostile_1},
    {"hostile.random_2", "25,000 others do not either", hostile_2},
    {"hostile.random_3", "nor do these", hostile_3},
    {"hostile.random_4", "nor these", hostile_4},
    {"hostile.sender_buffer", "a sender whose IPC buffer goes cannot send long messages",
     a_sender_loses_its_buffer},
    {"hostile.receiver_buffer", "a receiver whose IPC buffer goes cannot receive them",
     a_receiver_loses_its_buffer},
    {"hostile.unmapped_buffer", "an IPC buffer need not be mapped", an_unmapped_buffer},
    {"hostile.late_slots", "capability addresses are checked when they are used",
     slots_change_while_a_message_waits},
};

}  // namespace

constinit const kit::Table tests::hostile_tests = table;
