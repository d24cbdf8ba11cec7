// SPDX-License-Identifier: MIT
#include <libipc/invoke.hpp>
#include <servers/procmgr/core.hpp>
#include <servers/procmgr/kernel/object_memory.hpp>

namespace procmgr {

namespace {

using abi::Error;
using abi::ObjectType;

struct Form {
  ObjectType type;
  unsigned bits;
  u64 batch;  // made at once
};

constexpr Form form_of(Ready kind) {
  switch (kind) {
    case Ready::page_table: return {ObjectType::page_table, 0, 16};
    case Ready::reply: return {ObjectType::reply, 0, 16};
    case Ready::small_untyped: return {ObjectType::untyped, small_untyped_bits, 8};
    case Ready::leaf_untyped: return {ObjectType::untyped, leaf_untyped_bits, 4};
  }
  return {};
}

}  // namespace

CapSlots& ObjectMemory::slots() { return core.slots; }

void ObjectMemory::add(CapPtr untyped, unsigned bits) {
  if (untyped_count_ == max_untypeds) return;
  untypeds_[untyped_count_++] = untyped;
  total_ += u64{1} << bits;
}

abi::Status ObjectMemory::retype(ObjectType type, unsigned bits, CapPtr first, u64 count) {
  TRY(core.injector.allocate());
  Error error = Error::no_memory;
  for (u64 i = 0; i < untyped_count_; ++i) {
    const auto made = ipc::invoke(
        ipc::Cap<ipc::Untyped>{untypeds_[i]},
        abi::untyped::Retype{
            .type = static_cast<u64>(type),
            .size_bits = bits,
            .first = abi::SlotName::in(slots().leaf_of(first).at(), index_in_leaf(first)),
            .count = count});
    if (made.ok()) return {};
    error = made.error();
    if (error != Error::no_memory) break;
  }
  return error;
}

abi::Result<CapPtr> ObjectMemory::make(ObjectType type, unsigned bits) {
  const CapPtr at = TRY(slots().allocate());
  const abi::Status made = retype(type, bits, at, 1);
  if (made.ok()) return at;
  slots().release(at);
  return made.error();
}

abi::Status ObjectMemory::refill(Ready kind) {
  const Form form = form_of(kind);
  const CapPtr first = TRY(slots().allocate_run(form.batch));
  const abi::Status made = retype(form.type, form.bits, first, form.batch);
  for (u64 i = form.batch; i-- != 0;) {
    const CapPtr at{first.value() + i};
    if (made.ok())
      give_back(kind, at);
    else
      slots().release(at);
  }
  return made;
}

abi::Result<CapPtr> ObjectMemory::take(Ready kind) {
  CapStack& stack = ready_[static_cast<u64>(kind)];
  if (stack.top == 0) TRY(refill(kind));
  return slots().pop(stack);
}

}  // namespace procmgr
