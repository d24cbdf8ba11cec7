// SPDX-License-Identifier: MIT
// Every combination, where there are few enough: rights of what threads meet at, sizes of CNodes
// and Frames, registers of a thread in each of its states, and messages on both of the kernel's
// paths.
#include <tests/kernel/kit/long_message.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/registers.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::MessageInfo;
using abi::ObjectType;
using abi::Rights;
using abi::SlotName;
using abi::thread::State;
namespace sys = ipc::sys;

// ---- Rights

Error expected(Rights rights, Rights needed, Error otherwise) {
  return rights.has(needed) ? otherwise : Error::denied;
}

// With nobody at the other end, a system call that is allowed would have to wait.
void endpoint_rights(Context& t) {
  namespace right = abi::endpoint_right;
  const auto endpoint = t.make<ipc::Endpoint>();
  const CapPtr place = t.slot();
  for (u64 bits = 0; bits < 16; ++bits) {
    const Rights rights{bits};
    const CapPtr cap = t.copy(endpoint, rights).at();
    const MessageInfo info = MessageInfo::make(0, 1);
    const Cap<ipc::Endpoint> weak{cap};
    t.equals(sys::try_call(cap, {}, info).error(),
             expected(rights, right::send, Error::would_block));
    t.equals(sys::try_send(cap, {}, info).error(),
             expected(rights, right::send, Error::would_block));
    t.equals(sys::try_recv(weak).error(), expected(rights, right::receive, Error::would_block));
    t.equals(sys::try_reply_recv(weak, {}, info).error(),
             expected(rights, right::receive, Error::would_block));
    t.equals(mint_to(t, place, cap, {.data = 5}).error(),
             expected(rights, right::mint, Error::none));
    static_cast<void>(t.remove(place));
    if (!rights.has(right::send)) t.equals(sys::call(cap, {}, info).error(), Error::denied);
    if (!rights.has(right::receive)) t.equals(sys::recv(weak).error(), Error::denied);
    t.need(t.remove(cap));
  }
}

void notification_rights(Context& t) {
  namespace right = abi::notification_right;
  const auto note = t.make<ipc::Notification>();
  const CapPtr place = t.slot();
  for (u64 bits = 0; bits < 16; ++bits) {
    const Rights rights{bits};
    const Cap<ipc::Notification> weak = t.copy(note, rights);
    t.equals(ipc::signal(weak).error(), expected(rights, right::signal, Error::none));
    const auto got = ipc::poll(weak);
    const Error waits = rights.has(right::signal) ? Error::none : Error::would_block;
    t.equals(got.error(), expected(rights, right::wait, waits));
    static_cast<void>(ipc::poll(note));
    t.equals(mint_to(t, place, weak.at(), {.data = 5}).error(),
             expected(rights, right::mint, Error::none));
    static_cast<void>(t.remove(place));
    t.need(t.remove(weak.at()));
  }
}

void reply_rights(Context& t) {
  namespace right = abi::reply_right;
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  for (u64 bits = 0; bits < 4; ++bits) {
    const Rights rights{bits};
    const Cap<ipc::Reply> weak = t.copy(reply, rights);
    t.equals(sys::send(weak.at(), {}, MessageInfo::make(0, 0)).error(),
             expected(rights, right::answer, Error::gone));
    t.equals(sys::try_recv(endpoint, weak).error(),
             expected(rights, right::receive, Error::would_block));
    t.need(t.remove(weak.at()));
  }
}

// ---- Sizes

// Every slot of a CNode of each size holds, gives away and loses a capability.
void all_slots(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  for (u64 bits = 1; bits <= 10; ++bits) {
    const auto node = t.make<ipc::CNode>(bits);
    const u64 size = u64{1} << bits;
    u64 wrong = 0;
    const auto type_at = [&](u64 index) {
      const auto found = ipc::invoke(node, abi::cnode::Identify{index});
      return found.ok() ? found->type : ~u64{0};
    };
    for (u64 i = 0; i < size; i += 2) {
      if (type_at(i) != 0) ++wrong;
      if (!ipc::invoke(node, abi::cnode::Copy{i, SlotName::own(endpoint.at()), {0xff}}).ok())
        ++wrong;
      if (!ipc::invoke(node, abi::cnode::Move{i + 1, SlotName::in(node.at(), i)}).ok()) ++wrong;
      if (type_at(i) != 0 || type_at(i + 1) != static_cast<u64>(ObjectType::endpoint)) ++wrong;
      if (!ipc::invoke(node, abi::cnode::Copy{i, SlotName::in(node.at(), i + 1), {1}}).ok())
        ++wrong;
    }
    for (u64 i = 0; i < size; ++i)
      if (!ipc::invoke(node, abi::cnode::Delete{i}).ok() || type_at(i) != 0) ++wrong;
    t.equals(wrong, u64{0});
    t.fails(ipc::invoke(node, abi::cnode::Identify{size}), Error::out_of_range);
    t.need(t.remove(node.at()));
  }
}

