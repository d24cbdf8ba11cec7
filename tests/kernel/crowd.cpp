// SPDX-License-Identifier: MIT
// Several hostile threads at once, of different priorities, in one process: each makes random calls
// while its parent takes things away, brings them back, and starts threads anew. Whatever happens,
// the kernel goes on (debug builds check it at each trap), the parent gets everything back (the
// ledger after the test), and nobody else is hurt.
//
// Half of the rounds give threads turns that do not end; the others turns of 100 microseconds, so
// that calls are interrupted in the middle. With `./aril run --icount` the same seed makes the same
// calls; other seeds come with the argument `seed=N`.
#include <abi/object/time.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::thread::State;
namespace sys = ipc::sys;

constexpr u64 thread_count = 3;
constexpr u64 calls_per_thread = 5'000;  // before a thread starts anew
constexpr u64 calls_per_crowd = 50'000;  // half of them look what is called by the other half
constexpr u64 rounds = 4;
constexpr u64 patience = 60'000;     // of the parent, in looks at its children
constexpr u64 known_slots = 40;      // where the children were given something
constexpr u64 counter_offset = 512;  // behind a thread's control block, where its parent looks

constexpr u64 own_leaf_slot = stranger_slot::first;
constexpr Cap<ipc::CNode> own_leaf{abi::cap_at(0, own_leaf_slot)};

// ---- The children

