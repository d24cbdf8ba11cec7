// SPDX-License-Identifier: MIT
#include <abi/syscall.hpp>
#include <cap/cnode.hpp>
#include <cstring>
#include <machine/trap.hpp>
#include <model/game.hpp>
#include <object/references.hpp>
#include <simulated/fast_path.hpp>

namespace kernel {

extern "C" Thread* kernel_trap(u64 cause, Thread* thread);
extern "C" Thread* kernel_interrupt(Thread* thread);

}  // namespace kernel

namespace model {

namespace {

using base::PhysAddr;
using simulated::Interrupts;
using simulated::machine;
using simulated::World;

constexpr u64 space_numbers = 6;
constexpr u64 svc = World::svc_address;

// The leaves that World makes: capabilities to them stand in leaf 0, and they in the root CNode.
constexpr u64 pool_leaf = 5;
constexpr u64 private_leaf = 6;
constexpr u64 second_leaf = 7;
constexpr CapPtr pool_cap{16};
constexpr CapPtr second_cap{18};
constexpr CapPtr memory_cap{private_leaf << 8};

constexpr CapPtr in_pool(u64 index) { return CapPtr{pool_leaf << 8 | index}; }

u64 address_of(const void* object) { return machine.physical(object).value(); }

kernel::Thread& kernel_thread(const Thread& thread) {
  return *static_cast<kernel::Thread*>(machine.pointer(PhysAddr{thread.address}));
}

}  // namespace

Game::Game(const GameOptions& options)
    : world_({.space_numbers = space_numbers, .audits = false}),
      fast_path_(options.fast_path),
      temper_(options.temper),
      model_(simulated::Machine::counter_frequency, space_numbers) {
  model_.mutation = options.mutation;
  import();
  set_stage();
}

// What the model takes as given: the first process, its leaves, and an Untyped.
Slot& Game::import_slot(CNode& cnode, u64 index, CapPtr at) {
  const kernel::Capability cap = world_.slot(at).cap;
  Slot& slot = cnode.slots[index];
  model_.become_root(
      slot,
      {cap.type(), cap.rights(), cap.bits(),
       kernel::object_of(cap) != nullptr ? address_of(cap.object<char>()) : cap.physical().value()},
      0);
  return slot;
}

void Game::import() {
  const auto moved_from = world_.place(world_.make_from(world_.memory(), ObjectType::untyped, 23));
  const auto moved = world_.invoke(CapPtr{17}, abi::cnode::Move{0, moved_from});
  const auto lowered = world_.invoke(abi::root_slot::thread, abi::thread::SetPriority{{0}});
  if (!moved.ok() || !lowered.ok()) throw std::runtime_error("the stage cannot be set");

  auto& root_cnode = world_.object<kernel::CNode>(abi::root_slot::cspace);
  const auto add_cnode = [&](kernel::CNode& cnode) -> CNode& {
    const u64 address = address_of(&cnode);
    auto made = std::make_unique<CNode>(address, cnode.slot_bits());
    made->references = cnode.references();
    CNode& known = *made;
    model_.objects[address] = std::move(made);
    return known;
  };
  CNode& root = add_cnode(root_cnode);
  outside_.insert(root.address);
  CNode* leaf0 = nullptr;
  for (const u64 leaf : {u64{0}, pool_leaf, private_leaf, second_leaf}) {
    auto& object = *root_cnode.slot(leaf).cap.object<kernel::CNode>();
    CNode& known = add_cnode(object);
    if (leaf == 0) outside_.insert((leaf0 = &known)->address);
    model_.become_root(root.slots[leaf],
                       {ObjectType::cnode, abi::all_rights, abi::leaf_bits, known.address}, 0);
  }
  for (const CapPtr cap : {pool_cap, second_cap})
    model_.outside.push_back(&import_slot(*leaf0, cap.value(), cap));
  // Nothing else is made of what the memory was made of: its place is known well enough.
  import_slot(static_cast<CNode&>(*model_.objects.at(root.slots[private_leaf].cap.address)), 0,
              memory_cap);
  import_thread();
  numbers_at_start_ = kernel::core.spaces.available();
}

void Game::import_thread() {
  kernel::Thread& actual = world_.root();
  auto made = std::make_unique<Thread>(address_of(&actual));
  root_ = made.get();
  outside_.insert(root_->address);
  root_->references = actual.references();
  model_.objects[root_->address] = std::move(made);
  auto& actual_time = world_.object<kernel::SchedContext>(abi::root_slot::sched_context);
  auto time = std::make_unique<SchedContext>(address_of(&actual_time));
  time->references = actual_time.references();
  time->home = time->user = root_;
  time->budget = actual_time.budget;
  time->left = actual_time.left;
  time->granted = actual_time.granted;
  root_->time = time.get();

  const u64 space = world_.slot(abi::root_slot::vspace).data;
  model_.spaces.resize(space + 1);
  model_.spaces[space].root = world_.slot(abi::root_slot::vspace).cap.physical().value();
  model_.become_root(root_->kept[kept_cspace],
                     {ObjectType::cnode, abi::all_rights, 10,
                      address_of(world_.slot(abi::root_slot::cspace).cap.object<char>())},
                     0);
  model_.become_root(root_->kept[kept_vspace],
                     {ObjectType::vspace, abi::all_rights, 0, model_.spaces[space].root}, space);
  root_->buffer = address_of(actual.buffer());
  std::memset(actual.buffer(), 0, sizeof(Buffer));
  model_.buffers[root_->buffer] = {};
  root_->state = State::ready;
  root_->messages = actual.messages_sent;
  model_.now = machine.now;
  model_.current = root_;
  model_.on = time.get();
  // World's own calls have begun this turn; the first alarm tells where it ends.
  model_.turn_ends = machine.alarm;
  model_.objects[time->address] = std::move(time);
  for (unsigned i = 0; i < 31; ++i) root_->x[i] = actual.context.x[i];
  root_->sp = actual.context.sp;
  root_->pc = actual.context.pc;
  root_->tls = actual.context.tls;
}

void Game::set_stage() {
  using namespace abi;
  const auto retype = [&](ObjectType type, u64 bits, u64 index, u64 count = 1) {
    invoke(memory_cap,
           untyped::Retype{static_cast<u64>(type), bits, SlotName::in(pool_cap, index), count});
  };
  invoke(pool_cap, cnode::Mint{1, SlotName::own(pool_cap), all_rights, 0, 0, 0});
  invoke(pool_cap, cnode::Mint{2, SlotName::own(second_cap), all_rights, 0, 0, 0});
  retype(ObjectType::cnode, 3, 3);
  invoke(in_pool(3), cnode::Copy{0, SlotName::own(in_pool(1)), all_rights});
  invoke(in_pool(3), cnode::Copy{5, SlotName::own(in_pool(1)), all_rights});
  invoke(in_pool(3), cnode::Copy{7, SlotName::own(in_pool(2)), all_rights});
  retype(ObjectType::untyped, 15, 4);
  retype(ObjectType::untyped, 18, 5);
  retype(ObjectType::untyped, 21, 6);
  retype(ObjectType::vspace, 0, 8, 2);
  retype(ObjectType::page_table, 0, 10, 4);
  for (u64 i = 0; i < 4; ++i)
    invoke(in_pool(10 + i), page_table::Map{in_pool(8 + i / 3), i == 1 ? 2 * base::mib : 0});
  retype(ObjectType::endpoint, 0, 14, 2);
  retype(ObjectType::notification, 0, 16, 2);
  retype(ObjectType::reply, 0, 18, 4);
  retype(ObjectType::thread, 0, 22, 5);
  retype(ObjectType::sched_context, 0, 27, 5);
  retype(ObjectType::frame, 12, 32, 5);
  retype(ObjectType::frame, 21, 37, 1);
  for (u64 i = 0; i < 5; ++i) {
    const u64 pager = i % 2 == 0 ? 14 : 15;
    invoke(in_pool(22 + i),
           thread::Configure{in_pool(3), in_pool(8 + i % 2), i == 4 ? CapPtr{} : in_pool(32 + i), 0,
                             in_pool(pager), in_pool(14), i == 3 ? CapPtr{} : in_pool(27 + i)});
    invoke(in_pool(22 + i), thread::SetPriority{{1 + i % 3}});
  }
}

// ---- Events

// As on the machine, the alarm comes when a turn ends: a system call never begins in a turn that is
// used up.
void Game::pass_time(u64 ticks) {
  machine.now += ticks;
  model_.now = machine.now;
  if (model_.on == nullptr || model_.left_at(machine.now) > 0) return;
  Event event;
  event.type = Event::Type::timer;
  happen(event);
}

void Game::set_registers(const Event& event) {
  Thread& thread = *model_.current;
  kernel::Thread& actual = kernel_thread(thread);
  for (unsigned i = 0; i < 31; ++i) thread.x[i] = 0xdead'0000 + i + 100 * (steps_ % 64);
  for (unsigned i = 0; i < 8; ++i) thread.x[i] = event.words[i];
  thread.x[10] = event.x10;
  thread.x[11] = event.x11;
  thread.pc = svc + 4;
  thread.flags = 0x9000'0000;
  std::memcpy(actual.context.x, thread.x, sizeof thread.x);
  actual.context.pc = thread.pc;
  actual.context.flags = thread.flags;
  if (thread.buffer == 0) return;
  Buffer& buffer = model_.buffers[thread.buffer];
  for (u64 i = 0; i < event.more.size() && i < std::size(buffer.words); ++i)
    buffer.words[i] = event.more[i];
  for (u64 i = 0; i < 4; ++i) {
    buffer.send[i] = event.send[i];
    buffer.receive[i] = event.receive[i];
  }
  *actual.buffer() = buffer;
}

void Game::run_model(const Event& event) {
  switch (event.type) {
    case Event::Type::system_call: model_.system_call(event.number); break;
    case Event::Type::fault: model_.fault(event.fault); break;
    case Event::Type::timer: model_.timer_interrupt(); break;
    case Event::Type::floating_point: model_.use_floating_point(); break;
  }
}

void Game::run_kernel(const Event& event) {
  using kernel::machine::TrapKind;
  kernel::Thread& thread = *kernel::core.scheduler.current();
  auto& trap = kernel::machine::next_trap;
  switch (event.type) {
    case Event::Type::system_call:
      trap = {.kind = TrapKind::system_call, .number = event.number};
      break;
    case Event::Type::floating_point: trap = {.kind = TrapKind::floating_point}; break;
    case Event::Type::timer:
      machine.pending_interrupt = static_cast<u32>(kernel::core.machine.timer_interrupt);
      kernel::kernel_interrupt(&thread);
      return;
    case Event::Type::fault:
      trap = {.kind = TrapKind::fault,
              .fault = event.fault.kind,
              .access = event.fault.access,
              .address = event.fault.address,
              .present = event.fault.present,
              .syndrome = event.fault.syndrome};
      break;
  }
  const bool begins_fast = fast_path_ && event.type == Event::Type::system_call &&
                           (event.number == 1 || event.number == 2);
  for (unsigned tries = 0; tries < 100'000; ++tries) {
    if (!begins_fast) {
      kernel::kernel_trap(0, &thread);
    } else if (simulated::system_call_on_fast_path(thread, event.number)) {
      ++outcomes_["on the fast path"];
    }
    if (machine.interrupts == Interrupts::never || thread.context.pc != svc) return;
    ++outcomes_["an interruption"];
    thread.context.pc = svc + 4;
  }
  throw Difference("a system call is repeated without end");
}

// Only where nobody else comes to run in the middle, and the call says the same when it is
// repeated.
bool Game::may_be_interrupted(const Event& event, const Thread& caller, const Capability& target) {
  if (!event.interrupted || event.type != Event::Type::system_call || event.number != 1)
    return false;
  if (model_.current != &caller || caller.pc != svc + 4) return false;
  // Of several objects the order in which they end depends on where they are interrupted.
  if (model_.ended() > 1) return false;
  const Slot* slot = model_.find(caller, event.x10 & 0xffff'ffff);
  if (slot == nullptr || slot->cap != target) return false;
  const u32 label = MessageInfo{event.x11}.label();
  return label == abi::cnode::Delete::op || label == abi::cnode::Revoke::op ||
         label == abi::untyped::Retype::op || label == abi::frame::Map::op ||
         label == abi::frame::Unmap::op || label == abi::frame::Protect::op;
}

// What memory holds is not modelled: an IPC buffer is cleared when a thread gets it.
void Game::clear_new_buffer(const Event& event) {
  if (event.x11 != MessageInfo::make(abi::thread::Configure::op, 7).raw) return;
  for (const auto& [address, object] : model_.objects) {
    if (object->type != ObjectType::thread) continue;
    const u64 buffer = static_cast<Thread&>(*object).buffer;
    if (buffer == 0 || buffer == root_->buffer) continue;
    std::memset(machine.pointer(PhysAddr{buffer}, sizeof(Buffer)), 0, sizeof(Buffer));
    model_.buffers[buffer] = {};
  }
}

void Game::happen(const Event& event) {
  Thread& caller = *model_.current;
  Capability target;
  if (event.type == Event::Type::system_call) {
    set_registers(event);
    const Slot* slot = model_.find(caller, event.x10 & 0xffff'ffff);
    if (slot != nullptr) target = slot->cap;
  }
  run_model(event);
  // The caller may have ended; the model keeps what ended until the next event.
  const bool interrupted = may_be_interrupted(event, caller, target);
  machine.interrupts = interrupted ? Interrupts::sometimes : Interrupts::never;
  run_kernel(event);
  machine.interrupts = Interrupts::never;
  count(event, &caller);
  clear_new_buffer(event);
}

void Game::count(const Event& event, const Thread* caller) {
  const bool ended = !model_.objects.contains(caller->address);
  std::string name = event.name;
  if (event.type == Event::Type::system_call && !ended && caller->state == State::ready) {
    const MessageInfo info = caller->info();
    if (info.kind() == Kind::error)
      name += ": " + std::string{abi::sentence(static_cast<Error>(info.label()))};
  }
  ++outcomes_[name];
}

void Game::do_now(const Event& event) {
  pass_time(10);
  last_ = event;
  happen(event);
  compare(model_, outside_);
}

void Game::step(const Operation& operation) {
  ++steps_;
  const u64 delay = std::array<u64, 5>{0, 10, 100, 1'000, 10'000}[operation.pick[7] % 5];
  pass_time(delay);
  last_ = decode(model_, operation, {root_, temper_});
  runner_ = model_.current->address;
  happen(last_);
  damage();
  compare(model_, outside_);
}

// Wrong on purpose: the kernel's state changes behind its back.
void Game::damage() {
  if (model_.mutation != Mutation::lost_bit) return;
  for (const auto& [address, object] : model_.objects) {
    if (object->type != ObjectType::notification) continue;
    if (static_cast<Notification&>(*object).bits == 0) continue;
    static_cast<kernel::Notification*>(machine.pointer(PhysAddr{address}))->bits = 0;
    return;
  }
}

void Game::tear_down() {
  world_.schedule(world_.root());
  if (world_.invoke(CapPtr{17}, abi::cnode::Revoke{0}).error() != Error::none)
    throw Difference("the memory cannot be revoked");
  for (const CapPtr leaf : {pool_cap, second_cap})
    for (u64 i = 0; i < abi::leaf_slots; ++i)
      static_cast<void>(world_.invoke(leaf, abi::cnode::Delete{i}));
  const auto info = world_.invoke(memory_cap, abi::untyped::Info{});
  if (!info.ok() || info->free_bytes != u64{1} << info->size_bits)
    throw Difference("memory is missing");
  if (kernel::core.spaces.available() != numbers_at_start_)
    throw Difference("address-space numbers are missing");
  world_.audit();
}

}  // namespace model