// Frames of all sizes that fit here: mapped whole, by the largest pages, and written at both ends.
void frame_sizes(Context& t) {
  constexpr u64 address = 0x30'0000'0000;
  for (u64 bits = 12; bits <= 21; ++bits) {
    const auto frame = t.make<ipc::Frame>(bits);
    const u64 size = u64{1} << bits;
    t.need(t.space().map(frame, address, size, support::read_write));
    const auto walked = t.need(ipc::invoke(Cap<ipc::VSpace>{abi::root_slot::vspace},
                                           abi::vspace::Walk{address + size - 1}));
    t.equals(walked.access, u64{3});
    t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).size_bits, bits);
    poke(address, bits);
    poke(address + size - 8, ~bits);
    t.equals(peek(address), bits);
    t.equals(peek(address + size - 8), ~bits);
    t.need(t.remove(frame.at()));
    t.fails(ipc::invoke(Cap<ipc::VSpace>{abi::root_slot::vspace}, abi::vspace::Walk{address}),
            Error::absent);
  }
  // 4 MiB where no table stands: two blocks, and no page table below them.
  constexpr u64 fresh = 0x31'0000'0000;
  const auto large = t.make<ipc::Frame>(22);
  t.need(t.space().map(large, fresh, u64{1} << 22, support::read_write));
  for (u64 at = 0; at < u64{1} << 22; at += u64{1} << 21)
    t.equals(
        t.need(ipc::invoke(Cap<ipc::VSpace>{abi::root_slot::vspace}, abi::vspace::Walk{fresh + at}))
            .page_bits,
        u64{21});
}

// ---- States

bool registers_are_busy(Context& t, Cap<ipc::Thread> thread) {
  const auto read = ipc::invoke(thread, abi::thread::ReadRegisters{});
  const auto write = ipc::invoke(thread, abi::thread::WriteRegisters{});
  const auto configure = ipc::invoke(thread, abi::thread::Configure{});
  return t.fails(read, Error::busy) && t.fails(write, Error::busy) &&
         t.fails(configure, Error::busy);
}

constinit volatile u64 went_elsewhere = 0;

[[noreturn]] void elsewhere() {
  went_elsewhere = went_elsewhere + 1;
  for (;;) ipc::yield();
}

// Stops the thread, wherever it is, and sends it to another place.
void send_elsewhere(Context& t, Cap<ipc::Thread> thread) {
  t.need(ipc::invoke(thread, abi::thread::Suspend{}));
  auto registers = t.need(ipc::invoke(thread, abi::thread::ReadRegisters{})).registers;
  registers.pc = reinterpret_cast<u64>(&elsewhere);
  registers.flags = ~u64{0};
  t.need(ipc::invoke(thread, abi::thread::WriteRegisters{registers}));
  const u64 before = went_elsewhere;
  t.need(ipc::invoke(thread, abi::thread::Resume{}));
  ipc::yield();
  t.equals(u64{went_elsewhere}, before + 1);
  t.need(ipc::invoke(thread, abi::thread::Suspend{}));
}