// Addresses and sizes where something begins, ends, or wraps around.
u64 edge(Random& random) {
  constexpr u64 places[] = {0,
                            support::layout::child_block,
                            support::layout::child_block + 0x8000,
                            0x40'0000,
                            u64{1} << 21,
                            u64{1} << 30,
                            u64{1} << 39,
                            u64{1} << 48,
                            u64{0xffff'ff80} << 32,
                            0};
  constexpr u64 steps[] = {0, 1, 8, 64, 1024, 4096, 4095, u64{1} << 21};
  const u64 place = places[random.below(std::size(places))];
  const u64 step = steps[random.below(std::size(steps))];
  return random.below(2) == 0 ? place + step : place - step;
}

u64 nasty_word(Random& random) {
  switch (random.below(12)) {
    case 0: return 0;
    case 1:
    case 2:
    case 3: return random.below(known_slots);
    case 4: return abi::SlotName::in(own_leaf.at(), random.below(256)).raw;
    case 5: return abi::SlotName::in(CapPtr{random.below(known_slots)}, random.below(64)).raw;
    case 6: return edge(random);
    case 7: return random.below(32) * base::page_size;
    case 8: return random.below(40);
    case 9: return (u64{1} << random.below(64)) - random.below(2);
    case 10: return ~u64{0} << random.below(64);
    default: return random.next();
  }
}

// How many words the method takes; a random number if there is no such method.
u64 words_of_method(u32 label, Random& random) {
  u64 words = random.below(16);
  const auto look = [&]<class R>() { words = abi::words_of<R>; };
  abi::untyped::Methods::find(label, look);
  abi::cnode::Methods::find(label, look);
  abi::frame::Methods::find(label, look);
  abi::page_table::Methods::find(label, look);
  abi::vspace::Methods::find(label, look);
  abi::thread::Methods::find(label, look);
  abi::sched_context::Methods::find(label, look);
  abi::timer::Methods::find(label, look);
  abi::irq_control::Methods::find(label, look);
  abi::irq_handler::Methods::find(label, look);
  return words;
}

MessageInfo nasty_info(Random& random, u64 type) {
  u32 label =
      abi::method(static_cast<abi::ObjectType>(type), 1 + static_cast<u32>(random.below(16)));
  // A process that has lost all that it had can do no more harm.
  const bool loses = label == abi::cnode::Delete::op || label == abi::cnode::Revoke::op ||
                     label == abi::vspace::Clear::op;
  if (loses && random.below(8) != 0) label = abi::cnode::Copy::op;
  MessageInfo info = MessageInfo::make(label, words_of_method(label, random));
  if (random.below(16) == 0) info.raw ^= u64{1} << random.below(64);
  if (random.below(16) == 0) info.raw = random.next();
  if (random.below(8) == 0)
    info = MessageInfo::make(static_cast<u32>(random.next()), random.below(122), random.below(6));
  return info;
}

SystemCall nasty_call(Random& random, u64 type) {
  constexpr SystemCall all[] = {system_call_1, system_call_2,  system_call_3,  system_call_4,
                                system_call_5, system_call_6,  system_call_7,  system_call_8,
                                system_call_9, system_call_10, system_call_11, system_call_12};
  constexpr SystemCall unknown[] = {system_call_0, system_call_13, system_call_65535};
  if (random.below(512) == 0) return unknown[random.below(std::size(unknown))];
  if (random.below(8) == 0) return all[random.below(std::size(all))];
  if (type == static_cast<u64>(abi::ObjectType::endpoint)) return all[random.below(8)];
  if (type == static_cast<u64>(abi::ObjectType::notification)) return all[8 + random.below(3)];
  if (type == static_cast<u64>(abi::ObjectType::reply)) return system_call_3;
  return system_call_1;
}

void call_once(Random& random) {
  AllRegisters registers;
  for (u64& x : registers.x) x = nasty_word(random);
  const u64 target = random.below(known_slots);
  const auto found = ipc::invoke(own_leaf, abi::cnode::Identify{.index = target});
  const u64 type = found.ok() ? found->type : random.below(abi::object_type_count);
  registers.x[10] = target;
  if (random.below(4) == 0) registers.x[10] |= random.below(known_slots) << 32;
  if (random.below(32) == 0) registers.x[10] = random.next();
  registers.x[11] = nasty_info(random, type).raw;
  abi::IpcBuffer& buffer = ipc::buffer();
  buffer.words[random.below(112)] = nasty_word(random);
  buffer.send[random.below(4)] = static_cast<u32>(nasty_word(random));
  buffer.receive[random.below(4)] = static_cast<u32>(random.below(256));
  nasty_call(random, type)(&registers);
}

// Ends with a fault of its own, because it may have destroyed every capability by then.
void rampage(void* seed) {
  Random random{reinterpret_cast<u64>(seed) * 0x9e37'79b9'7f4a'7c15};
  auto* counter =
      reinterpret_cast<volatile u64*>(reinterpret_cast<u64>(&ipc::this_thread()) + counter_offset);
  for (u64 i = 0; i < calls_per_thread; ++i) {
    call_once(random);
    *counter = *counter + 2;
  }
  for (;;) asm volatile("udf #99");
}

// ---- Their parent

// A thread of the process besides its first, as its parent knows it.
struct Child {
  support::ThreadParts parts;
  Cap<ipc::Thread> thread;
  u64 control = 0;  // its control block, in the parent's address space
  bool is_over = false;
};

class Crowd {
 public:
  Crowd(Context& t, u64 seed, u64 budget);

  // Until all have made their calls, or nothing is left to revive. How many calls there were.
  u64 run();

 private:
  void arm();
  void give_memory();
  void make_child(u64 index, u64 budget);
  void start(Child& child);
  void look_after(Child& child);
  void take_faults();
  void disturb();

  Context& t_;
  Random random_;
  Cap<ipc::Endpoint> faults_;
  Cap<ipc::Reply> reply_;
  Cap<ipc::Untyped> outer_;  // the parent revokes it; what the children make comes from inside
  Stranger stranger_;
  Cap<ipc::Endpoint> endpoint_;
  Cap<ipc::Notification> notification_;
  Child children_[thread_count];
};

Crowd::Crowd(Context& t, u64 seed, u64 budget)
    : t_(t),
      random_(seed),
      faults_(t.make<ipc::Endpoint>()),
      reply_(t.make<ipc::Reply>()),
      outer_(t.make<ipc::Untyped>(19)),
      stranger_(t, {.pager = faults_, .handler = faults_}) {
  for (u64 i = 0; i < thread_count; ++i) make_child(i, budget);
  arm();
}

// Not the rights to write registers or to configure: a thread that is sent into a loop of some code
// at a high priority starves everybody below it, which is its right.
constexpr abi::Rights thread_rights =
    abi::thread_right::control | abi::thread_right::read | abi::thread_right::inspect;

// Everything that a process could be given to do damage with: its own CNode, address space, threads
// and stacks among it.
void Crowd::arm() {
  u64 index = own_leaf_slot;
  const auto give = [&](CapPtr at) { stranger_.give(index++, at); };
  give(stranger_.process().leaf().at());
  give(stranger_.process().root().at());
  // Not the right to map: who clears the address space that it runs in makes no more calls.
  stranger_.give(index++, stranger_.process().space().vspace().at(),
                 abi::vspace_right::run | abi::vspace_right::read | abi::vspace_right::write);
  endpoint_ = t_.make<ipc::Endpoint>();
  notification_ = t_.make<ipc::Notification>();
  give(endpoint_.at());
  give(t_.mint(endpoint_, abi::all_rights, 7).at());
  give(notification_.at());
  for (int i = 0; i < 3; ++i) give(t_.make<ipc::Reply>().at());
  for (Child& child : children_) {
    stranger_.give(index++, child.thread.at(), thread_rights);
    give(child.parts.time.at());
    give(child.parts.block.at());
  }
  give(t_.make<ipc::VSpace>().at());
  give(t_.make<ipc::Frame>(16).at());
  give(t_.make<ipc::CNode>(4).at());
  give(t_.make<ipc::CNode>(8).at());
  give(t_.make<ipc::Timer>().at());
  give(t_.make<ipc::IrqHandler>().at());
  give(abi::root_slot::irq_control);
  give_memory();
}

// Memory that is revoked with all that was made of it, and given again.
void Crowd::give_memory() {
  if (!t_.revoke(outer_.at()).ok()) return;
  const auto leaf = stranger_.process().leaf();
  for (const u64 index : {u64{30}, u64{31}})
    static_cast<void>(ipc::invoke(
        outer_,
        abi::untyped::Retype{.type = static_cast<u64>(index == 30 ? abi::ObjectType::untyped
                                                                  : abi::ObjectType::page_table),
                             .size_bits = index == 30 ? u64{18} : u64{0},
                             .first = abi::SlotName::in(leaf.at(), index),
                             .count = 1}));
}

void Crowd::make_child(u64 index, u64 budget) {
  Child& child = children_[index];
  support::AddressSpace& space = stranger_.process().space();
  const support::ThreadBlock theirs{support::layout::child_block + (index + 1) * 0x1'0000};
  auto block =
      t_.need(space.map_new(theirs.base, support::ThreadBlock::size_bits, support::read_write));
  const auto view = t_.copy(block.get());
  const support::ThreadBlock ours{t_.need(t_.space().reserve(support::ThreadBlock::size))};
  t_.need(t_.space().map(view, ours.base, support::ThreadBlock::size, support::read_write));
  child.control = ours.control();
  child.parts = t_.need(support::make_thread(t_.memory(), space.vspace(), std::move(block),
                                             {.cspace = stranger_.process().root(),
                                              .priority = {test_priority.level + index},
                                              .pager = faults_,
                                              .handler = faults_}));
  child.parts.base = theirs.base;
  child.thread = child.parts.thread;
  t_.need(ipc::invoke(child.parts.time.get(), abi::sched_context::Configure{budget}));
  // The last one's IPC buffer is the first one's: nothing in it is what one has just written.
  if (index + 1 == thread_count)
    t_.need(ipc::invoke(child.thread, abi::thread::Configure{
                                          .buffer = children_[0].parts.block.at(),
                                          .buffer_offset = support::ThreadBlock::buffer_offset}));
}

// From the beginning, with other calls than before. It may have lost what it runs with.
void Crowd::start(Child& child) {
  const support::ThreadBlock theirs{child.parts.base};
  *reinterpret_cast<ipc::ThreadControl*>(child.control) = {
      .buffer = reinterpret_cast<abi::IpcBuffer*>(theirs.buffer()),
      .function = rampage,
      .argument = reinterpret_cast<void*>(random_.next())};
  static_cast<void>(ipc::invoke(child.thread, abi::thread::Suspend{}));
  static_cast<void>(ipc::invoke(
      child.thread, abi::thread::Configure{.cspace = stranger_.process().root().at(),
                                           .vspace = stranger_.process().space().vspace().at(),
                                           .sched_context = child.parts.time.at()}));
  child.is_over = !support::dispatch(child.parts).ok();
}

// Who waits for ever is shaken loose, or starts anew.
void Crowd::look_after(Child& child) {
  const auto info = ipc::invoke(child.thread, abi::thread::Info{});
  if (!info.ok()) {
    child.is_over = true;
    return;
  }
  if (info->state == State::ready) return;
  if (info->state == State::faulted || info->state == State::suspended || random_.below(4) == 0) {
    start(child);
    return;
  }
  static_cast<void>(ipc::invoke(child.thread, abi::thread::Suspend{}));
  static_cast<void>(ipc::invoke(child.thread, abi::thread::Resume{}));
}

// A thread at its end, or one that has pulled the ground from under its feet, or an unknown call.
void Crowd::take_faults() {
  for (;;) {
    const ipc::Message message = sys::try_recv(faults_, reply_);
    if (message.info.kind() != abi::Kind::fault) return;
    sys::send(reply_.at(), {},
              MessageInfo::make(static_cast<u32>(random_.below(4)), random_.below(4)));
  }
}

void Crowd::disturb() {
  Child& child = children_[random_.below(thread_count)];
  const auto leaf = stranger_.process().leaf();
  switch (random_.below(10)) {
    case 0: return give_memory();
    case 1:
      static_cast<void>(ipc::invoke(leaf, abi::cnode::Delete{random_.below(known_slots)}));
      return;
    case 2:
      static_cast<void>(ipc::invoke(leaf, abi::cnode::Revoke{random_.below(known_slots)}));
      return;
    case 3: static_cast<void>(t_.revoke(endpoint_.at())); return;
    case 4: static_cast<void>(t_.revoke(child.parts.block.at())); return start(child);
    case 5: static_cast<void>(t_.revoke(child.parts.time.at())); return start(child);
    case 6:
      static_cast<void>(ipc::invoke(
          child.thread, abi::thread::SetPriority{{test_priority.level + random_.below(3)}}));
      return;
    case 7: static_cast<void>(ipc::signal(notification_)); return;
    case 8: static_cast<void>(sys::try_send(endpoint_.at(), {}, MessageInfo::make(1, 8))); return;
    default:  // what they may have lost
      static_cast<void>(ipc::invoke(
          stranger_.process().root(),
          abi::cnode::Copy{
              .index = 0, .source = abi::SlotName::own(leaf.at()), .rights = abi::all_rights}));
      static_cast<void>(stranger_.process().give(own_leaf_slot, leaf.at()));
      static_cast<void>(stranger_.process().give(own_leaf_slot + 3, endpoint_.at()));
  }
}

u64 Crowd::run() {
  for (Child& child : children_) start(child);
  u64 calls = 0;
  u64 last_progress = 0;
  for (u64 look = 0; look < last_progress + patience && calls < calls_per_crowd; ++look) {
    ipc::yield();
    take_faults();
    for (Child& child : children_) look_after(child);
    if (random_.below(8) == 0) disturb();
    u64 made = 0;
    for (const Child& child : children_) made += peek(child.control + counter_offset);
    if (made != calls) last_progress = look;
    calls = made;
  }
  for (const Child& child : children_)
    static_cast<void>(ipc::invoke(child.thread, abi::thread::Suspend{}));
  return calls;
}

void crowd(Context& t, u64 seed) {
  u64 calls = 0;
  for (u64 round = 0; round < rounds; ++round) {
    constexpr u64 budgets[] = {abi::sched_context::max_budget, abi::sched_context::min_budget};
    const u64 own_seed = seed + t.fixture().seed * 1'000 + round;
    Crowd many{t, own_seed, budgets[round % 2]};
    const u64 made = many.run();
    calls += made;
    support::print(
        [&](auto& line) { line << "crowd: seed " << own_seed << ", " << made << " calls"; });
  }
  t.that(calls > rounds * calls_per_crowd / 2, "enough calls were made");
}

void crowd_1(Context& t) { crowd(t, 0x1111'1111); }
void crowd_2(Context& t) { crowd(t, 0x2222); }

constexpr Test table[] = {
    {"crowd.seed_1111_1111", "three hostile threads and a parent that interferes leave nothing",
     crowd_1},
    {"crowd.seed_2222", "three others do not either", crowd_2},
};

}  // namespace

constinit const kit::Table tests::crowd_tests = table;
