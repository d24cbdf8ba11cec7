// SPDX-License-Identifier: MIT
// Traps. A page fault, to a pager in another address space and back; the pager maps nothing: the
// same instruction faults again, as often as it is resumed. A system call of a foreign thread, to a
// handler in another address space and back, and by upcall within its own.
#include <abi/fault.hpp>
#include <abi/upcall.hpp>
#include <user/bench/measure.hpp>
#include <user/bench/partner.hpp>
#include <user/support/thread.hpp>

namespace bench {
namespace {

using abi::thread::Foreign;

void touch_nothing(void* address) {
  for (;;) static_cast<void>(*static_cast<volatile u64*>(address));
}

abi::Status measure_faults() {
  support::Memory& memory = support::environment().memory;
  const auto pager = TRY(memory.make<ipc::Endpoint>());
  const auto reply = TRY(memory.make<ipc::Reply>());
  constexpr auto resume = abi::MessageInfo::make(static_cast<abi::u32>(abi::FaultReply::resume), 0);
  Partner partner = TRY(Partner::make(pager));
  TRY(partner.process.start(touch_nothing, support::layout::dynamic_start));
  if (ipc::sys::recv(pager, reply).info.kind() != abi::Kind::fault) return abi::Error::not_found;
  measure("fault.page", [&] { ipc::sys::reply_recv(pager, {}, resume); });
  return {};
}

void make_foreign_calls(void*) {
  for (;;) ipc::machine::foreign_call(1);
}

abi::Status measure_foreign_calls() {
  support::Memory& memory = support::environment().memory;
  const auto handler = TRY(memory.make<ipc::Endpoint>());
  const auto reply = TRY(memory.make<ipc::Reply>());
  constexpr auto result =
      abi::MessageInfo::make(static_cast<abi::u32>(abi::ForeignReply::result), 1);
  Partner partner = TRY(Partner::make(handler));
  TRY(ipc::invoke(partner.process.thread(), abi::thread::SetForeign{.mode = Foreign::message}));
  TRY(partner.process.start(make_foreign_calls, 0));
  if (ipc::sys::recv(handler, reply).info.kind() != abi::Kind::foreign_call)
    return abi::Error::not_found;
  measure("fault.foreign_syscall", [&] { ipc::sys::reply_recv(handler, {7}, result); });
  return {};
}

// upcall.S: the shortest handler.
extern "C" void return_at_once();

// The program and its handler, in one thread; it says when it has measured.
struct UpcallTest {
  ipc::Cap<ipc::Notification> done;
};

void make_upcalls(void* argument) {
  measure("fault.upcall", [] { ipc::machine::foreign_call(1); });
  static_cast<void>(ipc::signal(static_cast<UpcallTest*>(argument)->done));
  for (;;) ipc::yield();
}

abi::Status measure_upcalls() {
  support::Memory& memory = support::environment().memory;
  support::AddressSpace& space = support::environment().self;
  const auto done = TRY(memory.make<ipc::Notification>());
  const u64 page = TRY(space.reserve(base::page_size));
  const auto frame = TRY(space.map_new(page, base::page_bits, support::read_write));
  auto* upcall = reinterpret_cast<abi::UpcallFrame*>(page);
  *upcall = {.stack = page + base::page_size};
  UpcallTest test{done};
  support::ThreadSetting setting;
  setting.foreign = {.mode = Foreign::upcall,
                     .frame = frame.at(),
                     .entry = reinterpret_cast<u64>(&return_at_once)};
  const auto parts = TRY(support::start_thread(space, make_upcalls, &test, setting));
  return ipc::wait(done).error();
}

}  // namespace

abi::Status fault_rows() {
  TRY(measure_faults());
  TRY(measure_foreign_calls());
  return measure_upcalls();
}

}  // namespace bench