void registers_in_each_state(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto note = t.make<ipc::Notification>();
  const auto reply = t.make<ipc::Reply>();
  const auto in_state = [&](State state, auto body) {
    Worker worker{t, body};
    if (state == State::replying) sys::recv(endpoint, reply);
    wait_for_state(t, worker.thread(), state);
    registers_are_busy(t, worker.thread());
    t.equals(worker.state(), state);
    send_elsewhere(t, worker.thread());
    worker.destroy();
  };
  in_state(State::ready, [] {
    for (;;) ipc::yield();
  });
  in_state(State::sending, [&] { sys::send(endpoint.at(), {}, MessageInfo::make(0, 0)); });
  in_state(State::receiving, [&] { sys::recv(endpoint); });
  in_state(State::replying, [&] { sys::call(endpoint.at(), {}, MessageInfo::make(0, 0)); });
  in_state(State::waiting, [&] { static_cast<void>(ipc::wait(note)); });
  // A thread whose handler takes nothing stops as faulted, and can be read and sent on.
  auto crash = [] { asm volatile("udf #3"); };
  const auto handler = t.make<ipc::Endpoint>();
  Worker worker{t, crash, {.pager = handler, .handler = handler}};
  // Once as the handler, once as the pager that hears of it then.
  for (int i = 0; i < 2; ++i) {
    t.equals(sys::recv(handler, reply).info.kind(), abi::Kind::fault);
    sys::send(reply.at(), {}, MessageInfo::make(static_cast<u32>(abi::FaultReply::pass_on), 0));
  }
  wait_for_state(t, worker.thread(), State::faulted);
  send_elsewhere(t, worker.thread());
}

// ---- Two paths

// Answers with words that depend on all that came.
void answer_all(Cap<ipc::Endpoint> endpoint, Cap<ipc::Reply> reply) {
  ipc::Message message = sys::recv(endpoint, reply);
  while (!message.is_error()) {
    ipc::Words words = message.words;
    for (u64 i = 0; i < words.size(); ++i)
      words[i] = words[i] * 3 + message.badge + message.info.words() * 7 + message.info.label() + i;
    const u64 label = message.words[0] % 5;
    message =
        sys::reply_recv(endpoint, words,
                        MessageInfo::make(static_cast<u32>(label), message.words[1] % 9,
                                          // A capability that is not there: lost, and the long way.
                                          message.info.label() >= 1'000 ? 1 : 0));
  }
}

// The registers after a call with random ones; `slowly`: with a capability that goes nowhere, which
// the fast path leaves to the other.
AllRegisters call_with(u64 seed, CapPtr target, bool slowly) {
  Random random{seed};
  AllRegisters registers;
  for (u64& x : registers.x) x = random.next();
  const u32 label = static_cast<u32>(random.below(900));
  registers.flags = random.next() & 0xf000'0000;
  registers.x[10] = target.value();
  registers.x[11] = MessageInfo::make(label, random.below(9), slowly ? 1 : 0).raw;
  system_call_1(&registers);
  return registers;
}

// A capability whose address is 0 is lost on the way; otherwise the same message.
void both_paths(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [&] {
    ipc::buffer().send[0] = 0;
    answer_all(endpoint, reply);
  };
  Worker server{t, body};
  wait_for_state(t, server.thread(), State::receiving);
  const CapPtr targets[] = {endpoint.at(),
                            t.mint(endpoint, abi::all_rights, 77).at(),
                            t.mint(endpoint, abi::endpoint_right::send, ~u64{0}).at(),
                            t.copy(endpoint, abi::endpoint_right::receive).at(),
                            CapPtr{},
                            t.make<ipc::Notification>().at()};
  ipc::buffer().send[0] = 0;
  u64 different = 0;
  for (u64 seed = 1; seed <= 2'500; ++seed) {
    if (seed == 1'250) {
      server.take_time();  // from here on it runs on its caller's
      wait_for_state(t, server.thread(), State::receiving);
    }
    const CapPtr target = targets[seed % 8 < 6 ? seed % 3 : seed % std::size(targets)];
    const AllRegisters fast = call_with(seed, target, false);
    const AllRegisters slow = call_with(seed, target, true);
    for (u64 i = 0; i < 31; ++i)
      if (fast.x[i] != slow.x[i]) ++different;
    if (fast.flags != slow.flags || fast.stack_moved != 0 || slow.stack_moved != 0) ++different;
  }
  t.equals(different, u64{0});
}

constexpr Test table[] = {
    {"matrix.endpoint_rights", "each of the 16 sets of rights to an endpoint allows what it says",
     endpoint_rights},
    {"matrix.notification_rights", "each set of rights to a notification allows what it says",
     notification_rights},
    {"matrix.reply_rights", "each set of rights to a Reply allows what it says", reply_rights},
    {"matrix.slots", "every slot of a CNode of each size works", all_slots},
    {"matrix.frames", "Frames of each size are mapped whole", frame_sizes},
    {"matrix.states", "registers are written in the states in which a thread stands still, only",
     registers_in_each_state},
    {"matrix.paths", "5,000 calls on the two paths of the kernel end with the same registers",
     both_paths},
};

}  // namespace

constinit const kit::Table tests::matrix_tests = table;
