// SPDX-License-Identifier: MIT
#include <bit>
#include <ipc/message.hpp>
#include <object/references.hpp>
#include <sched/kernel.hpp>

namespace kernel {

namespace {

using abi::IpcBuffer;
using abi::Kind;
using abi::MessageInfo;

// One travelling capability: where it arrived.
enum class Arrival { lost, in_slot, unwrapped };

Arrival pass_capability(Thread& from, Thread& to, u64 index, const Endpoint* through) {
  Slot* source = from.cspace().find(abi::CapPtr{from.buffer()->send[index]});
  if (source == nullptr || source->is_empty()) return Arrival::lost;
  if (through != nullptr && source->cap.type() == ObjectType::endpoint &&
      source->cap.object<Endpoint>() == through) {
    to.buffer()->badges[index] = source->data;
    return Arrival::unwrapped;
  }
  Slot* target = to.cspace().find(abi::CapPtr{to.buffer()->receive[index]});
  if (target == nullptr || !target->is_empty() || !is_copyable(source->cap)) return Arrival::lost;
  copy_beside(core.spaces, *source, *target, unmapped_copy(*source));
  return Arrival::in_slot;
}

// The bits of message info that say which of `count` capabilities came.
u64 pass_capabilities(Thread& from, Thread& to, u64 count, const Endpoint* through) {
  if (to.buffer() == nullptr) return 0;
  u64 bits = 0;
  for (u64 i = 0; i < count; ++i) {
    switch (pass_capability(from, to, i, through)) {
      case Arrival::lost: break;
      case Arrival::in_slot: bits |= u64{1} << (40 + i); break;
      case Arrival::unwrapped: bits |= u64{1} << (44 + i); break;
    }
  }
  return bits;
}

void write_fault(const Thread& from, Thread& to) {
  const Fault& fault = from.fault;
  const machine::Context& context = from.context;
  const abi::FaultMessage message{.address = fault.address,
                                  .pc = context.program_counter(),
                                  .access = fault.access,
                                  .present = fault.present ? u64{1} : u64{0},
                                  .syndrome = fault.syndrome,
                                  .sp = context.stack_pointer(),
                                  .flags = context.program_flags(),
                                  .link = context.link_register()};
  const auto words = std::bit_cast<std::array<u64, abi::register_words>>(message);
  for (unsigned i = 0; i < abi::register_words; ++i) to.context.set_message_word(i, words[i]);
}

}  // namespace

abi::Error check_travel(const Thread& from, const Thread& to, MessageInfo info) {
  if (!info.is_well_formed()) return abi::Error::bad_argument;
  const bool is_long = info.words() > abi::register_words;
  if ((is_long || info.caps() != 0) && from.buffer() == nullptr) return abi::Error::bad_argument;
  if (is_long && to.buffer() == nullptr) return abi::Error::too_big;
  return abi::Error::none;
}

void transfer(Thread& from, Thread& to, MessageInfo info, Envelope envelope) {
  for (unsigned i = 0; i < abi::register_words; ++i)
    to.context.set_message_word(i, from.context.message_word(i));
  // `words` was checked, and is not read again from anywhere that user code can write.
  for (u64 i = abi::register_words; i < info.words(); ++i)
    to.buffer()->words[i - abi::register_words] = from.buffer()->words[i - abi::register_words];
  u64 arrived = 0;
  if (info.caps() != 0 && envelope.may_grant)
    arrived = pass_capabilities(from, to, info.caps(), envelope.through);
  to.context.set_badge(envelope.badge);
  to.context.set_info(MessageInfo::received(info.label(), info.words(), envelope.kind).raw |
                      arrived);
  to.context.clear_dead();
  to.forget_progress();
  ++from.messages_sent;
}

void transfer_trap(Thread& from, Thread& to, Outgoing message) {
  const machine::Context& context = from.context;
  u32 label = static_cast<u32>(from.fault.kind) | (from.fault.refused ? abi::fault_was_refused : 0);
  if (message.kind == Kind::foreign_call) {
    label = static_cast<u32>(context.foreign_label());
    for (unsigned i = 0; i < abi::register_words; ++i)
      to.context.set_message_word(i, context.message_word(i));
  } else {
    write_fault(from, to);
  }
  to.context.set_badge(message.badge);
  to.context.set_info(MessageInfo::received(label, abi::register_words, message.kind).raw);
  to.context.clear_dead();
  to.forget_progress();
}

}  // namespace kernel
