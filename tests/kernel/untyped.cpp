// SPDX-License-Identifier: MIT
// Untyped: memory becomes objects, all of them or none.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;

struct Kind {
  ObjectType type;
  u64 size_bits;
  u64 bytes;
};

constexpr Kind kinds[] = {
    {ObjectType::untyped, 12, 4096},
    {ObjectType::cnode, 1, abi::cnode_bytes(1)},
    {ObjectType::cnode, 8, abi::cnode_bytes(8)},
    {ObjectType::frame, 12, 4096},
    {ObjectType::frame, 14, 16384},
    {ObjectType::page_table, 0, abi::table_bytes},
    {ObjectType::vspace, 0, abi::table_bytes},
    {ObjectType::thread, 0, abi::thread_bytes},
    {ObjectType::endpoint, 0, abi::small_object_bytes},
    {ObjectType::notification, 0, abi::small_object_bytes},
    {ObjectType::reply, 0, abi::small_object_bytes},
    {ObjectType::sched_context, 0, abi::small_object_bytes},
};

void objects_take_their_bytes(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(16);
  for (const Kind& kind : kinds) {
    const CapPtr first = t.need(t.slots().allocate_run(2));
    t.need(retype_to(t, untyped, {kind.type, kind.size_bits}, first, 2));
    t.equals(t.identify(first).type, static_cast<u64>(kind.type));
    t.equals(t.identify(first).rights, abi::all_rights);
    t.equals(free_bytes(t, untyped), (u64{1} << 16) - 2 * kind.bytes);
    t.succeeds(t.revoke(untyped.at()));
    t.equals(free_bytes(t, untyped), u64{1} << 16);
  }
}

void memory_is_used_up_to_the_end(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(14);
  const CapPtr first = t.need(t.slots().allocate_run(128));
  t.succeeds(retype_to(t, untyped, {ObjectType::endpoint, 0}, first, 128));
  t.equals(free_bytes(t, untyped), u64{0});
  t.fails(retype_to(t, untyped, {ObjectType::endpoint, 0}, t.slot()), Error::no_memory);
}

void alignment_is_paid_for(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(14);
  t.need(retype_to(t, untyped, {ObjectType::endpoint, 0}, t.slot()));
  const CapPtr frame = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::frame, 12}, frame));
  t.equals(free_bytes(t, untyped), u64{8192});
  const auto info = t.need(ipc::invoke(Cap<ipc::Frame>{frame}, abi::frame::Info{}));
  t.equals(info.physical_address % 4096, u64{0});
  const auto memory = t.need(ipc::invoke(untyped, abi::untyped::Info{}));
  t.equals(info.physical_address, memory.physical_address + 4096);
}

void all_or_nothing(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(14);
  const CapPtr first = t.need(t.slots().allocate_run(8));
  // Memory for three of the four.
  t.need(retype_to(t, untyped, {ObjectType::endpoint, 0}, t.slot()));
  t.fails(retype_to(t, untyped, {ObjectType::frame, 12}, first, 4), Error::no_memory);
  for (u64 i = 0; i < 4; ++i) t.that(t.is_empty(CapPtr{first.value() + i}), "nothing was made");
  t.equals(free_bytes(t, untyped), (u64{1} << 14) - abi::small_object_bytes);
  // The last slot is taken.
  t.need(copy_to(t, CapPtr{first.value() + 3}, t.make<ipc::Endpoint>().at()));
  t.fails(retype_to(t, untyped, {ObjectType::endpoint, 0}, first, 4), Error::occupied);
  for (u64 i = 0; i < 3; ++i) t.that(t.is_empty(CapPtr{first.value() + i}), "nothing was made");
  t.equals(free_bytes(t, untyped), (u64{1} << 14) - abi::small_object_bytes);
}

