// SPDX-License-Identifier: MIT
// VSpace: whole address spaces.
#include <tests/kernel/kit/probe.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using base::page_size;

constexpr u64 somewhere = 0x12'3450'0000;

abi::Result<abi::vspace::Walk::Reply> walk(Cap<ipc::VSpace> vspace, u64 address) {
  return ipc::invoke(vspace, abi::vspace::Walk{.address = address});
}

void walks_tell_what_is_mapped(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  support::AddressSpace space{t.memory(), vspace};
  t.fails(walk(vspace, somewhere), Error::absent);
  const auto frame = t.make<ipc::Frame>(13);
  t.need(space.map(frame, somewhere, page_size, support::read_only));
  t.need(
      space.map(t.make<ipc::Frame>(12), somewhere + page_size, page_size, support::read_execute));
  t.equals(t.need(walk(vspace, somewhere)).access, u64{1});
  t.equals(t.need(walk(vspace, somewhere + 4095)).page_bits, u64{12});
  t.equals(t.need(walk(vspace, somewhere + page_size)).access, u64{5});
  t.fails(walk(vspace, somewhere + 2 * page_size), Error::absent);
  t.fails(walk(vspace, somewhere - 1), Error::absent);
}

void walks_stay_in_the_users_half(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  for (const u64 address : {whole_space, u64{1} << 48, u64{0xffff'ff80} << 32, ~u64{0}}) {
    const auto found = walk(vspace, address);
    t.that(!found.ok(), "nothing of the kernel's half is told");
  }
}

void clearing_frees_everything(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  const auto other = t.make<ipc::VSpace>();
  const auto frame = t.make<ipc::Frame>(12);
  const auto upper = t.make<ipc::PageTable>();
  const auto lower = t.make<ipc::PageTable>();
  const auto put = [&](Cap<ipc::PageTable> table, Cap<ipc::VSpace> into) {
    return ipc::invoke(table, abi::page_table::Map{into.at(), somewhere});
  };
  t.need(put(upper, vspace));
  t.need(put(lower, vspace));
  t.that(map_once(frame, vspace, somewhere, page_size).ok(), "a page is mapped");
  t.succeeds(ipc::invoke(vspace, abi::vspace::Clear{}));
  t.fails(walk(vspace, somewhere), Error::absent);
  t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped, u64{0});
  // All of it can be used in another.
  t.need(put(upper, other));
  t.need(put(lower, other));
  t.that(map_once(frame, other, somewhere, page_size).ok(), "the page is mapped elsewhere");
  // And the cleared one can be used again.
  t.equals(map_once(t.make<ipc::Frame>(12), vspace, somewhere, page_size).error().error,
           Error::needs_table);
}

void deleting_frees_everything(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  const auto other = t.make<ipc::VSpace>();
  support::AddressSpace first{t.memory(), vspace};
  support::AddressSpace second{t.memory(), other};
  const auto frame = t.make<ipc::Frame>(12);
  t.need(first.map(frame, somewhere, page_size, support::read_write));
  t.succeeds(t.remove(vspace.at()));
  t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped, u64{0});
  t.need(second.map(frame, somewhere, page_size, support::read_write));
  t.equals(t.need(walk(other, somewhere)).access, u64{3});
}

// Takes away the ground that it stands on. The first round shows that the rest would work, and
// leaves all translations that the second one needs.
void clear_own_space(void*) {
  const Cap<ipc::VSpace> own{abi::cap_at(0, stranger_slot::first)};
  for (u64 round = 0; round < 2; ++round) {
    const u32 label = round == 0 ? 0 : abi::vspace::Clear::op;
    ipc::sys::call(own.at(), {}, abi::MessageInfo::make(label, 0));
    const CapPtr note = abi::cap_at(0, stranger_slot::first + 1 + round);
    static_cast<void>(ipc::signal(Cap<ipc::Notification>{note}));
  }
  stranger_done();
}

