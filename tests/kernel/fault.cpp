// SPDX-License-Identifier: MIT
// Faults: a call that the kernel makes on behalf of the thread, to its pager and to its handler.
#include <abi/layout.hpp>
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::Access;
using abi::FaultKind;
using abi::FaultReply;
using abi::Kind;
using abi::MessageInfo;
using abi::thread::State;
using base::page_size;
namespace sys = ipc::sys;

constexpr u64 nowhere = 0x3f'0000'0000;  // nothing is mapped there

constexpr MessageInfo answer_with(FaultReply reply) {
  return MessageInfo::make(static_cast<u32>(reply), 0);
}

void reads_and_writes(Context& t) {
  const Probe read = probe_read(t, nowhere + 16);
  t.that(read.faulted, "reading faults");
  t.equals(read.kind, FaultKind::page);
  t.equals(read.fault.address, nowhere + 16);
  t.equals(read.fault.access, Access::read);
  t.equals(read.fault.present, u64{0});
  const Probe written = probe_write(t, nowhere + 24);
  t.equals(written.fault.address, nowhere + 24);
  t.equals(written.fault.access, Access::write);
  t.equals(written.fault.present, u64{0});
  t.that(written.fault.pc >= 0x40'0000 && written.fault.pc < 0x80'0000, "the pc is in our text");
}

void address_zero(Context& t) {
  for (const u64 address : {u64{0}, u64{1}, u64{4095}}) {
    const Probe found = probe(t, [=] { *reinterpret_cast<volatile char*>(address) = 1; });
    t.that(found.faulted, "nothing is at address 0");
    t.equals(found.fault.address, address);
    t.equals(found.kind, FaultKind::page);
  }
}

void execution(Context& t) {
  const Probe found = probe(t, [] { reinterpret_cast<void (*)()>(nowhere + 64)(); });
  t.equals(found.kind, FaultKind::page);
  t.equals(found.fault.access, Access::execute);
  t.equals(found.fault.address, nowhere + 64);
  t.equals(found.fault.pc, nowhere + 64);
}

void present_pages(Context& t) {
  const u64 text = reinterpret_cast<u64>(&present_pages);
  const Probe found = probe_write(t, text & ~u64{7});
  t.that(found.faulted, "our own code cannot be written");
  t.equals(found.fault.present, u64{1});
  t.equals(found.fault.access, Access::write);
  u64 variable = 0;
  const Probe run = probe(t, [&] { reinterpret_cast<void (*)()>(&variable)(); });
  t.that(run.faulted, "our stack cannot be run");
  t.equals(run.fault.present, u64{1});
  t.equals(run.fault.access, Access::execute);
}

void the_kernels_half(Context& t) {
  for (const u64 address : {abi::layout::physical_window, abi::layout::kernel_base,
                            abi::layout::device_window, ~u64{7}}) {
    t.that(probe_read(t, address).faulted, "the kernel's half cannot be read");
    t.that(probe_write(t, address).faulted, "nor written");
    t.that(probe(t, [=] { reinterpret_cast<void (*)()>(address & ~u64{3})(); }).faulted, "nor run");
  }
  // Between the halves there is nothing.
  const Probe between = probe_read(t, u64{1} << 45);
  t.that(between.faulted, "between the halves there is nothing");
}

void instructions(Context& t) {
  const Probe undefined = probe(t, [] { asm volatile("udf #0"); });
  t.equals(undefined.kind, FaultKind::instruction);
  t.equals(undefined.fault.address, u64{0});
  const Probe privileged = probe(t, [] {
    u64 value = 0;
    asm volatile("mrs %0, sctlr_el1" : "=r"(value));
  });
  t.equals(privileged.kind, FaultKind::instruction);
  const Probe breakpoint = probe(t, [] { asm volatile("brk #3"); });
  t.equals(breakpoint.kind, FaultKind::breakpoint);
  const Probe semihosting = probe(t, [] {
    register u64 x0 asm("x0") = 0x18;
    register u64 x1 asm("x1") = 0;
    asm volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
  });
  t.that(semihosting.faulted, "a program cannot reach the machine's host");
  const Probe hypervisor = probe(t, [] { asm volatile(".inst 0xd4000002"); });
  t.that(hypervisor.faulted, "nor its firmware");
}

