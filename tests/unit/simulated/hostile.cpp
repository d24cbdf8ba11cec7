// SPDX-License-Identifier: MIT
#include <abi/fault.hpp>
#include <abi/layout.hpp>
#include <abi/object/inspector.hpp>
#include <abi/object/time.hpp>
#include <cap/cnode.hpp>
#include <simulated/hostile.hpp>

namespace simulated {

namespace {

using kernel::require;

constexpr u64 pool_memory_bits = 23;
constexpr u64 first_actors = 4;

// What stands in the pool from the beginning, by address there.
constexpr CapPtr own_pool{1};
constexpr CapPtr own_memory{2};
constexpr CapPtr own_cspace{3};
constexpr CapPtr own_space{4};
constexpr CapPtr own_endpoint{5};
constexpr CapPtr own_irq_control{6};
constexpr u64 first_actor_slot = 8;  // thread, time, buffer and reply of each

bool is_runnable(const Thread& thread) {
  return thread.state == ThreadState::ready && thread.time != nullptr && thread.can_run();
}

}  // namespace

void Hostile::set_up() {
  const CapPtr memory = world_.make(ObjectType::untyped, pool_memory_bits);
  cspace_ = world_.make(ObjectType::cnode, 2);
  pool_cap_ = world_.make(ObjectType::cnode, abi::leaf_bits);
  space_ = world_.make(ObjectType::vspace);
  endpoint_ = world_.make(ObjectType::endpoint);
  pool_ = &world_.object<kernel::CNode>(pool_cap_);
  put(cspace_, CapPtr{0}, pool_cap_);
  tables_.clear();
  for (int i = 0; i < 3; ++i) tables_.push_back(world_.make(ObjectType::page_table));
  fill_pool();
  const auto moved =
      world_.invoke(pool_cap_, abi::cnode::Move{own_memory.value(), world_.place(memory)});
  require(moved.ok(), "the pool has no memory");
  actors_.clear();
  for (u64 i = 0; i < first_actors; ++i) add_actor(first_actor_slot + 4 * i);
}

// A copy, where there is none yet.
void Hostile::put(CapPtr cnode, CapPtr at, CapPtr source) {
  const auto done = world_.invoke(
      cnode, abi::cnode::Copy{
                 .index = at.value(), .source = SlotName::own(source), .rights = abi::all_rights});
  require(done.ok() || done.error() == Error::occupied, "the pool cannot be filled");
}

void Hostile::fill_pool() {
  put(pool_cap_, own_pool, pool_cap_);
  put(pool_cap_, own_cspace, cspace_);
  put(pool_cap_, own_space, space_);
  put(pool_cap_, own_endpoint, endpoint_);
  put(pool_cap_, own_irq_control, root_slot::irq_control);
  // Tables in the shared address space, which only clearing it takes out.
  for (const CapPtr table : tables_)
    static_cast<void>(
        world_.invoke(table, abi::page_table::Map{space_, one_of(u64{0}, 2 * base::mib)}));
}

void Hostile::add_actor(u64 slot) {
  const Actor actor =
      world_.make_actor({.priority = 100 + below(60), .vspace = space_, .cspace = cspace_});
  put(pool_cap_, CapPtr{slot}, actor.cap);
  put(pool_cap_, CapPtr{slot + 1}, actor.time);
  put(pool_cap_, CapPtr{slot + 2}, actor.buffer);
  put(pool_cap_, CapPtr{slot + 3}, actor.reply);
  actors_.push_back(actor);
}

// All of them wait or have been stopped: one goes on with all that it needs.
void Hostile::rescue() {
  fill_pool();
  Actor& actor = actors_[below(actors_.size())];
  const auto stopped = world_.invoke(actor.cap, abi::thread::Suspend{});
  auto configured =
      world_.invoke(actor.cap, abi::thread::Configure{.cspace = cspace_,
                                                      .vspace = space_,
                                                      .buffer = actor.buffer,
                                                      .pager = chance(50) ? endpoint_ : CapPtr{},
                                                      .sched_context = actor.time});
  if (configured.error() == Error::busy) {
    actor.time = world_.make(ObjectType::sched_context);  // another thread has the old one
    configured = world_.invoke(actor.cap, abi::thread::Configure{.sched_context = actor.time});
  }
  const auto started = world_.invoke(
      actor.cap, abi::thread::Dispatch{.vspace = space_, .entry = World::entry_address});
  if (stopped.ok() && configured.ok() && started.ok()) return;
  throw std::runtime_error(
      "a thread cannot be rescued: " + std::string{abi::sentence(configured.error())} + ", " +
      std::string{abi::sentence(started.error())});
}

// Somebody goes on with a walk, from wherever the cursor is after all that has happened.
void Hostile::look() {
  machine.interrupts = Interrupts::never;
  const auto next = world_.invoke(root_slot::inspector, abi::inspector::Next{});
  if (next.error() == Error::not_found) {
    ++outcomes_["a whole walk"];
    static_cast<void>(world_.invoke(root_slot::inspector, abi::inspector::Rewind{}));
    return;
  }
  require(next.ok() && next->capability.type != 0, "the cursor stands where nothing is");
  const auto seen = world_.invoke(root_slot::inspector, abi::inspector::Describe{next->sequence});
  require(seen.ok() && seen->type == next->capability.type, "what was visited is not there");
}

void Hostile::tear_down() {
  machine.interrupts = Interrupts::sometimes;
  require(world_.revoke(world_.memory()) == Error::none, "the memory cannot be revoked");
  machine.interrupts = Interrupts::never;
  pool_ = nullptr;
}

Thread* Hostile::pick_thread(const Audit& audit) {
  Thread* current = kernel::core.scheduler.current();
  if (current != nullptr && current != &world_.root() && chance(70)) return current;
  const auto& threads = audit.threads();
  const u64 start = below(threads.size());
  for (u64 i = 0; i < threads.size(); ++i) {
    Thread* thread = threads[(start + i) % threads.size()];
    if (thread != &world_.root() && is_runnable(*thread)) return thread;
  }
  return nullptr;
}

void Hostile::step() {
  const Audit audit{world_.root()};
  audit.run();
  machine.interrupts = one_of(Interrupts::never, Interrupts::sometimes, Interrupts::always);
  machine.now += below(10'000);
  if (chance(10)) disturb(audit);
  if (chance(20)) {
    look();
    return;
  }
  if (Thread* thread = pick_thread(audit)) {
    act(*thread);
    return;
  }
  machine.interrupts = Interrupts::never;
  if (pool_->slot(own_memory.value()).cap.type() == ObjectType::untyped) {
    rescue();
    return;
  }
  ++outcomes_["new life"];  // the memory has been moved or deleted
  tear_down();
  set_up();
}

// The machine's own events.
void Hostile::disturb(const Audit& audit) {
  for (const auto& [number, root] : audit.spaces())
    for (int i = 0; i < 8; ++i) machine.cache.use(number, root, address() % abi::layout::user_end);
  if (chance(30)) world_.ring_alarm();
  if (chance(50)) world_.interrupt(static_cast<u32>(33 + below(4)));
}

void Hostile::act(Thread& thread) {
  // Sometimes the program has been changed meanwhile and does not repeat what it was doing.
  if (world_.is_repeating(thread) && chance(90)) {
    world_.repeat(thread);
    return;
  }
  abi::IpcBuffer* buffer = thread.buffer();
  if (buffer != nullptr)
    for (u32& slot : buffer->receive) slot = static_cast<u32>(any().value());
  switch (below(11)) {
    case 0:
    case 1: return invoke_cnode(thread);
    case 10: return invoke_time(thread);
    case 2: return invoke_untyped(thread);
    case 3:
    case 4: return invoke_memory(thread);
    case 5:
    case 6: return invoke_thread(thread);
    case 7:
    case 8: return communicate(thread);
    default: return do_anything(thread);
  }
}

u64 Hostile::index() {
  return chance(98) ? own_irq_control.value() + 1 + below(busy_slots - 7) : below(busy_slots);
}

CapPtr Hostile::any() {
  if (chance(92)) return CapPtr{below(busy_slots)};
  if (chance(50)) return CapPtr{below(1024)};
  return CapPtr{random_() & 0xffff'ffff};
}

CapPtr Hostile::with(ObjectType type) {
  if (chance(10)) return any();
  const u64 start = below(busy_slots);
  for (u64 i = 0; i < busy_slots; ++i) {
    const u64 index = (start + i) % busy_slots;
    if (index != 0 && pool_->slot(index).cap.type() == type) return CapPtr{index};
  }
  return any();
}

SlotName Hostile::source() {
  if (chance(50)) return SlotName::own(any());
  return SlotName::in(with(ObjectType::cnode), index());
}

u64 Hostile::address() {
  const u64 page = below(16) * base::page_size;
  if (chance(3)) return word();
  return one_of(u64{0}, u64{0}, u64{0}, 2 * base::mib, 4 * base::mib, base::gib) + page;
}

u64 Hostile::length() {
  if (chance(3)) return word();
  return one_of(u64{1}, u64{1}, u64{1}, u64{2}, u64{512}, u64{0x800'0000}) * base::page_size;
}

u64 Hostile::word() {
  return one_of(u64{0}, u64{1}, below(100), ~u64{0}, random_(), u64{1} << below(64),
                (u64{1} << below(64)) - 1);
}

template <class R>
void Hostile::invoke(Thread& thread, CapPtr target, const R& request) {
  const auto words = abi::to_words(request);
  last_ = std::string{R::name} + " of " + std::to_string(target.value());
  for (u64 i = 0; i < abi::words_of<R>; ++i) last_ += " " + std::to_string(words[i]);
  world_.begin(thread, static_cast<u32>(Syscall::call), target,
               {.words = {words.begin(), words.begin() + abi::words_of<R>}, .label = R::op});
  const Outcome outcome = World::outcome(thread);
  if (world_.is_repeating(thread)) return;
  std::string name{R::name};
  if (outcome.is_error()) name += ": " + std::string{abi::sentence(outcome.error())};
  ++outcomes_[name];
}

void Hostile::invoke_cnode(Thread& thread) {
  const CapPtr cnode = chance(60) ? own_pool : with(ObjectType::cnode);
  const u64 at = index();
  const Rights rights{chance(70) ? 0xff : below(256)};
  switch (below(8)) {
    case 0:
    case 1: return invoke(thread, cnode, abi::cnode::Copy{at, source(), rights});
    case 2:
      return invoke(thread, cnode,
                    abi::cnode::Mint{at, source(), rights, chance(50) ? 0 : word(), 0, 0});
    case 3:
      return invoke(thread, cnode,
                    abi::cnode::Mint{at, SlotName::own(with(ObjectType::frame)), rights, 0,
                                     below(8) * base::page_size, 12 + below(3)});
    case 4: return invoke(thread, cnode, abi::cnode::Move{at, SlotName::in(own_pool, index())});
    case 5: return invoke(thread, cnode, abi::cnode::Delete{at});
    case 6: return invoke(thread, cnode, abi::cnode::Revoke{at});
    default: return invoke(thread, cnode, abi::cnode::Identify{at});
  }
}

void Hostile::invoke_untyped(Thread& thread) {
  const auto type =
      one_of(ObjectType::untyped, ObjectType::cnode, ObjectType::frame, ObjectType::frame,
             ObjectType::page_table, ObjectType::page_table, ObjectType::vspace, ObjectType::thread,
             ObjectType::endpoint, ObjectType::notification, ObjectType::reply,
             ObjectType::sched_context, ObjectType::timer, ObjectType::irq_handler);
  u64 bits = 0;
  if (type == ObjectType::untyped) bits = one_of(u64{12}, u64{14}, u64{18});
  if (type == ObjectType::frame) bits = one_of(u64{12}, u64{13}, u64{16}, u64{21});
  if (type == ObjectType::cnode) bits = one_of(u64{1}, u64{4}, u64{8}, u64{10});
  if (chance(3)) bits = word();
  const abi::untyped::Retype request{
      .type = chance(2) ? word() : static_cast<u64>(type),
      .size_bits = bits,
      .first = SlotName::in(chance(80) ? own_pool : with(ObjectType::cnode), index()),
      .count = chance(3) ? word() : 1 + below(3)};
  invoke(thread, chance(70) ? own_memory : with(ObjectType::untyped), request);
}

void Hostile::invoke_memory(Thread& thread) {
  const CapPtr space = chance(80) ? own_space : with(ObjectType::vspace);
  const CapPtr frame = with(ObjectType::frame);
  const CapPtr table = with(ObjectType::page_table);
  const abi::frame::MapFlags flags{chance(90) ? one_of(u64{1}, u64{3}, u64{5}) : word()};
  const u64 kind = below(100);
  if (kind < 40) {
    const u64 offset = chance(80) ? 0 : below(8) * base::page_size;
    return invoke(thread, frame, abi::frame::Map{space, address(), offset, length(), flags});
  }
  if (kind < 50) return invoke(thread, frame, abi::frame::Unmap{address(), length()});
  if (kind < 54) return invoke(thread, frame, abi::frame::Unmap{0, abi::layout::user_end});
  if (kind < 62) return invoke(thread, frame, abi::frame::Protect{address(), length(), flags});
  if (kind < 64) return invoke(thread, frame, abi::frame::Info{});
  if (kind < 90) return invoke(thread, table, abi::page_table::Map{space, address()});
  if (kind < 93) return invoke(thread, table, abi::page_table::Unmap{});
  if (kind < 94) return invoke(thread, space, abi::vspace::Clear{});
  if (kind < 97)
    return invoke(thread, space,
                  abi::vspace::Copy{address() + below(20), with(ObjectType::vspace),
                                    address() + below(20), below(abi::vspace::max_copy + 2)});
  return invoke(thread, space, abi::vspace::Walk{address()});
}

void Hostile::invoke_thread(Thread& thread) {
  const CapPtr target = with(ObjectType::thread);
  const auto maybe = [&](ObjectType type) { return chance(60) ? with(type) : CapPtr{}; };
  switch (below(16)) {
    case 0:
    case 1:
    case 2:
      return invoke(
          thread, target,
          abi::thread::Configure{chance(70) ? own_cspace : CapPtr{}, maybe(ObjectType::vspace),
                                 maybe(ObjectType::frame), 0, maybe(ObjectType::endpoint),
                                 maybe(ObjectType::endpoint), maybe(ObjectType::sched_context)});
    case 3:
    case 4:
      return invoke(thread, target,
                    abi::thread::Dispatch{maybe(ObjectType::vspace), World::entry_address, 0, 0});
    case 5: return invoke(thread, target, abi::thread::Suspend{});
    case 6: return invoke(thread, target, abi::thread::Resume{});
    case 7: return invoke(thread, target, abi::thread::SetPriority{{below(200)}});
    case 8:
      return invoke(thread, target, abi::thread::BindNotification{maybe(ObjectType::notification)});
    case 9: return invoke(thread, target, abi::thread::ReadRegisters{});
    case 10: return invoke(thread, target, abi::thread::Info{});
    case 11: return invoke(thread, target, abi::thread::ReleaseTime{});
    case 12: return invoke(thread, target, abi::thread::ReadFloatingPoint{});
    case 13: return invoke(thread, target, abi::thread::WriteFloatingPoint{});
    case 14:
      return invoke(thread, target,
                    abi::thread::SetWatch{below(5), static_cast<abi::thread::Watch>(below(6)),
                                          address() & ~u64{7}, one_of(u64{0}, u64{4}, u64{8})});
    default:
      return invoke(thread, with(ObjectType::sched_context),
                    abi::sched_context::Configure{100'000 + below(1'000'000)});
  }
}

void Hostile::invoke_time(Thread& thread) {
  const CapPtr timer = with(ObjectType::timer);
  const CapPtr handler = with(ObjectType::irq_handler);
  const CapPtr notification = chance(80) ? with(ObjectType::notification) : CapPtr{};
  switch (below(6)) {
    case 0: return invoke(thread, timer, abi::timer::Configure{notification});
    case 1:
    case 2:
      return invoke(thread, timer,
                    abi::timer::Set{chance(80) ? machine.now + below(1'000'000) : word()});
    case 3: return invoke(thread, handler, abi::irq_handler::Configure{notification});
    case 4:
      return invoke(thread, own_irq_control,
                    abi::irq_control::Attach{handler, chance(90) ? 33 + below(4) : word(),
                                             chance(95) ? below(2) : word()});
    default: return invoke(thread, handler, abi::irq_handler::Acknowledge{});
  }
}

void Hostile::communicate(Thread& thread) {
  Sent sent{.words = std::vector<u64>(chance(80) ? below(9) : below(122)),
            .label = static_cast<u32>(below(4))};
  for (u64 i = chance(60) ? 0 : below(6); i != 0; --i) sent.caps.push_back(any());
  const auto call = [&](Syscall number, CapPtr target, CapPtr reply = {}) {
    world_.begin(thread, static_cast<u32>(number), target, sent, reply);
  };
  const CapPtr endpoint = with(ObjectType::endpoint);
  const CapPtr reply = chance(60) ? with(ObjectType::reply) : CapPtr{};
  switch (below(12)) {
    case 0: return call(Syscall::call, endpoint);
    case 1: return call(Syscall::send, endpoint);
    case 2:
    case 3: return call(Syscall::recv, endpoint, reply);
    case 4: return call(Syscall::reply_recv, endpoint, reply);
    case 5: return call(Syscall::send, with(ObjectType::reply));
    case 6: return call(one_of(Syscall::try_call, Syscall::try_send), endpoint);
    case 7: return call(one_of(Syscall::try_recv, Syscall::try_reply_recv), endpoint, reply);
    case 8:
    case 9: return call(Syscall::signal, with(ObjectType::notification));
    case 10:
      return call(one_of(Syscall::wait, Syscall::poll, Syscall::poll),
                  with(ObjectType::notification));
    default:
      return world_.fault(thread, {.kind = one_of(abi::FaultKind::page, abi::FaultKind::page,
                                                  abi::FaultKind::instruction),
                                   .address = address()});
  }
}

void Hostile::do_anything(Thread& thread) {
  Sent sent{.words = std::vector<u64>(below(12)),
            .label = static_cast<u32>(below(16) << 8 | below(10))};
  for (u64& each : sent.words) each = chance(50) ? any().value() : word();
  world_.begin(thread, static_cast<u32>(below(abi::syscall_count + 1)), any(), sent,
               chance(20) ? any() : CapPtr{});
  if (chance(50) || !is_runnable(thread)) return;
  world_.schedule(thread);
  thread.context.x[11] = random_();  // an info that no stub would make
  world_.repeat(thread);
}

}  // namespace simulated