void sizes_are_checked(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(20);
  const CapPtr at = t.slot();
  for (const u64 bits : {u64{0}, u64{11}, u64{39}, u64{63}, u64{64}, ~u64{0}})
    t.fails(retype_to(t, untyped, {ObjectType::untyped, bits}, at), Error::out_of_range);
  for (const u64 bits : {u64{0}, u64{11}, u64{31}, u64{64}, ~u64{0}})
    t.fails(retype_to(t, untyped, {ObjectType::frame, bits}, at), Error::out_of_range);
  for (const u64 bits : {u64{0}, u64{17}, u64{64}, ~u64{0}})
    t.fails(retype_to(t, untyped, {ObjectType::cnode, bits}, at), Error::out_of_range);
  for (const ObjectType type :
       {ObjectType::page_table, ObjectType::vspace, ObjectType::thread, ObjectType::endpoint,
        ObjectType::notification, ObjectType::reply, ObjectType::sched_context})
    t.fails(retype_to(t, untyped, {type, 12}, at), Error::bad_argument);
  t.fails(retype_to(t, untyped, {ObjectType::untyped, 21}, at), Error::no_memory);
  t.fails(retype_to(t, untyped, {ObjectType::frame, 30}, at), Error::no_memory);
  t.that(t.is_empty(at), "nothing was made");
  t.equals(free_bytes(t, untyped), u64{1} << 20);
}

void kinds_that_cannot_be_made(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr at = t.slot();
  for (const u64 type : {u64{0}, u64{12}, u64{14}, u64{15}})
    t.fails(retype_to(t, untyped, {static_cast<ObjectType>(type), 0}, at), Error::not_supported);
  const auto retype = [&](u64 type) {
    return ipc::invoke(
        untyped,
        abi::untyped::Retype{.type = type, .size_bits = 0, .first = slot_name(t, at), .count = 1});
  };
  for (const u64 type : {u64{16}, u64{255}, u64{256 + 7}, u64{1} << 32 | 7, ~u64{0}})
    t.fails(retype(type), Error::bad_argument);
}

void counts_are_checked(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr at = t.slot();
  for (const u64 count : {u64{0}, abi::untyped::max_retype_count + 1, u64{1} << 32, ~u64{0}})
    t.fails(retype_to(t, untyped, {ObjectType::endpoint, 0}, at, count), Error::out_of_range);
  const auto node = t.make<ipc::CNode>(3);
  const auto into = [&](u64 index, u64 count) {
    return ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::endpoint),
                                                     .size_bits = 0,
                                                     .first = abi::SlotName::in(node.at(), index),
                                                     .count = count});
  };
  t.fails(into(8, 1), Error::out_of_range);
  t.fails(into(7, 2), Error::out_of_range);
  t.fails(into(0, 9), Error::out_of_range);
  t.fails(into(0xffff'ffff, 1), Error::out_of_range);
  t.succeeds(into(0, 8));
}

void places_are_checked(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(16);
  const auto node = t.make<ipc::CNode>(3);
  const auto no_insert = t.copy(node, abi::Rights{0xff & ~abi::cnode_right::insert.bits});
  const auto into = [&](CapPtr cnode) {
    return ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::endpoint),
                                                     .size_bits = 0,
                                                     .first = abi::SlotName::in(cnode, 0),
                                                     .count = 1});
  };
  t.fails(into(no_insert.at()), Error::denied);
  t.fails(into(t.make<ipc::Endpoint>().at()), Error::wrong_object);
  t.fails(into(t.slot()), Error::invalid_capability);
  t.equals(free_bytes(t, untyped), u64{1} << 16);
}

void kernel_objects_start_empty(Context& t) {
  // The memory was full of ones before.
  const auto untyped = t.make<ipc::Untyped>(16);
  const CapPtr frame = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::frame, 16}, frame));
  const u64 address = t.need(t.space().reserve(1 << 16));
  t.need(t.space().map(Cap<ipc::Frame>{frame}, address, 1 << 16, support::read_write));
  for (u64 offset = 0; offset < 1 << 16; offset += 8) poke(address + offset, ~u64{0});
  t.succeeds(t.revoke(untyped.at()));
  const CapPtr node = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::cnode, 8}, node));
  for (u64 i = 0; i < 256; ++i)
    t.equals(t.need(ipc::invoke(Cap<ipc::CNode>{node}, abi::cnode::Identify{.index = i})).type,
             u64{0});
  const CapPtr thread = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::thread, 0}, thread));
  const auto info = info_of(t, Cap<ipc::Thread>{thread});
  t.equals(info.state, abi::thread::State::suspended);
  t.equals(info.messages, u64{0});
  const auto registers =
      t.need(ipc::invoke(Cap<ipc::Thread>{thread}, abi::thread::ReadRegisters{})).registers;
  for (const u64 x : registers.x) t.equals(x, u64{0});
  t.equals(registers.pc, u64{0});
  t.equals(registers.tls, u64{0});
}

