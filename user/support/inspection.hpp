// SPDX-License-Identifier: MIT
// Walks with an Inspector. The kernel has one cursor for all: a walk that finds it moved by
// somebody else ends with the error busy.
#pragma once

#include <libipc/invoke.hpp>

namespace support {

using abi::u64;
using Inspector = ipc::Cap<ipc::Inspector>;
using Inspected = abi::inspector::Next::Reply;

// Calls `visit(inspected)` for every capability that there is, a parent before its children, until
// it says false. Needs an IPC buffer.
template <class Visit>
abi::Status for_each_capability(Inspector inspector, Visit visit) {
  u64 sequence = TRY(ipc::invoke(inspector, abi::inspector::Rewind{})).sequence;
  for (;;) {
    const auto next = ipc::invoke(inspector, abi::inspector::Next{});
    if (next.error() == abi::Error::not_found) return {};
    const Inspected inspected = TRY(next);
    if (inspected.sequence != sequence + 1) return abi::Error::busy;
    sequence = inspected.sequence;
    if (!visit(inspected)) return {};
  }
}

// The record of the capability under the cursor. Error: wrong_object (it is of another type).
template <class Record>
abi::Result<Record> describe(Inspector inspector, const Inspected& inspected) {
  const auto reply = TRY(ipc::invoke(inspector, abi::inspector::Describe{inspected.sequence}));
  if (reply.type != static_cast<u64>(Record::type)) return abi::Error::wrong_object;
  return abi::inspector::record_of<Record>(reply);
}

// Calls `visit(index, capability)` for every slot in use of the CNode under the cursor.
template <class Visit>
abi::Status for_each_slot(Inspector inspector, const Inspected& cnode, Visit visit) {
  const u64 size = u64{1} << cnode.capability.size_bits;
  for (u64 index = 0; index < size;) {
    const auto found = TRY(ipc::invoke(inspector, abi::inspector::FindSlot{cnode.sequence, index}));
    index = found.index;
    if (found.capability.type == 0) continue;
    visit(index, found.capability);
    ++index;
  }
  return {};
}

// Calls `visit(page)` for every page of the VSpace under the cursor, in order of its addresses.
template <class Visit>
abi::Status for_each_page(Inspector inspector, const Inspected& vspace, Visit visit) {
  constexpr u64 end = u64{1} << 39;
  for (u64 address = 0; address < end;) {
    const auto page = TRY(ipc::invoke(inspector, abi::inspector::Walk{vspace.sequence, address}));
    if (page.page_bits != 0) visit(page);
    address = page.next;
  }
  return {};
}

}  // namespace support
