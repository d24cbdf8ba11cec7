// SPDX-License-Identifier: MIT
#include <abi/object/thread.hpp>
#include <algorithm>
#include <libipc/invoke.hpp>
#include <libipc/machine.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/process/shell.hpp>

namespace procmgr {

namespace {

using abi::all_rights;
using abi::Error;
using abi::ObjectType;
using abi::SlotName;
using ipc::Cap;
using ipc::invoke;
namespace cnode = abi::cnode;
namespace layout = abi::process_layout;

// Who has it sends to procmgr with this badge, and may pass capabilities along.
constexpr Rights client_rights = abi::endpoint_right::send | abi::endpoint_right::grant;

abi::Status mint_own(Cap<ipc::CNode> where, u64 index, BadgeWord badge) {
  return invoke(where, cnode::Mint{.index = index,
                                   .source = SlotName::own(core.endpoint.at()),
                                   .rights = client_rights,
                                   .data = badge.raw})
      .error();
}

// A shell is made in steps that can be repeated: what one attempt has made, the next one finds.
abi::Status unless_done(abi::Status status) {
  return status.error() == Error::occupied ? abi::Status{} : status;
}

template <ipc::Object T>
abi::Status make_once(Cap<T>& cap, unsigned bits = 0) {
  if (!cap) cap = Cap<T>{TRY(core.objects.make(T::type, bits))};
  return {};
}

abi::Status make_objects(Shell& shell) {
  TRY(make_once(shell.vspace));
  TRY(make_once(shell.root, root_bits));
  TRY(make_once(shell.leaf0, abi::leaf_bits));
  TRY(make_once(shell.thread));
  TRY(make_once(shell.time));
  if (shell.page == 0) shell.page = TRY(core.pages.allocate_zeroed(PageUse::shells));
  return {};
}

abi::Status copy_once(Cap<ipc::CNode> to, u64 index, CapPtr source, Rights rights) {
  return unless_done(
      invoke(to, cnode::Copy{.index = index, .source = SlotName::own(source), .rights = rights})
          .error());
}

// Leaf 0: an anchor for the process itself, so that what the process makes of it can be revoked and
// it stays; and the leaf, to copy from.
abi::Status fill_leaf(Shell& shell) {
  const u64 self = index_in_leaf(abi::process_slot::self);
  TRY(unless_done(mint_own(shell.leaf0, self,
                           BadgeWord::make(static_cast<u64>(HandleKind::self), 0, shell.number))));
  TRY(invoke(shell.leaf0, cnode::Anchor{.index = self}));
  const u64 leaf0 = index_in_leaf(abi::process_slot::leaf0);
  TRY(copy_once(shell.leaf0, leaf0, shell.leaf0.at(), abi::cnode_right::copy));
  TRY(invoke(shell.leaf0, cnode::Anchor{.index = leaf0}));
  return copy_once(shell.root, 0, shell.leaf0.at(), all_rights);
}

abi::Result<CapPtr> frame_of(Shell& shell, u64 block) {
  u32& frame = shell.frames[block];
  if (frame != 0) return CapPtr{frame};
  const CapPtr at = TRY(core.slots.allocate());
  const abi::Status copied =
      invoke(core.slots.leaf_of(at),
             cnode::Copy{.index = index_in_leaf(at),
                         .source = SlotName::own(core.pages.block(block).frame),
                         .rights = all_rights})
          .error();
  if (!copied.ok()) {
    core.slots.release(at);
    return copied.error();
  }
  frame = static_cast<u32>(at.value());
  return at;
}

abi::Status configure(Shell& shell) {
  if (shell.faults == CapPtr{}) shell.faults = TRY(core.slots.allocate());
  const CapPtr faults = shell.faults;
  TRY(unless_done(mint_own(core.slots.leaf_of(faults), index_in_leaf(faults),
                           BadgeWord::make(BadgeWord::fault_kind, 0, shell.number))));
  const u64 block = core.pages.block_of(shell.page);
  const u64 offset = (shell.page - core.pages.block(block).first_page) * base::page_size;
  TRY(invoke(shell.thread, abi::thread::Configure{.cspace = shell.root.at(),
                                                  .vspace = shell.vspace.at(),
                                                  .buffer = core.pages.block(block).frame,
                                                  .buffer_offset = offset,
                                                  .pager = faults,
                                                  .handler = faults,
                                                  .sched_context = shell.time.at()}));
  return {};
}

// Those beyond the few that every process needs are charged; they go with the process.
abi::Status charge_table(Shell& shell) {
  if (shell.tables.count < tables_of_shell) return {};
  constexpr u64 units = abi::table_bytes / abi::object_alignment;
  TRY(charge(*shell.process->account, &Limits::objects, units));
  shell.process->charged_objects += units;
  return {};
}

abi::Status add_table(Shell& shell, u64 address) {
  TRY(charge_table(shell));
  const CapPtr table = TRY(core.objects.take(Ready::page_table));
  const abi::Status mapped =
      invoke(Cap<ipc::PageTable>{table},
             abi::page_table::Map{.vspace = shell.vspace.at(), .address = address})
          .error();
  if (mapped.ok()) {
    core.slots.push(shell.tables, table);
  } else {
    core.objects.give_back(Ready::page_table, table);
  }
  return mapped;
}

}  // namespace

abi::Result<Shell*> Shells::make() {
  if (count_ == max_shells) return Error::no_space;
  if (unfinished_ == nullptr) {
    unfinished_ = memory_.make();
    if (unfinished_ == nullptr) return Error::no_memory;
    unfinished_->number = count_;
  }
  Shell* shell = unfinished_;
  TRY(make_objects(*shell));
  TRY(fill_leaf(*shell));
  TRY(configure(*shell));
  unfinished_ = nullptr;
  shells_[count_++] = shell;
  return shell;
}

abi::Result<Shell*> Shells::take() {
  if (ready_ == nullptr) return make();
  Shell* shell = ready_;
  ready_ = shell->next;
  --ready_count_;
  shell->next = nullptr;
  return shell;
}

namespace {

abi::Status configure_handler(Shell& shell, CapPtr handler) {
  return invoke(shell.thread, abi::thread::Configure{.handler = handler}).error();
}

abi::Status check_handler(CapPtr at) {
  const auto found =
      TRY(invoke(core.slots.leaf_of(at), cnode::Identify{.index = index_in_leaf(at)}));
  if (found.type != static_cast<u64>(ObjectType::endpoint)) return Error::wrong_object;
  return found.rights.has(client_rights) ? abi::Status{} : abi::Status{Error::denied};
}

}  // namespace

abi::Status set_handler(Shell& shell, Cap<ipc::CNode> leaf, CapPtr slot) {
  const CapPtr at = TRY(core.slots.allocate());
  abi::Status set = invoke(core.slots.leaf_of(at),
                           cnode::Copy{.index = index_in_leaf(at),
                                       .source = SlotName::in(leaf.at(), index_in_leaf(slot)),
                                       .rights = all_rights})
                        .error();
  // There is nothing in the slot.
  if (set.error() == Error::invalid_capability) set = Error::wrong_object;
  if (set.ok()) set = check_handler(at);
  if (set.ok()) set = configure_handler(shell, at);
  if (set.ok())
    shell.handler = at;
  else
    core.slots.destroy(at);
  return set;
}

void Shells::give_back(Shell& shell) {
  if (shell.has_handler()) {
    static_cast<void>(configure_handler(shell, shell.faults));
    core.slots.destroy(shell.handler);
    shell.handler = {};
  }
  while (shell.tables.top != 0)
    core.objects.give_back(Ready::page_table, core.slots.pop(shell.tables));
  for (const CapPtr slot : {abi::process_slot::self, abi::process_slot::leaf0})
    static_cast<void>(invoke(shell.leaf0, cnode::Revoke{.index = index_in_leaf(slot)}));
  ipc::machine::zero_page(reinterpret_cast<u64>(Pages::pointer(shell.page)), base::page_size);
  shell.process = nullptr;
  shell.next = ready_;
  ready_ = &shell;
  ++ready_count_;
}

abi::Result<u64> map_pages(Shell& shell, u64 address, u64 page, u64 count,
                           abi::frame::MapFlags flags) {
  const u64 number = core.pages.block_of(page);
  const Block& block = core.pages.block(number);
  count = std::min({count, block.first_page + block.pages - page, pages_at_once});
  const Cap<ipc::Frame> frame{TRY(frame_of(shell, number))};
  for (;;) {
    const auto mapped = ipc::invoke_with_detail(
        frame, abi::frame::Map{.vspace = shell.vspace.at(),
                               .address = address,
                               .offset = (page - block.first_page) * base::page_size,
                               .length = count * base::page_size,
                               .flags = flags});
    if (mapped.ok()) return count;
    const ipc::Refusal refusal = mapped.error();
    if (refusal.error == Error::needs_table) {
      TRY(add_table(shell, refusal.detail));
    } else if (refusal.error == Error::occupied && refusal.detail > address) {
      count = (refusal.detail - address) / base::page_size;
    } else {
      return refusal.error;
    }
  }
}

abi::Status add_tables(Shell& shell, u64 address) {
  for (u64 i = 0; i < tables_of_place; ++i) TRY(add_table(shell, address));
  return {};
}

abi::Status show_process_page(Shell& shell) {
  TRY(add_tables(shell, layout::process_page));
  TRY(map_pages(shell, layout::process_page, shell.page, 1,
                {(abi::frame_right::read | abi::frame_right::write).bits}));
  return {};
}

void unmap_pages(Shell& shell, u64 address, u64 length) {
  for (u64 i = 0; i < core.pages.block_count(); ++i)
    if (shell.frames[i] != 0)
      static_cast<void>(invoke(Cap<ipc::Frame>{CapPtr{shell.frames[i]}},
                               abi::frame::Unmap{.address = address, .length = length}));
}

void protect_pages(Shell& shell, u64 address, u64 length, abi::frame::MapFlags flags) {
  for (u64 i = 0; i < core.pages.block_count(); ++i)
    if (shell.frames[i] != 0)
      static_cast<void>(
          invoke(Cap<ipc::Frame>{CapPtr{shell.frames[i]}},
                 abi::frame::Protect{.address = address, .length = length, .flags = flags}));
}

}  // namespace procmgr