void frames_keep_what_they_held(Context& t) {
  // Whoever gives memory away clears it; the kernel does so only for its own objects.
  const auto untyped = t.make<ipc::Untyped>(12);
  const u64 address = t.need(t.space().reserve(base::page_size));
  const CapPtr at = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::frame, 12}, at));
  t.need(t.space().map(Cap<ipc::Frame>{at}, address, base::page_size, support::read_write));
  poke(address + 800, 0x1234'5678);
  t.need(t.revoke(untyped.at()));
  t.need(retype_to(t, untyped, {ObjectType::frame, 12}, at));
  t.need(t.space().map(Cap<ipc::Frame>{at}, address, base::page_size, support::read_write));
  t.equals(peek(address + 800), u64{0x1234'5678});
}

void information(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(16);
  const auto info = t.need(ipc::invoke(untyped, abi::untyped::Info{}));
  t.equals(info.size_bits, u64{16});
  t.equals(info.free_bytes, u64{1} << 16);
  t.equals(info.is_device, u64{0});
  t.equals(info.physical_address % (u64{1} << 16), u64{0});
}

void device_memory(Context& t) {
  // Of a device's memory only Frames and Untypeds are made.
  for (const abi::Grant& grant : support::environment().boot_info->untyped) {
    if (grant.is_device == 0) continue;
    const Cap<ipc::Untyped> untyped{grant.cap};
    const auto info = t.need(ipc::invoke(untyped, abi::untyped::Info{}));
    t.equals(info.is_device, u64{1});
    if (info.free_bytes != u64{1} << grant.size_bits || info.free_bytes < 4096) continue;
    const CapPtr at = t.slot();
    for (const ObjectType type :
         {ObjectType::endpoint, ObjectType::thread, ObjectType::vspace, ObjectType::page_table})
      t.fails(retype_to(t, untyped, {type, 0}, at), Error::not_supported);
    t.fails(retype_to(t, untyped, {ObjectType::cnode, 4}, at), Error::not_supported);
    t.need(retype_to(t, untyped, {ObjectType::frame, 12}, at));
    t.equals(t.need(ipc::invoke(Cap<ipc::Frame>{at}, abi::frame::Info{})).is_device, u64{1});
    t.succeeds(t.remove(at));
    return;
  }
  t.that(false, "there is an unused device");
}

void large_cnodes(Context& t) {
  // Clearing it takes several steps.
  const auto untyped = t.make<ipc::Untyped>(21);
  const CapPtr at = t.slot();
  t.need(retype_to(t, untyped, {ObjectType::cnode, 14}, at));
  t.equals(free_bytes(t, untyped), (u64{1} << 21) - abi::cnode_bytes(14));
  const Cap<ipc::CNode> node{at};
  for (u64 i = 0; i < u64{1} << 14; i += 127)
    t.equals(t.need(ipc::invoke(node, abi::cnode::Identify{.index = i})).type, u64{0});
}

constexpr Test table[] = {
    {"untyped.bytes", "each kind of object takes the bytes that the ABI says",
     objects_take_their_bytes},
    {"untyped.end", "memory is used up to its last byte", memory_is_used_up_to_the_end},
    {"untyped.alignment", "Frames are aligned to their size", alignment_is_paid_for},
    {"untyped.all_or_nothing", "a retype that does not fit makes nothing", all_or_nothing},
    {"untyped.sizes", "sizes that no object has are refused", sizes_are_checked},
    {"untyped.kinds", "kinds that are not made of memory are refused", kinds_that_cannot_be_made},
    {"untyped.counts", "counts beyond the slots are refused", counts_are_checked},
    {"untyped.places", "new capabilities go only where one may insert", places_are_checked},
    {"untyped.cleared", "kernel objects start empty, whatever the memory held",
     kernel_objects_start_empty},
    {"untyped.frames", "Frames keep what the memory held", frames_keep_what_they_held},
    {"untyped.info", "an Untyped tells its size and place", information},
    {"untyped.device", "a device's memory becomes Frames only", device_memory},
    {"untyped.large", "a large CNode starts empty", large_cnodes},
};

}  // namespace

constinit const kit::Table tests::untyped_tests = table;
