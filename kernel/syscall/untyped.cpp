// SPDX-License-Identifier: MIT
// Retype: memory becomes objects.
//
// Zeroing is the long part of making kernel objects, so it is done first, in steps, and its
// progress is kept in the capability: whoever retypes next goes on from there. Making the objects
// after that is short and cannot fail.
#include <abi/object/memory.hpp>
#include <life/removal.hpp>
#include <machine/cpu.hpp>
#include <machine/memory.hpp>
#include <new>
#include <object/endpoint.hpp>
#include <object/marks.hpp>
#include <sched/kernel.hpp>
#include <syscall/lookup.hpp>
#include <syscall/methods.hpp>

namespace kernel {

namespace {

using abi::Error;
namespace method = abi::untyped;

constexpr u64 clear_step = 16 * base::kib;

// What one object of the requested kind takes.
struct Shape {
  u64 bytes = 0;
  u64 alignment = abi::object_alignment;
  bool is_memory = false;  // Frame, Untyped: not zeroed
};

abi::Result<Shape> memory_shape(u64 bits, u64 smallest, u64 largest) {
  if (bits < smallest || bits > largest) return Error::out_of_range;
  return Shape{u64{1} << bits, u64{1} << bits, true};
}

abi::Result<Shape> shape_of(const method::Retype& request) {
  const auto type = static_cast<ObjectType>(request.type);
  if (request.type >= abi::object_type_count) return Error::bad_argument;
  if (type == ObjectType::untyped)
    return memory_shape(request.size_bits, abi::min_untyped_bits, abi::max_untyped_bits);
  if (type == ObjectType::frame) return memory_shape(request.size_bits, base::page_bits, 30);
  if (type == ObjectType::cnode) {
    if (request.size_bits == 0 || request.size_bits > abi::max_root_bits)
      return Error::out_of_range;
    return Shape{abi::cnode_bytes(static_cast<unsigned>(request.size_bits))};
  }
  if (request.size_bits != 0) return Error::bad_argument;
  if (type == ObjectType::page_table || type == ObjectType::vspace)
    return Shape{abi::table_bytes, abi::table_bytes};
  if (type == ObjectType::thread) return Shape{abi::thread_bytes};
  if (type == ObjectType::endpoint || type == ObjectType::notification ||
      type == ObjectType::reply || type == ObjectType::sched_context || type == ObjectType::timer ||
      type == ObjectType::irq_handler)
    return Shape{abi::small_object_bytes};
  return Error::not_supported;
}

// Makes one object in zeroed memory and fills `slot` with the first capability to it.
void make(Slot& untyped, Slot& slot, const method::Retype& request, PhysAddr at) {
  const auto type = static_cast<ObjectType>(request.type);
  const auto bits = static_cast<unsigned>(request.size_bits);
  const bool device = untyped.cap.is_device();
  void* memory = device ? nullptr : machine::physical_pointer(at);  // devices are not in the window
  Object* object = nullptr;
  u64 data = 0;
  if (type == ObjectType::cnode) object = new (memory) CNode{bits};
  if (type == ObjectType::thread) object = new (memory) Thread{};
  if (type == ObjectType::endpoint) object = new (memory) Endpoint{};
  if (type == ObjectType::reply) object = new (memory) Reply{};
  if (type == ObjectType::timer) object = new (memory) Timer{};
  if (type == ObjectType::irq_handler) object = new (memory) IrqHandler{};
  if (type == ObjectType::notification) {
    object = new (memory) Notification{};
    data = ~u64{0};
  }
  if (type == ObjectType::sched_context) {
    auto* time = new (memory) SchedContext{};
    core.scheduler.renew(*time, core.scheduler.ticks(abi::sched_context::default_budget));
    object = time;
  }
  if (object != nullptr) {
    object->add_reference();
    slot.become_child(untyped, Capability::to_object(type, memory, bits), data);
    return;
  }
  if (type == ObjectType::vspace) data = core.spaces.create(at);
  slot.become_child(untyped, Capability::to_memory(type, at, bits, device), data);
}

struct Plan {
  Shape shape;
  Slot* slots = nullptr;  // the first of `count` empty ones
  u64 start = 0;          // offsets in the Untyped
  u64 end = 0;
};

abi::Result<Slot*> find_places(Invocation& invocation, const method::Retype& request) {
  Slot* cnode = TRY(find_capability(invocation.caller, request.first.cnode(), ObjectType::cnode,
                                    abi::cnode_right::insert));
  const u64 first = request.first.index();
  const u64 size = cnode->cap.object<CNode>()->size();
  if (first >= size || request.count > size - first) return Error::out_of_range;
  Slot* slots = &cnode->cap.object<CNode>()->slot(first);
  for (u64 i = 0; i < request.count; ++i)
    if (!slots[i].is_empty()) return refuse(invocation, Error::occupied, first + i);
  return slots;
}

abi::Result<Plan> plan(Invocation& invocation, const method::Retype& request) {
  const Slot& untyped = invocation.target;
  Plan plan{.shape = TRY(shape_of(request))};
  if (untyped.cap.is_device() && !plan.shape.is_memory) return Error::not_supported;
  if (request.count == 0 || request.count > method::max_retype_count) return Error::out_of_range;
  plan.slots = TRY(find_places(invocation, request));
  if (request.type == static_cast<u64>(ObjectType::vspace) &&
      core.spaces.available() < request.count)
    return Error::no_space;
  // No overflow: a size is at most 2^38 and a count 2^8.
  plan.start = *base::align_up(Marks::of(untyped).used, plan.shape.alignment);
  plan.end = plan.start + *base::align_up(plan.shape.bytes, abi::object_alignment) * request.count;
  if (plan.end > u64{1} << untyped.cap.bits()) return Error::no_memory;
  return plan;
}

// False: an interrupt waits; what was cleared so far is marked.
bool clear(Slot& untyped, const Plan& plan) {
  Marks marks = Marks::of(untyped);
  if (marks.cleared < plan.start) marks.cleared = plan.start;
  while (marks.cleared < plan.end) {
    const u64 left = plan.end - marks.cleared;
    const u64 size = left < clear_step ? left : clear_step;
    machine::zero_memory(
        machine::physical_pointer(untyped.cap.physical() + base::Bytes{marks.cleared}), size);
    marks.cleared += size;
    marks.store(untyped);
    if (marks.cleared < plan.end && machine::interrupt_pending()) return false;
  }
  return true;
}

Answer<method::Retype> perform(Invocation& invocation, const method::Retype& request) {
  // Memory may belong to objects that are not quite gone.
  if (!finish_endings()) {
    invocation.again = true;
    return method::Retype::Reply{};
  }
  Slot& untyped = invocation.target;
  const Plan todo = TRY(plan(invocation, request));
  if (!todo.shape.is_memory && !clear(untyped, todo)) {
    invocation.again = true;
    return method::Retype::Reply{};
  }

  Marks marks = Marks::of(untyped);
  marks.used = todo.end;
  if (marks.cleared < marks.used) marks.cleared = marks.used;
  const u64 stride = (todo.end - todo.start) / request.count;
  for (u64 i = 0; i < request.count; ++i)
    make(untyped, todo.slots[i], request,
         untyped.cap.physical() + base::Bytes{todo.start + i * stride});
  marks.store(untyped);
  return method::Retype::Reply{};
}

Answer<method::Info> perform(Invocation& invocation, const method::Info&) {
  const Slot& untyped = invocation.target;
  return method::Info::Reply{.physical_address = untyped.cap.physical().value(),
                             .size_bits = untyped.cap.bits(),
                             .free_bytes = (u64{1} << untyped.cap.bits()) - Marks::of(untyped).used,
                             .is_device = untyped.cap.is_device() ? u64{1} : u64{0}};
}

}  // namespace

void invoke_untyped(Invocation& invocation, u32 label) {
  invoke<method::Methods>(invocation, label, [](auto& invoked, const auto& request) {
    return perform(invoked, request);
  });
}

}  // namespace kernel
