// SPDX-License-Identifier: MIT
// Address spaces and the tables that they are made of. A PageTable's slot remembers where it is:
// its binding, and in the window the address and the level of the entry that points at it.
#include <abi/layout.hpp>
#include <abi/object/memory.hpp>
#include <memory/page_map.hpp>
#include <sched/kernel.hpp>
#include <syscall/copy.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>

namespace kernel {

namespace {

using abi::Error;
using abi::layout::user_end;

PageMap map_of(u64 number) { return {number, core.spaces[number].root}; }

Answer<abi::page_table::Map> perform(Invocation& invocation, const abi::page_table::Map& request) {
  Slot& table = invocation.target;
  Slot* vspace = TRY(find_capability(invocation.caller, request.vspace, ObjectType::vspace,
                                     abi::vspace_right::map));
  if (request.address >= user_end) return Error::out_of_range;
  if (core.spaces.is_current(Binding::from_raw(table.data))) return Error::busy;
  const u64 number = vspace->data;
  PageMap map = map_of(number);

  // It may have served before. Nothing can reach it now, so an error below costs only this.
  machine::zero_memory(machine::physical_pointer(table.cap.physical()), base::page_size);
  const unsigned level = TRY(map.add_table(request.address, table.cap.physical()));
  table.data = core.spaces.binding_of(number).raw();
  table.set_window({request.address, level});
  return abi::page_table::Map::Reply{.covers_bits = base::paging::entry_bits(level)};
}

Answer<abi::page_table::Unmap> perform(Invocation& invocation, const abi::page_table::Unmap&) {
  Slot& table = invocation.target;
  const Binding binding = Binding::from_raw(table.data);
  if (core.spaces.is_current(binding)) {
    map_of(binding.number())
        .remove_table(table.window().start, static_cast<unsigned>(table.window().end),
                      table.cap.physical());
  }
  table.data = 0;
  table.set_window({});
  return abi::page_table::Unmap::Reply{};
}

Answer<abi::vspace::Clear> perform(Invocation& invocation, const abi::vspace::Clear&) {
  if (!invocation.target.cap.rights().has(abi::vspace_right::map)) return Error::denied;

  core.spaces.clear(invocation.target.data);
  return abi::vspace::Clear::Reply{};
}

Answer<abi::vspace::Walk> perform(Invocation& invocation, const abi::vspace::Walk& request) {
  if (!invocation.target.cap.rights().has(abi::vspace_right::map)) return Error::denied;
  if (request.address >= user_end) return Error::out_of_range;
  const auto found = map_of(invocation.target.data).translate(request.address);
  if (!found) return Error::absent;
  Rights access = abi::frame_right::read;
  if (found->attributes.write) access = access | abi::frame_right::write;
  if (found->attributes.execute) access = access | abi::frame_right::execute;
  return abi::vspace::Walk::Reply{.page_bits = found->page_bits, .access = access.bits};
}

}  // namespace

void invoke_page_table(Invocation& invocation, u32 label) {
  invoke<abi::page_table::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

void invoke_vspace(Invocation& invocation, u32 label) {
  invoke<abi::vspace::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
