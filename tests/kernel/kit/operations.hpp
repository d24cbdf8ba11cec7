// SPDX-License-Identifier: MIT
// Invocations that tests make often, by slot addresses; each is one system call, nothing is
// checked.
#pragma once

#include <tests/kernel/kit/context.hpp>

namespace kit {

inline abi::SlotName slot_name(Context& t, CapPtr at) {
  return abi::SlotName::in(t.slots().cnode_of(at).at(), ipc::index_in_leaf(at));
}

inline abi::Status copy_to(Context& t, CapPtr target, CapPtr source,
                           abi::Rights rights = abi::all_rights) {
  return ipc::invoke(t.slots().cnode_of(target),
                     abi::cnode::Copy{.index = ipc::index_in_leaf(target),
                                      .source = abi::SlotName::own(source),
                                      .rights = rights})
      .error();
}

// What a mint adds to a copy.
struct Mark {
  abi::Rights rights = abi::all_rights;
  u64 data = 0;
  u64 offset = 0;
  u64 size_bits = 0;
};

inline abi::Status mint_to(Context& t, CapPtr target, CapPtr source, const Mark& mark = {}) {
  return ipc::invoke(t.slots().cnode_of(target),
                     abi::cnode::Mint{.index = ipc::index_in_leaf(target),
                                      .source = abi::SlotName::own(source),
                                      .rights = mark.rights,
                                      .data = mark.data,
                                      .offset = mark.offset,
                                      .size_bits = mark.size_bits})
      .error();
}

inline abi::Status move_to(Context& t, CapPtr target, CapPtr source) {
  return ipc::invoke(
             t.slots().cnode_of(target),
             abi::cnode::Move{.index = ipc::index_in_leaf(target), .source = slot_name(t, source)})
      .error();
}

// What to make: a kind of object, and its size as untyped::Retype has it.
struct Shape {
  abi::ObjectType type;
  u64 size_bits = 0;
};

inline abi::Status retype_to(Context& t, Cap<ipc::Untyped> untyped, Shape shape, CapPtr first,
                             u64 count = 1) {
  return ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(shape.type),
                                                   .size_bits = shape.size_bits,
                                                   .first = slot_name(t, first),
                                                   .count = count})
      .error();
}

// Maps the start of a Frame. One step: missing tables are an error.
inline base::Result<abi::frame::Map::Reply, ipc::Refusal> map_once(
    Cap<ipc::Frame> frame, Cap<ipc::VSpace> vspace, u64 address, u64 length,
    abi::frame::MapFlags flags = support::read_write) {
  return ipc::invoke_with_detail(frame, abi::frame::Map{.vspace = vspace.at(),
                                                        .address = address,
                                                        .offset = 0,
                                                        .length = length,
                                                        .flags = flags});
}

inline constexpr u64 whole_space = u64{1} << 39;

inline abi::Status unmap_all(Cap<ipc::Frame> frame) {
  return ipc::invoke(frame, abi::frame::Unmap{.address = 0, .length = whole_space}).error();
}

inline abi::thread::Info::Reply info_of(Context& t, Cap<ipc::Thread> thread,
                                        Where where = Where::current()) {
  return t.need(ipc::invoke(thread, abi::thread::Info{}), where);
}

inline u64 free_bytes(Context& t, Cap<ipc::Untyped> untyped, Where where = Where::current()) {
  return t.need(ipc::invoke(untyped, abi::untyped::Info{}), where).free_bytes;
}

// The words of a message as they come from a seed: different for each position and seed.
constexpr u64 pattern(u64 seed, u64 index) {
  const u64 mixed = (seed * 0x9e37'79b9'7f4a'7c15 + index + 1) * 0xbf58'476d'1ce4'e5b9;
  return mixed ^ mixed >> 29;
}

// A small generator of numbers that look random and are the same in every run (xorshift64).
class Random {
 public:
  explicit constexpr Random(u64 seed) : state_(seed | 1) {}
  constexpr u64 next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  constexpr u64 below(u64 limit) { return next() % limit; }

 private:
  u64 state_;
};

// Reads and writes that the compiler neither moves nor leaves out.
inline u64 peek(u64 address) { return *reinterpret_cast<volatile u64*>(address); }
inline void poke(u64 address, u64 value) { *reinterpret_cast<volatile u64*>(address) = value; }

}  // namespace kit