void alignment(Context& t) {
  // A misaligned stack pointer, and a misaligned program counter.
  const Probe stack = probe(t, [] {
    u64 saved = 0;
    asm volatile(
        "mov %0, sp\n\t"
        "add x9, %0, #8\n\t"
        "mov sp, x9\n\t"
        "ldr x9, [sp]\n\t"
        "mov sp, %0"
        : "=&r"(saved)
        :
        : "x9", "memory");
  });
  // Not every emulator checks the stack pointer.
  if (stack.faulted) t.equals(stack.kind, FaultKind::alignment);
  const Probe pc = probe(t, [] {
    const u64 target = reinterpret_cast<u64>(&peek) + 2;
    asm volatile("br %0" : : "r"(target));
  });
  t.that(pc.faulted, "a misaligned pc faults");
  t.equals(pc.kind, FaultKind::alignment);
}

void messages_tell_the_registers(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  u64 stack = 0;
  auto body = [&] {
    asm volatile(
        "mov x9, sp\n\t"
        "str x9, [%0]\n\t"
        "mov x30, #0x1230\n\t"
        "udf #7"
        :
        : "r"(&stack)
        : "x9", "x30", "memory");
  };
  Worker worker{t, body, {.handler = endpoint}};
  const ipc::Message message = sys::recv(endpoint, reply);
  t.equals(message.info.words(), u64{8});
  const auto fault = support::fault_of(message);
  t.equals(fault.sp, stack);
  t.equals(fault.link, u64{0x1230});
  t.that(peek(fault.pc & ~u64{7}) != 0, "the pc can be read");
  t.equals(*reinterpret_cast<const u32*>(fault.pc), 7U);
}

void badges_tell_who(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto pager = t.mint(endpoint, abi::endpoint_right::send, 31);
  const auto handler = t.mint(endpoint, abi::endpoint_right::send, 32);
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = pager, .handler = handler}};
  t.equals(sys::recv(endpoint, reply).badge, u64{31});
  // The pager cannot resolve it: the same fault goes to the handler.
  const ipc::Message passed = sys::reply_recv(endpoint, {}, answer_with(FaultReply::pass_on));
  t.equals(passed.badge, u64{32});
  t.equals(passed.info.kind(), Kind::fault);
  t.equals(support::fault_of(passed).address, nowhere);
  t.succeeds(sys::send(reply.at(), {}, answer_with(FaultReply::stop)));
  t.equals(worker.state(), State::suspended);
}

void other_faults_skip_the_pager(Context& t) {
  const auto pager = t.make<ipc::Endpoint>();
  const auto handler = t.make<ipc::Endpoint>();
  auto body = [] { asm volatile("udf #0"); };
  Worker worker{t, body, {.pager = pager, .handler = handler}};
  const auto reply = t.make<ipc::Reply>();
  const ipc::Message message = sys::recv(handler, reply);
  t.equals(message.info.kind(), Kind::fault);
  sys::send(reply.at(), {}, answer_with(FaultReply::stop));
  t.equals(sys::try_recv(pager).error(), Error::would_block);
}

void pagers_resolve_faults(Context& t) {
  // Demand paging: each page is mapped when it is touched, and holds what the pager put into it.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  constexpr u64 pages = 16;
  const u64 area = t.need(t.space().reserve(pages * page_size));
  t.need(t.space().prepare(area));
  t.need(t.space().prepare(area + pages * page_size));
  u64 sum = 0;
  auto body = [&] {
    for (u64 page = 0; page < pages; ++page) sum += peek(area + page * page_size + 8);
  };
  Worker worker{t, body, {.pager = endpoint}};
  ipc::Message message = sys::recv(endpoint, reply);
  for (u64 page = 0; page < pages; ++page) {
    const auto fault = support::fault_of(message);
    t.equals(fault.address, area + page * page_size + 8);
    const auto frame = t.make<ipc::Frame>(12);
    const u64 at = base::align_down(fault.address, page_size);
    t.need(t.space().map(frame, at, page_size, support::read_write));
    poke(at + 8, page + 1);
    if (page + 1 == pages) {
      sys::send(reply.at(), {}, answer_with(FaultReply::resume));
      break;
    }
    message = sys::reply_recv(endpoint, {}, answer_with(FaultReply::resume));
  }
  worker.join();
  t.equals(sum, pages * (pages + 1) / 2);
  t.that(info_of(t, worker.thread()).faults >= pages, "faults are counted");
}

