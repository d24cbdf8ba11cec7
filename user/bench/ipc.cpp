// SPDX-License-Identifier: MIT
// Round trips between two address spaces: a call and its reply_recv.
#include <user/bench/measure.hpp>
#include <user/bench/partner.hpp>

namespace bench {
namespace {

using abi::MessageInfo;
using ipc::Message;
namespace sys = ipc::sys;

// Answers each message with as many words as it had. Words beyond the registers already stand in
// the IPC buffer.
void serve_words(void*) {
  Message message = sys::recv(partner_endpoint, partner_reply);
  for (;;)
    message = sys::reply_recv(partner_endpoint, message.words,
                              MessageInfo::make(0, message.info.words()));
}

template <u64 words>
void measure_words(Cap<ipc::Endpoint> endpoint, std::string_view name) {
  measure(name, [=] {
    // The stub clears the registers that a message does not use; the others hold what they hold.
    ipc::Words message{};
    for (u64 i = 0; i < words && i < message.size(); ++i) asm volatile("" : "=r"(message[i]));
    sys::call(endpoint.at(), message, MessageInfo::make(1, words));
  });
}

// One FP instruction, which makes the thread the owner of the FP registers. This program is built
// for general registers only, so its assembler has to be told that there are others.
[[gnu::always_inline]] inline void touch_floating_point() {
  asm volatile(".arch_extension fp\n\tfmov d0, #1.0");
}

void serve_with_floating_point(void*) {
  sys::recv(partner_endpoint, partner_reply);
  for (;;) {
    touch_floating_point();
    sys::reply_recv(partner_endpoint, {}, MessageInfo::make(0, 0));
  }
}

abi::Status measure_floating_point() {
  Partner partner = TRY(Partner::make());
  TRY(partner.process.start(serve_with_floating_point, 0));
  measure("ipc.round_trip.w0_fp", [&] {
    touch_floating_point();
    sys::call(partner.endpoint.at(), {}, MessageInfo::make(1, 0));
  });
  return {};
}

// Answers without words, and lets each capability come into another slot.
void serve_capabilities(void*) {
  u64 next = 0;
  sys::recv(partner_endpoint, partner_reply);
  for (;;) {
    ipc::buffer().receive[0] =
        static_cast<abi::u32>(abi::cap_at(0, partner_slot::receive + next).value());
    next = next + 1 == partner_slot::receive_count ? 0 : next + 1;
    sys::reply_recv(partner_endpoint, {}, MessageInfo::make(0, 0));
  }
}

// The partner's slots are emptied between the pieces that count.
abi::Status measure_capabilities() {
  Partner partner = TRY(Partner::make());
  const auto gift = TRY(support::environment().memory.make<ipc::Notification>());
  TRY(partner.process.start(serve_capabilities, 0));
  sys::call(partner.endpoint.at(), {}, MessageInfo::make(0, 0));
  ipc::buffer().send[0] = static_cast<abi::u32>(gift.at().value());
  Stopwatch watch;
  u64 lost = 0;
  for (u64 round = 0; round < repetitions / partner_slot::receive_count; ++round) {
    watch.start();
    for (u64 i = 0; i < partner_slot::receive_count; ++i)
      sys::call(partner.endpoint.at(), {}, MessageInfo::make(1, 0, 1));
    watch.stop(partner_slot::receive_count);
    for (u64 i = 0; i < partner_slot::receive_count; ++i) {
      const u64 index = partner_slot::receive + i;
      if (TRY(ipc::invoke(partner.process.leaf(), abi::cnode::Identify{index})).type == 0) ++lost;
      TRY(ipc::invoke(partner.process.leaf(), abi::cnode::Delete{index}));
    }
  }
  if (lost != 0) return abi::Error::not_found;
  report("ipc.round_trip.cap1", watch.per_operation());
  return {};
}

}  // namespace

abi::Status ipc_rows() {
  Partner partner = TRY(Partner::make());
  TRY(partner.process.start(serve_words, 0));
  const Cap<ipc::Endpoint> endpoint = partner.endpoint;
  measure_words<0>(endpoint, "ipc.round_trip.w0");
  measure_words<4>(endpoint, "ipc.round_trip.w4");
  measure_words<8>(endpoint, "ipc.round_trip.w8");
  measure_words<10>(endpoint, "ipc.round_trip.w10");
  measure_words<120>(endpoint, "ipc.round_trip.w120");
  return measure_capabilities();
}

// Last of all: from then on the thread that measures has FP registers to switch.
abi::Status floating_point_rows() { return measure_floating_point(); }

}  // namespace bench
