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

constexpr u64 calls_per_run = 5'000;
constexpr u64 runs_per_test = 5;
constexpr u64 known_slots = 24;  // the hostile process has something at most of these

// Its own leaf's CNode, as long as it has not destroyed it: so it knows what it holds.
constexpr Cap<ipc::CNode> own_leaf{abi::cap_at(0, stranger_slot::first + 1)};

// A word that may mean something to somebody: most often an address or a slot of its own, a size,
// or a place in memory, so that many calls are nearly right; and now and then nothing at all.
u64 nasty_word(Random& random) {
  switch (random.below(16)) {
    case 0:
    case 1: return 0;
    case 2:
    case 3:
    case 4:
    case 5: return random.below(known_slots);
    case 6:
    case 7:
    case 8: return abi::SlotName::in(own_leaf.at(), random.below(256)).raw;
    case 9: return abi::SlotName::in(CapPtr{random.below(known_slots)}, random.below(64)).raw;
    case 10: return random.below(32) * base::page_size;
    case 11: return support::layout::child_block + random.below(16) * base::page_size;
    case 12: return random.below(16);
    case 13: return u64{1} << random.below(64);
    case 14: return ~u64{0} << random.below(64);
    default: return random.next();
  }
}

u64 type_at(u64 index) {
  const auto found = ipc::invoke(own_leaf, abi::cnode::Identify{.index = index});
  return found.ok() ? found->type : 0;
}

constexpr u64 no_method = abi::max_message_words + 1;

// How many words the method with this label takes, if there is one.
u64 words_of_method(u32 label) {
  u64 words = no_method;
  const auto look = [&]<class R>() { words = abi::words_of<R>; };
  abi::untyped::Methods::find(label, look);
  abi::cnode::Methods::find(label, look);
  abi::frame::Methods::find(label, look);
  abi::page_table::Methods::find(label, look);
  abi::vspace::Methods::find(label, look);
  abi::thread::Methods::find(label, look);
  abi::sched_context::Methods::find(label, look);
  return words;
}

// How many methods this kind of object has.
u64 methods_of(u64 type) {
  u64 count = 0;
  while (words_of_method(abi::method(static_cast<abi::ObjectType>(type),
                                     static_cast<u32>(count + 1))) != no_method)
    ++count;
  return count;
}

// A message that is well formed, or nearly so, or not at all.
MessageInfo nasty_info(Random& random, u64 type) {
  const u32 number = 1 + static_cast<u32>(random.below(methods_of(type) + 1));
  u32 label = abi::method(static_cast<abi::ObjectType>(type), number);
  // Now and then only: a process that has lost all that it had can do no more harm.
  const bool loses = label == abi::cnode::Delete::op || label == abi::cnode::Revoke::op ||
                     label == abi::cnode::Move::op;
  if (loses && random.below(8) != 0) label = abi::cnode::Mint::op;
  const u64 words = words_of_method(label);
  if (words != no_method && random.below(8) != 0) return MessageInfo::make(label, words);
  const u64 caps = random.below(3) == 0 ? random.below(16) : 0;
  MessageInfo info = MessageInfo::make(static_cast<u32>(random.next()), random.below(130), caps);
  if (random.below(8) == 0) info.raw ^= u64{1} << random.below(64);
  return info;
}

// A system call that fits the object, most often.
SystemCall nasty_call(Random& random, u64 type) {
  constexpr SystemCall messages[] = {system_call_1, system_call_2, system_call_3, system_call_4,
                                     system_call_5, system_call_6, system_call_7, system_call_8};
  constexpr SystemCall signals[] = {system_call_9, system_call_10, system_call_11};
  constexpr SystemCall any[] = {system_call_1, system_call_2,  system_call_3,  system_call_4,
                                system_call_5, system_call_6,  system_call_7,  system_call_8,
                                system_call_9, system_call_10, system_call_11, system_call_12};
  if (random.below(8) == 0) return any[random.below(std::size(any))];
  if (type == static_cast<u64>(abi::ObjectType::endpoint))
    return messages[random.below(std::size(messages))];
  if (type == static_cast<u64>(abi::ObjectType::notification))
    return signals[random.below(std::size(signals))];
  if (type == static_cast<u64>(abi::ObjectType::reply)) return system_call_3;
  return system_call_1;
}

// Whether the kernel granted it.
bool attack_once(Random& random) {
  AllRegisters registers;
  for (u64& x : registers.x) x = nasty_word(random);
  const u64 target = random.below(known_slots);
  registers.x[10] = target;
  if (random.below(8) == 0) registers.x[10] |= random.below(known_slots) << 32;
  if (random.below(32) == 0) registers.x[10] = random.next();
  const u64 type = type_at(target);
  registers.x[11] = nasty_info(random, type).raw;
  abi::IpcBuffer& buffer = ipc::buffer();
  buffer.words[random.below(112)] = nasty_word(random);
  buffer.send[random.below(4)] = static_cast<u32>(random.below(known_slots));
  buffer.receive[random.below(4)] = static_cast<u32>(random.below(256));
  nasty_call(random, type)(&registers);
  return MessageInfo{registers.x[11]}.kind() != abi::Kind::error;
}

// Ends with a fault of its own, because it may have destroyed every capability by then. The number
// of calls that were granted is in x0.
void attack(void* seed) {
  Random random{reinterpret_cast<u64>(seed) * 0x9e37'79b9'7f4a'7c15};
  u64 granted = 0;
  for (u64 i = 0; i < calls_per_run; ++i)
    if (attack_once(random)) ++granted;
  for (;;) {
    register u64 x0 asm("x0") = granted;
    asm volatile("udf #99" : : "r"(x0));
  }
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

// A process that makes random calls until it has made enough.
void attack_in_a_process(Context& t, u64 seed) {
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
  t.need(ipc::invoke(thread, abi::thread::Suspend{}));
  const auto registers = t.need(ipc::invoke(thread, abi::thread::ReadRegisters{})).registers;
  // If hardly any were granted, they would not have reached what they are meant to try.
  t.that(registers.x[0] > calls_per_run / 50, "enough calls were granted");
}

// A new process each time, because its capabilities do not last.
void random_calls(Context& t, u64 seed) {
  for (u64 run = 0; run < runs_per_test; ++run)
    attack_in_a_process(t, seed + t.fixture().seed * 1'000 + run);
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