void resuming_changes_no_register(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const u64 page = t.need(t.space().reserve(page_size));
  t.need(t.space().prepare(page));
  u64 different = 0;
  auto body = [&] {
    u64 result = 0;
    // Every register that we may use holds a number of its own across the fault.
    asm volatile(
        "mov x0, #100\n\tmov x1, #101\n\tmov x2, #102\n\tmov x8, #108\n\t"
        "mov x10, #110\n\tmov x11, #111\n\tmov x17, #117\n\tmov x18, #118\n\t"
        "cmp x0, x0\n\t"
        "ldr x3, [%1]\n\t"
        "cset %0, ne\n\t"
        "sub x0, x0, #100\n\torr %0, %0, x0\n\t"
        "sub x1, x1, #101\n\torr %0, %0, x1\n\tsub x2, x2, #102\n\torr %0, %0, x2\n\t"
        "sub x8, x8, #108\n\torr %0, %0, x8\n\tsub x10, x10, #110\n\torr %0, %0, x10\n\t"
        "sub x11, x11, #111\n\torr %0, %0, x11\n\tsub x17, x17, #117\n\torr %0, %0, x17\n\t"
        "sub x18, x18, #118\n\torr %0, %0, x18"
        : "=&r"(result)
        : "r"(page)
        : "x0", "x1", "x2", "x3", "x8", "x10", "x11", "x17", "x18", "cc", "memory");
    different = result;
  };
  different = 1;
  Worker worker{t, body, {.pager = endpoint}};
  sys::recv(endpoint, reply);
  t.need(t.space().map(t.make<ipc::Frame>(12), page, page_size, support::read_write));
  ipc::Words noise{};
  noise.fill(~u64{0});
  sys::send(reply.at(), noise, MessageInfo::make(static_cast<u32>(FaultReply::resume), 8));
  worker.join();
  t.equals(different, u64{0});
}

void faults_wait_in_the_queue(Context& t) {
  const auto pager = t.make<ipc::Endpoint>();
  const auto copy = t.copy(pager);
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = pager, .handler = pager}};
  wait_for_state(t, worker.thread(), State::sending);
  // The thread keeps a capability of its own: it still waits when ours has gone.
  t.need(t.remove(pager.at()));
  t.equals(worker.state(), State::sending);
  t.equals(sys::recv(copy, t.make<ipc::Reply>()).info.kind(), Kind::fault);
  t.equals(worker.state(), State::replying);
}

void lost_handlers_leave_it_faulted(Context& t) {
  const auto pager = t.make<ipc::Endpoint>();
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = pager, .handler = pager}};
  wait_for_state(t, worker.thread(), State::sending);
  // What the thread keeps stands below this capability: both go, and the endpoint with the last.
  t.need(t.revoke(pager.at()));
  t.need(t.remove(pager.at()));
  wait_for_state(t, worker.thread(), State::faulted);
  t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  t.equals(worker.state(), State::suspended);
}