void clearing_the_space_one_runs_in(Context& t) {
  const auto faults = t.make<ipc::Endpoint>();
  const auto before = t.make<ipc::Notification>();
  const auto after = t.make<ipc::Notification>();
  Stranger stranger{t, {.pager = faults}};
  const auto vspace = stranger.process().space().vspace();
  stranger.give(stranger_slot::first, vspace.at());
  stranger.give(stranger_slot::first + 1, before.at());
  stranger.give(stranger_slot::first + 2, after.at());
  stranger.start(clear_own_space);
  const ipc::Message message = ipc::sys::recv(faults, t.make<ipc::Reply>());
  t.equals(message.info.kind(), abi::Kind::fault);
  const auto fault = support::fault_of(message);
  t.equals(fault.access, abi::Access::execute);
  t.equals(fault.address, fault.pc);
  t.succeeds(ipc::poll(before));
  t.fails(ipc::poll(after), Error::would_block);
}

void old_bindings_mean_nothing(Context& t) {
  // After a clear, operations of a Frame that was mapped before do not touch what is mapped since.
  const auto vspace = t.make<ipc::VSpace>();
  support::AddressSpace space{t.memory(), vspace};
  const auto old_frame = t.make<ipc::Frame>(12);
  const auto copy = t.copy(old_frame);
  t.need(space.map(old_frame, somewhere, page_size, support::read_write));
  t.succeeds(ipc::invoke(vspace, abi::vspace::Clear{}));
  t.need(space.map(copy, somewhere, page_size, support::read_write));
  t.succeeds(unmap_all(old_frame));
  t.that(walk(vspace, somewhere).ok(), "the copy's mapping is untouched by unmapping");
  t.succeeds(t.remove(old_frame.at()));
  t.that(walk(vspace, somewhere).ok(), "and by deleting");
}

void rights_are_needed(Context& t) {
  const auto vspace = t.make<ipc::VSpace>();
  const auto no_map = t.copy(vspace, abi::Rights{0xff & ~abi::vspace_right::map.bits});
  t.fails(ipc::invoke(no_map, abi::vspace::Clear{}), Error::denied);
  const auto no_run = t.copy(vspace, abi::Rights{0xff & ~abi::vspace_right::run.bits});
  const auto thread = t.make<ipc::Thread>();
  t.fails(ipc::invoke(thread, abi::thread::Configure{.vspace = no_run.at()}), Error::denied);
  t.fails(ipc::invoke(thread, abi::thread::Dispatch{.vspace = no_run.at()}), Error::denied);
}

void numbers_run_out_and_come_back(Context& t) {
  // Address spaces are numbered. When the numbers are used up, that is an error; deleting an
  // address space gives its number back.
  constexpr u64 most = 16 * base::kib;
  const auto node = t.make<ipc::CNode>(15);
  const auto untyped = t.make<ipc::Untyped>(22);
  u64 made = 0;
  Error error = Error::none;
  while (made < most && error == Error::none) {
    error =
        ipc::invoke(untyped, abi::untyped::Retype{.type = static_cast<u64>(abi::ObjectType::vspace),
                                                  .size_bits = 0,
                                                  .first = abi::SlotName::in(node.at(), made),
                                                  .count = 1})
            .error();
    if (error == Error::none) ++made;
  }
  t.that(error == Error::no_space || error == Error::no_memory, "it ends with an error");
  t.that(made > 100, "there are more than a hundred");
  t.succeeds(t.revoke(untyped.at()));
  const CapPtr at = t.slot();
  t.succeeds(retype_to(t, untyped, {abi::ObjectType::vspace, 0}, at));
}

constexpr Test table[] = {
    {"vspace.walk", "a walk tells page size and rights of what is mapped",
     walks_tell_what_is_mapped},
    {"vspace.walk_kernel", "a walk tells nothing of the kernel's half",
     walks_stay_in_the_users_half},
    {"vspace.clear", "clearing frees all Frames and PageTables at once", clearing_frees_everything},
    {"vspace.clear_own", "whoever clears the address space that it runs in faults at once",
     clearing_the_space_one_runs_in},
    {"vspace.delete", "deleting frees them too", deleting_frees_everything},
    {"vspace.generation", "what was mapped before a clear means nothing after it",
     old_bindings_mean_nothing},
    {"vspace.rights", "clearing and running need their rights", rights_are_needed},
    {"vspace.numbers", "many address spaces can be made, and their numbers come back",
     numbers_run_out_and_come_back},
};

}  // namespace

constinit const kit::Table tests::vspace_tests = table;
