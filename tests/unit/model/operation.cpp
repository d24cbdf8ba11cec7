// SPDX-License-Identifier: MIT
#include <abi/layout.hpp>
#include <abi/syscall.hpp>
#include <base/bits.hpp>
#include <model/operation.hpp>

namespace model {

namespace {

using abi::Syscall;

constexpr u64 first_pool = 14;  // slots below hold what everybody needs
constexpr u64 pool_slots = 72;  // few, so that operations meet
constexpr u64 second_slots = 16;
constexpr u64 pool_cnode = 1;  // in the pool: the pool itself, and the second leaf
constexpr u64 second_cnode = 2;
constexpr u64 second_leaf = 7 << 8;

class Decoder {
 public:
  Decoder(Model& model, const Operation& operation, const Stage& stage)
      : model_(model),
        operation_(operation),
        thread_(*model.current),
        temper_(stage.temper),
        is_root_(model.current == stage.root),
        base_(is_root_ ? 5 << 8 : 0) {}

  Event decode();

 private:
  // Each argument is decided by a number of its own.
  u64 pick(unsigned i, u64 limit) const { return operation_.pick[i] % limit; }
  bool rarely(unsigned i, u64 one_in) const { return operation_.pick[i] / 65'536 % one_in == 0; }
  template <class... Ts>
  u64 one_of(unsigned i, Ts... values) const {
    const std::array<u64, sizeof...(Ts)> all{static_cast<u64>(values)...};
    return all[pick(i, all.size())];
  }

  u64 word(unsigned i) const;
  CapPtr address_of(u64 i) const;
  CapPtr any(unsigned i) const;
  CapPtr with(ObjectType type, unsigned i) const {
    return with(type, i, [](const Slot&) { return true; });
  }
  template <class Suits>
  CapPtr with(ObjectType type, unsigned i, Suits suits) const;
  CapPtr stopped_thread(unsigned i) const {
    return with(ObjectType::thread, i,
                [&](const Slot& slot) { return model_.object<Thread>(slot.cap).is_stopped(); });
  }
  CapPtr maybe(ObjectType type, unsigned i) const;
  SlotName source(unsigned i) const;
  // A CNode to invoke, and a slot in it that is empty, or is not.
  struct Target {
    CapPtr cnode;
    u64 index;
  };
  Target target(unsigned i, bool empty) const;
  u64 virtual_address(unsigned i) const;
  u64 length(unsigned i) const;
  u64 length_in(CapPtr frame, unsigned i) const;
  abi::frame::MapFlags flags(unsigned i) const {
    return {rarely(i, 16) ? word(i) : one_of(i, 1, 3, 5)};
  }
  Rights rights(unsigned i) const { return rarely(i, 6) ? Rights{pick(i, 256)} : abi::all_rights; }

  CapPtr receiving_thread(unsigned i) const {
    return with(ObjectType::thread, i, [&](const Slot& slot) {
      return model_.object<Thread>(slot.cap).state == State::receiving;
    });
  }

  Event capabilities(u64 kind);
  Event retype();
  Event memory(u64 kind);
  Event threads(u64 kind);
  Event rescue();
  Event messages(u64 kind);
  Event message(Syscall number, CapPtr target, CapPtr reply = {});
  Event nonsense();

  Model& model_;
  const Operation& operation_;
  const Thread& thread_;
  Temper temper_;
  bool is_root_;
  u64 base_;
};

u64 Decoder::word(unsigned i) const {
  const u64 wide = u64{operation_.pick[i]} << 32 | operation_.pick[(i + 1) % 8];
  return one_of(i, 0, 1, pick(i, 100), ~u64{0}, wide, u64{1} << pick(i, 64),
                (u64{1} << pick(i, 64)) - 1);
}

CapPtr Decoder::address_of(u64 i) const {
  i %= pool_slots + second_slots;
  return CapPtr{i < pool_slots ? base_ + i : second_leaf + i - pool_slots};
}

CapPtr Decoder::any(unsigned i) const {
  // Who sets the stage holds capabilities that the model does not know.
  if (!is_root_ && rarely(i, 40)) return CapPtr{word(i) & 0xffff'ffff};
  return address_of(operation_.pick[i]);
}

// The first that suits, from a place on that `i` decides; if there is none, the last of its type.
template <class Suits>
CapPtr Decoder::with(ObjectType type, unsigned i, Suits suits) const {
  if (rarely(i, 24)) return any(i);
  const u64 start = operation_.pick[i];
  CapPtr found;
  for (u64 step = 0; step < pool_slots + second_slots; ++step) {
    const CapPtr at = address_of(start + step);
    const Slot* slot = model_.find(thread_, at.value());
    if (slot == nullptr || slot->cap.type != type) continue;
    found = at;
    if (suits(*slot)) break;
  }
  return found == CapPtr{} ? any(i) : found;
}

CapPtr Decoder::maybe(ObjectType type, unsigned i) const {
  return rarely(i, 3) ? CapPtr{} : with(type, i);
}

SlotName Decoder::source(unsigned i) const {
  // A place near which something stands.
  for (u64 step = 0; step < 8; ++step) {
    const CapPtr at = address_of(operation_.pick[i] + step);
    const Slot* slot = model_.find(thread_, at.value());
    if (slot == nullptr || slot->is_empty()) continue;
    if (operation_.pick[i] % 3 != 0) return SlotName::own(at);
    const bool in_second = at.value() >= second_leaf;
    return SlotName::in(CapPtr{base_ + (in_second ? second_cnode : pool_cnode)}, at.value() & 255);
  }
  if (!is_root_ && rarely(i, 4)) return {word(i)};
  return SlotName::in(with(ObjectType::cnode, i), pick(i, 40));
}

Decoder::Target Decoder::target(unsigned i, bool empty) const {
  if (rarely(i, 12)) return {with(ObjectType::cnode, i), pick(i, 34)};
  const bool in_second = operation_.pick[i] / 256 % 8 == 0;
  const CapPtr cnode{base_ + (in_second ? second_cnode : pool_cnode)};
  const u64 slots = in_second ? second_slots : pool_slots - first_pool;
  for (u64 step = 0; step < slots && !rarely(i, 12); ++step) {
    const u64 index = (in_second ? 0 : first_pool) + (operation_.pick[i] + step) % slots;
    const Slot* slot = model_.find(thread_, (in_second ? second_leaf : base_) + index);
    if (slot != nullptr && slot->is_empty() == empty) return {cnode, index};
  }
  return {cnode, (rarely(i, 100) ? 0 : first_pool) + pick(i, slots)};
}

u64 Decoder::virtual_address(unsigned i) const {
  if (rarely(i, 40)) return word(i);
  return one_of(i, 0, 0, 0, base::mib * 2, base::mib * 2, base::gib) +
         operation_.pick[i] / 64 % 8 * 4096;
}

u64 Decoder::length(unsigned i) const {
  if (rarely(i, 40)) return word(i);
  if (rarely(i, 12)) return one_of(i, 512, 1024, 513) * 4096;
  return one_of(i, 1, 1, 2, 3, 4) * 4096;
}

// Pages of a Frame.
u64 Decoder::length_in(CapPtr frame, unsigned i) const {
  const Slot* slot = model_.find(thread_, frame.value());
  if (rarely(i, 6) || slot == nullptr || slot->cap.bits < 12) return length(i);
  const u64 pages = u64{1} << (slot->cap.bits - 12);
  return (pick(i, 3) == 0 ? pages : 1 + pick(i, pages > 4 ? 4 : pages)) * 4096;
}

Event Decoder::capabilities(u64 kind) {
  using namespace abi::cnode;
  const Target empty = target(0, true);
  const Target full = target(0, false);
  switch (kind % 20) {
    case 0:
    case 1:
    case 2:
    case 14: return method(empty.cnode, Copy{empty.index, source(1), rights(2)});
    case 3:
      return method(empty.cnode, Mint{empty.index, SlotName::own(with(ObjectType::endpoint, 1)),
                                      rights(2), rarely(3, 8) ? word(3) : pick(3, 8), 0, 0});
    case 4:
      return method(empty.cnode, Mint{empty.index, SlotName::own(with(ObjectType::notification, 1)),
                                      rights(2), rarely(3, 2) ? word(3) : pick(3, 8), 0, 0});
    case 5:
      return method(empty.cnode,
                    Mint{empty.index, SlotName::own(with(ObjectType::frame, 1)), rights(2),
                         rarely(3, 16) ? word(3) : 0, pick(4, 8) * 4096, 11 + pick(5, 5)});
    case 6:
      return method(empty.cnode, Mint{empty.index, source(1), rights(2), rarely(3, 8) ? word(3) : 0,
                                      rarely(4, 12) ? word(4) : 0, rarely(5, 12) ? word(5) : 0});
    case 7: {
      const Target from = target(1, false);
      return method(empty.cnode, Move{empty.index, SlotName::in(from.cnode, from.index)});
    }
    case 8: return method(empty.cnode, Move{empty.index, source(1)});
    case 9:
    case 10:
    case 11: return method(full.cnode, Delete{full.index});
    case 12:
      // Everything of one Untyped: rarely, or nothing would ever grow.
      if (rarely(6, 16)) return method(CapPtr{base_ + pool_cnode}, Revoke{4 + pick(0, 3)});
      return method(full.cnode, Revoke{full.index});
    case 15:
    case 16: return method(full.cnode, Anchor{full.index});
    case 17: return method(full.cnode, NextUnreferenced{});
    case 18: return method(full.cnode, abi::cnode::Configure{maybe(ObjectType::notification, 1)});
    default: return method(full.cnode, Identify{full.index});
  }
}

Event Decoder::retype() {
  constexpr ObjectType types[] = {
      ObjectType::untyped,      ObjectType::cnode,      ObjectType::cnode,
      ObjectType::frame,        ObjectType::frame,      ObjectType::frame,
      ObjectType::page_table,   ObjectType::page_table, ObjectType::vspace,
      ObjectType::thread,       ObjectType::thread,     ObjectType::endpoint,
      ObjectType::notification, ObjectType::reply,      ObjectType::sched_context};
  const ObjectType type = types[pick(1, std::size(types))];
  u64 bits = 0;
  if (type == ObjectType::untyped) bits = one_of(2, 12, 13, 16);
  if (type == ObjectType::frame) bits = one_of(2, 12, 12, 13, 14, 21);
  if (type == ObjectType::cnode) bits = one_of(2, 1, 2, 3, 5);
  if (rarely(2, 40)) bits = type == ObjectType::cnode ? 0 : word(2);
  const Target place = target(0, true);
  const u64 kind = rarely(1, 60) ? one_of(1, 0, 15, 16, ~u64{0}) : static_cast<u64>(type);
  const u64 count = rarely(3, 24) ? word(3) : 1 + pick(3, 2);
  const CapPtr untyped =
      rarely(4, 3) ? with(ObjectType::untyped, 4) : CapPtr{base_ + 4 + pick(4, 3)};
  if (rarely(5, 40)) return method(untyped, abi::untyped::Info{});
  return method(untyped, abi::untyped::Retype{.type = kind,
                                              .size_bits = bits,
                                              .first = SlotName::in(place.cnode, place.index),
                                              .count = count});
}

Event Decoder::memory(u64 kind) {
  const CapPtr space = with(ObjectType::vspace, 0);
  const CapPtr frame = with(ObjectType::frame, 1);
  const CapPtr table = with(ObjectType::page_table, 1, [&](const Slot& slot) {
    return !model_.is_current(slot.binding) || rarely(4, 4);
  });
  switch (kind % 18) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return method(frame,
                    abi::frame::Map{space, virtual_address(2), rarely(4, 8) ? pick(4, 6) * 4096 : 0,
                                    length_in(frame, 3), flags(5)});
    case 6:
    case 7: return method(frame, abi::frame::Unmap{virtual_address(2), length(3)});
    case 8: return method(frame, abi::frame::Unmap{0, abi::layout::user_end});
    case 9: return method(frame, abi::frame::Protect{virtual_address(2), length(3), flags(5)});
    case 10: return method(frame, abi::frame::Info{});
    case 11:
    case 12:
    case 13:
    case 14: return method(table, abi::page_table::Map{space, virtual_address(2)});
    case 15: return method(table, abi::page_table::Unmap{});
    case 16:
      if (rarely(5, 4)) return method(space, abi::vspace::Clear{});
      return method(table, abi::page_table::Map{space, virtual_address(2)});
    default: return method(space, abi::vspace::Walk{virtual_address(2)});
  }
}

// Brings a thread back to life, or shakes one loose.
Event Decoder::rescue() {
  using namespace abi::thread;
  const CapPtr thread = stopped_thread(0);
  const Slot* slot = model_.find(thread_, thread.value());
  if (slot == nullptr || slot->cap.type != ObjectType::thread) return retype();
  const auto& object = model_.object<Thread>(slot->cap);
  if (object.priority == 0 && rarely(6, 2)) return method(thread, SetPriority{{1 + pick(6, 3)}});
  if (!object.is_stopped())
    return object.state == State::ready ? message(Syscall::yield, {}) : method(thread, Suspend{});
  if (object.can_run() && !object.kept[kept_cspace].is_empty() && object.time != nullptr) {
    if (rarely(1, 2)) return method(thread, Resume{});
    return method(thread, Dispatch{{}, 0x1'0800, 0, word(4)});
  }
  const auto is_free = [&](const Slot& time) {
    return model_.object<SchedContext>(time.cap).home == nullptr;
  };
  const bool has_time = object.time != nullptr || rarely(7, 8);
  return method(
      thread, Configure{CapPtr{base_ + 3}, with(ObjectType::vspace, 2), maybe(ObjectType::frame, 3),
                        0, maybe(ObjectType::endpoint, 5), maybe(ObjectType::endpoint, 6),
                        has_time ? CapPtr{} : with(ObjectType::sched_context, 7, is_free)});
}

Event Decoder::threads(u64 kind) {
  using namespace abi::thread;
  if (is_root_ && kind % 4 != 0) return rescue();
  const CapPtr thread =
      kind % 20 < 7 || rarely(0, 2) ? stopped_thread(0) : with(ObjectType::thread, 0);
  const CapPtr time = with(ObjectType::sched_context, 7, [&](const Slot& slot) {
    return model_.object<SchedContext>(slot.cap).home == nullptr;
  });
  switch (kind % 21) {
    case 19: return method(rarely(1, 2) ? thread : receiving_thread(0), ReleaseTime{});
    case 0:
    case 1:
    case 2:
      return method(thread,
                    Configure{rarely(1, 8) ? maybe(ObjectType::cnode, 1) : CapPtr{base_ + 3},
                              maybe(ObjectType::vspace, 2), maybe(ObjectType::frame, 3),
                              rarely(4, 4) ? pick(4, 5) * 1024 : 0, maybe(ObjectType::endpoint, 5),
                              maybe(ObjectType::endpoint, 6), rarely(7, 3) ? CapPtr{} : time});
    case 3:
    case 4:
    case 5:
    case 6:
      return method(thread,
                    Dispatch{maybe(ObjectType::vspace, 1), rarely(2, 16) ? word(2) : 0x1'0800,
                             rarely(3, 16) ? word(3) : 0, word(4)});
    case 7:
    case 8: return method(thread, Suspend{});
    case 9:
    case 10: return method(thread, Resume{});
    case 11: return method(thread, ReadRegisters{});
    case 12: {
      Registers registers{};
      for (u64 i = 0; i < 31; ++i) registers.x[i] = operation_.pick[i % 8] + i;
      registers.sp = word(1);
      registers.pc = word(2);
      registers.flags = word(3);
      registers.tls = word(4);
      return method(thread, WriteRegisters{registers});
    }
    case 13:
    case 14:
    case 15: return method(thread, SetPriority{{rarely(1, 20) ? word(1) : pick(1, 4)}});
    case 16: return method(thread, Info{});
    case 17:
    case 18: return method(thread, BindNotification{maybe(ObjectType::notification, 1)});
    default:
      return method(
          with(ObjectType::sched_context, 0),
          abi::sched_context::Configure{rarely(1, 8) ? word(1) : 100'000 + pick(1, 900'000)});
  }
}

Event Decoder::message(Syscall number, CapPtr target, CapPtr reply) {
  Event event;
  event.number = static_cast<u32>(number);
  event.x10 = target.value() | reply.value() << 32;
  for (unsigned i = 0; i < 8; ++i) event.words[i] = operation_.pick[i];
  const u64 count = rarely(2, 6) ? pick(2, 122) : pick(2, 9);
  const bool is_plain = temper_ == Temper::clients_and_servers && !rarely(6, 8);
  const u64 caps = !is_plain && rarely(3, 5) ? pick(3, 6) : 0;
  for (u64 i = 8; i < count; ++i) event.more.push_back(operation_.pick[i % 8] * i);
  event.x11 = MessageInfo::make(static_cast<u32>(pick(4, 4)), count, caps).raw;
  if (rarely(4, 50)) event.x11 ^= u64{1} << pick(5, 64);
  for (unsigned i = 0; i < 4; ++i) {
    event.send[i] = static_cast<u32>(any(4 + i).value());
    event.receive[i] = rarely(i, 3) ? 0 : static_cast<u32>(any(i).value());
  }
  event.name = "system call " + std::to_string(event.number);
  return event;
}

Event Decoder::messages(u64 kind) {
  const CapPtr endpoint = with(ObjectType::endpoint, 0);
  const CapPtr notification = with(ObjectType::notification, 0);
  const CapPtr reply = rarely(1, 2) ? with(ObjectType::reply, 1) : CapPtr{};
  if (temper_ == Temper::clients_and_servers && kind % 8 != 0) {
    if (thread_.address / abi::thread_bytes % 2 == 0) return message(Syscall::call, endpoint);
    if (thread_.bound_reply != nullptr) return message(Syscall::reply_recv, endpoint);
    return message(Syscall::recv, endpoint, with(ObjectType::reply, 1, [&](const Slot& slot) {
                     return model_.object<Reply>(slot.cap).receiver == nullptr;
                   }));
  }
  switch (kind / 8 % 24) {
    case 0:
    case 1:
    case 2:
    case 3: return message(Syscall::call, endpoint);
    case 4:
    case 5: return message(Syscall::send, endpoint);
    case 6:
    case 7:
    case 8:
    case 9: return message(Syscall::recv, endpoint, reply);
    case 10:
    case 11:
    case 12:
    case 13: return message(Syscall::reply_recv, endpoint, reply);
    case 14: return message(Syscall::send, with(ObjectType::reply, 0));
    case 15: return message(rarely(2, 2) ? Syscall::try_call : Syscall::try_send, endpoint);
    case 16:
      return message(rarely(2, 2) ? Syscall::try_recv : Syscall::try_reply_recv, endpoint, reply);
    case 17:
    case 18:
    case 19: return message(Syscall::signal, notification);
    case 20: return message(Syscall::wait, notification);
    case 21: return message(Syscall::poll, notification);
    case 22: return message(Syscall::yield, {});
    default: {
      Event event;
      event.type = Event::Type::fault;
      event.fault = {.kind = rarely(0, 3) ? abi::FaultKind::instruction : abi::FaultKind::page,
                     .access = static_cast<abi::Access>(pick(1, 4)),
                     .address = word(2),
                     .present = rarely(3, 2),
                     .syndrome = operation_.pick[4]};
      event.name = "a fault";
      return event;
    }
  }
}

// Any number, any label of a method or none, anything in the registers.
Event Decoder::nonsense() {
  Event event = message(Syscall::call, any(0), rarely(1, 3) ? any(1) : CapPtr{});
  constexpr u32 numbers[] = {0, 1, 1, 1,  1,  2,  3,  4,  5,   6,
                             7, 8, 9, 10, 11, 12, 13, 14, 200, 65'535};
  event.number = numbers[pick(5, std::size(numbers))];
  for (unsigned i = 0; i < 8; ++i)
    event.words[i] = rarely(i, 2) ? word(i) : address_of(operation_.pick[i]).value();
  // Methods that exist but are not modelled stay out.
  const auto type = static_cast<ObjectType>(pick(6, 16));
  const u32 label = abi::method(type, static_cast<u32>(1 + pick(7, 9)));
  const auto count = pick(2, 9);
  const bool is_modelled = label != abi::vspace::Copy::op;
  event.x11 = MessageInfo::make(is_modelled ? label : 1, count).raw;
  event.name = "system call " + std::to_string(event.number) + " at random";
  return event;
}

// In percent: capabilities, retype, memory, threads, messages, nonsense; the rest are events of the
// machine.
struct Weights {
  u64 of[6];
};
constexpr Weights weights[temper_count] = {{{30, 12, 12, 12, 28, 4}},
                                           {{6, 3, 2, 6, 77, 4}},
                                           {{12, 10, 55, 5, 14, 2}},
                                           {{10, 6, 2, 34, 42, 4}},
                                           {{2, 1, 0, 2, 93, 1}}};
// Who sets the stage brings others to life.
constexpr Weights root_weights[temper_count] = {{{20, 16, 8, 52, 3, 0}},
                                                {{2, 5, 0, 91, 1, 0}},
                                                {{10, 15, 40, 30, 4, 0}},
                                                {{3, 7, 0, 88, 1, 0}},
                                                {{1, 4, 0, 94, 1, 0}}};

Event Decoder::decode() {
  const auto temper = static_cast<unsigned>(temper_);
  const Weights& mine = is_root_ ? root_weights[temper] : weights[temper];
  u64 left = operation_.kind % 100;
  unsigned group = 0;
  while (group < 6 && left >= mine.of[group]) left -= mine.of[group++];
  const u64 kind = operation_.kind / 128;
  Event event;
  switch (group) {
    case 0: event = capabilities(kind); break;
    case 1: event = retype(); break;
    case 2: event = memory(kind); break;
    case 3: event = threads(kind); break;
    case 4: event = is_root_ ? message(Syscall::yield, {}) : messages(kind); break;
    case 5: event = nonsense(); break;
    default:
      event.type = kind % 2 == 0 ? Event::Type::timer : Event::Type::floating_point;
      event.name = kind % 2 == 0 ? "the timer" : "the FP unit";
  }
  // Who sets the stage must not leave it.
  if (is_root_ && event.number == static_cast<u32>(Syscall::call)) {
    const Slot* slot = model_.find(thread_, event.x10 & 0xffff'ffff);
    const bool is_modelled = slot == nullptr || event.x10 >> 8 == 5 || event.x10 >> 8 == 7;
    if (!is_modelled || (slot != nullptr && slot->cap.type == ObjectType::endpoint))
      event = message(Syscall::yield, {});
  }
  event.delay = one_of(7, 0, 10, 100, 1'000, 10'000);
  event.interrupted = operation_.kind / 32'768 % 3 == 0;
  return event;
}

}  // namespace

Event decode(Model& model, const Operation& operation, const Stage& stage) {
  return Decoder{model, operation, stage}.decode();
}

std::string Event::describe() const {
  std::string text = name;
  if (type != Type::system_call) return text;
  text += " of " + std::to_string(x10 & 0xffff'ffff);
  if (x10 >> 32 != 0) text += " with " + std::to_string(x10 >> 32);
  text += ", info " + std::to_string(x11 >> 32) + ":" + std::to_string(x11 & 0xffff'ffff) + ":";
  for (const u64 each : words) text += " " + std::to_string(each);
  return text;
}

}  // namespace model