void refused_faults_return_to_the_pager(Context& t) {
  const auto pager = t.make<ipc::Endpoint>();
  const auto handler = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  const auto pass_on = [&] {
    sys::send(reply.at(), {}, MessageInfo::make(static_cast<u32>(FaultReply::pass_on), 0));
  };
  auto body = [] { asm volatile("udf #4"); };
  Worker worker{t, body, {.pager = pager, .handler = handler}};
  constexpr u32 kind = static_cast<u32>(FaultKind::instruction);
  t.equals(sys::recv(handler, reply).info.label(), kind);
  pass_on();
  t.equals(sys::recv(pager, reply).info.label(), kind | abi::fault_was_refused);
  pass_on();
  t.equals(worker.state(), State::faulted);
  t.need(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  // A handler that cannot take it: its Reply goes.
  const auto short_lived = t.make<ipc::Reply>();
  t.equals(sys::recv(handler, short_lived).info.label(), kind);
  t.need(t.remove(short_lived.at()));
  t.equals(sys::recv(pager, reply).info.label(), kind | abi::fault_was_refused);
}

void answers_that_mean_nothing_stop(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = endpoint}};
  sys::recv(endpoint, reply);
  t.succeeds(sys::send(reply.at(), {}, MessageInfo::make(4711, 0)));
  t.equals(worker.state(), State::suspended);
}

void faults_happen_again(Context& t) {
  // Resumed without a mapping, the same instruction faults again.
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = endpoint}};
  ipc::Message message = sys::recv(endpoint, reply);
  for (int i = 0; i < 10; ++i) {
    t.equals(support::fault_of(message).address, nowhere);
    message = sys::reply_recv(endpoint, {}, answer_with(FaultReply::resume));
  }
  sys::send(reply.at(), {}, answer_with(FaultReply::stop));
}

void dead_pagers_pass_on(Context& t) {
  const auto pager = t.make<ipc::Endpoint>();
  const auto handler = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = pager, .handler = handler}};
  sys::recv(pager, reply);
  t.need(t.remove(reply.at()));  // the pager lost the Reply that the thread hung on
  const ipc::Message message = sys::recv(handler, t.make<ipc::Reply>());
  t.equals(message.info.kind(), Kind::fault);
  t.equals(support::fault_of(message).address, nowhere);
}

void suspended_faults_come_again(Context& t) {
  const auto endpoint = t.make<ipc::Endpoint>();
  const auto reply = t.make<ipc::Reply>();
  auto body = [] { peek(nowhere); };
  Worker worker{t, body, {.pager = endpoint}};
  sys::recv(endpoint, reply);
  t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
  t.equals(sys::send(reply.at(), {}, answer_with(FaultReply::resume)).error(), Error::gone);
  t.need(ipc::invoke(worker.thread(), abi::thread::Resume{}));
  t.equals(support::fault_of(sys::recv(endpoint, reply)).address, nowhere);
}

constexpr Test table[] = {
    {"fault.access", "a page fault tells address, access and that nothing is there",
     reads_and_writes},
    {"fault.null", "address 0 faults", address_zero},
    {"fault.execute", "running what is not there tells so", execution},
    {"fault.present", "a fault on a mapped page says that it is mapped", present_pages},
    {"fault.kernel", "the kernel's half is out of reach", the_kernels_half},
    {"fault.instruction", "undefined, privileged and host instructions are faults", instructions},
    {"fault.alignment", "a misaligned stack or pc is a fault", alignment},
    {"fault.registers", "a fault message tells pc, stack and link", messages_tell_the_registers},
    {"fault.badges", "pager and handler know the thread by its badge, and faults are passed on",
     badges_tell_who},
    {"fault.handler", "what is no page fault goes to the handler", other_faults_skip_the_pager},
    {"fault.paging", "a pager resolves faults page by page", pagers_resolve_faults},
    {"fault.resume", "a resumed thread finds every register as it was",
     resuming_changes_no_register},
    {"fault.queued", "a fault waits for its pager like any message", faults_wait_in_the_queue},
    {"fault.unhandled", "a thread whose faults nobody handles stands still",
     lost_handlers_leave_it_faulted},
    {"fault.refused", "a fault that its handler does not take returns to the pager",
     refused_faults_return_to_the_pager},
    {"fault.nonsense", "an answer that means nothing stops the thread",
     answers_that_mean_nothing_stop},
    {"fault.again", "an unresolved fault happens again", faults_happen_again},
    {"fault.dead_pager", "a pager that dies passes the fault on", dead_pagers_pass_on},
    {"fault.suspended", "a fault that was cancelled happens again", suspended_faults_come_again},
};

}  // namespace

constinit const kit::Table tests::fault_tests = table;
