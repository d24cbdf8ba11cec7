// SPDX-License-Identifier: MIT
// Both sides are translated page by page, and the bytes go through the window on memory: no user
// address is ever used, so the kernel cannot fault here. Interrupts are looked for after each
// piece; how far the copy came stands in the caller's progress. Everything is looked up anew when
// it goes on, because either address space may have changed, or gone, meanwhile.
#include <abi/layout.hpp>
#include <algorithm>
#include <machine/cpu.hpp>
#include <memory/page_map.hpp>
#include <sched/kernel.hpp>
#include <syscall/copy.hpp>
#include <syscall/lookup.hpp>

namespace kernel {

namespace {

using abi::Error;
using abi::layout::user_end;

constexpr u64 largest_piece = 16 * base::kib;

bool is_in_users_half(u64 address, u64 length) {
  return address <= user_end && length <= user_end - address;
}

// One end of a copy: where it lies in memory, as far as its page goes.
struct End {
  Error error = Error::none;
  char* memory = nullptr;
  u64 left = 0;
};

// A device's registers are not in the window. What a program has mapped, it can read.
End find_end(const PageMap& map, u64 address, bool writes) {
  const auto found = map.translate(address);
  if (!found || (writes && !found->attributes.write)) return {Error::absent};
  if (found->attributes.device) return {Error::not_supported};
  const u64 size = u64{1} << found->page_bits;
  return {Error::none, static_cast<char*>(machine::physical_pointer(found->physical)),
          size - (address & (size - 1))};
}

PageMap map_of(const Slot& vspace) { return {vspace.data, core.spaces[vspace.data].root}; }

}  // namespace

Answer<abi::vspace::Copy> perform(Invocation& invocation, const abi::vspace::Copy& request) {
  const Slot& source = invocation.target;
  if (!source.cap.rights().has(abi::vspace_right::read)) return Error::denied;
  const Slot* target = TRY(find_capability(invocation.caller, request.target, ObjectType::vspace,
                                           abi::vspace_right::write));
  if (request.length > abi::vspace::max_copy ||
      !is_in_users_half(request.source_address, request.length) ||
      !is_in_users_half(request.target_address, request.length))
    return Error::out_of_range;

  const PageMap source_map = map_of(source);
  const PageMap target_map = map_of(*target);
  u64& done = invocation.caller.progress.done;
  while (done < request.length) {
    const u64 from = request.source_address + done;
    const u64 to = request.target_address + done;
    const End in = find_end(source_map, from, false);
    if (in.error != Error::none) return refuse(invocation, in.error, from, 0);
    const End out = find_end(target_map, to, true);
    if (out.error != Error::none) return refuse(invocation, out.error, to, 1);
    const u64 piece = std::min({request.length - done, in.left, out.left, largest_piece});
    machine::copy_memory(out.memory, in.memory, piece);
    done += piece;
    if (done < request.length && machine::interrupt_pending()) {
      invocation.again = true;
      break;
    }
  }
  return abi::vspace::Copy::Reply{};
}

}  // namespace kernel
