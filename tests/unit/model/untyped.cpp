// SPDX-License-Identifier: MIT
// Memory becomes objects: the model says at which address each will stand.
#include <base/bits.hpp>
#include <model/model.hpp>

namespace model {

namespace {

struct Shape {
  u64 bytes = 0;
  u64 alignment = 64;
  Error error = Error::none;
};

Shape power_of_two(u64 bits, u64 smallest, u64 largest) {
  if (bits < smallest || bits > largest) return {0, 0, Error::out_of_range};
  return {u64{1} << bits, u64{1} << bits};
}

Shape shape_of(u64 type, u64 bits) {
  if (type >= abi::object_type_count) return {0, 0, Error::bad_argument};
  switch (static_cast<ObjectType>(type)) {
    case ObjectType::untyped: return power_of_two(bits, 12, 37);
    case ObjectType::frame: return power_of_two(bits, 12, 30);
    case ObjectType::cnode:
      if (bits == 0 || bits > 16) return {0, 0, Error::out_of_range};
      return {abi::cnode_bytes(static_cast<unsigned>(bits))};
    default: break;
  }
  if (bits != 0) return {0, 0, Error::bad_argument};
  switch (static_cast<ObjectType>(type)) {
    case ObjectType::page_table:
    case ObjectType::vspace: return {4096, 4096};
    case ObjectType::thread: return {abi::thread_bytes};
    case ObjectType::endpoint:
    case ObjectType::notification:
    case ObjectType::reply:
    case ObjectType::sched_context: return {abi::small_object_bytes};
    default: return {0, 0, Error::not_supported};
  }
}

}  // namespace

u64 Model::create_space(u64 root) {
  u64 number = spaces.size();
  if (!free_numbers.empty()) {
    number = free_numbers.back();
    free_numbers.pop_back();
  } else {
    spaces.push_back({.generation = 1});
  }
  spaces[number].root = root;
  spaces[number].references = 1;
  tables[root] = {};
  return number;
}

void Model::make_object(Slot& untyped, Slot& slot, ObjectType type, unsigned bits, u64 address) {
  std::unique_ptr<Object> made;
  u64 data = 0;
  switch (type) {
    case ObjectType::cnode: made = std::make_unique<CNode>(address, bits); break;
    case ObjectType::thread: made = std::make_unique<Thread>(address); break;
    case ObjectType::endpoint: made = std::make_unique<Endpoint>(address); break;
    case ObjectType::reply: made = std::make_unique<Reply>(address); break;
    case ObjectType::notification:
      made = std::make_unique<Notification>(address);
      data = ~u64{0};
      break;
    case ObjectType::sched_context: {
      auto time = std::make_unique<SchedContext>(address);
      renew(*time, ticks(abi::sched_context::default_budget));
      made = std::move(time);
      break;
    }
    case ObjectType::vspace: data = create_space(address); break;
    default: break;
  }
  if (made != nullptr) {
    ++made->references;
    objects[address] = std::move(made);
  }
  become_child(untyped, slot, {type, abi::all_rights, bits, address}, data);
}

Answer Model::perform(Thread& caller, Slot& target, const abi::untyped::Retype& request) {
  const Shape shape = shape_of(request.type, request.size_bits);
  if (shape.error != Error::none) return shape.error;
  if (request.count == 0 || request.count > 256) return Error::out_of_range;
  const Found cnode = find_capability(caller, request.first.cnode().value(), ObjectType::cnode,
                                      abi::cnode_right::insert);
  if (cnode.error != Error::none) return cnode.error;
  auto& places = object<CNode>(cnode.slot->cap);
  const u64 first = request.first.index();
  if (first >= places.size() || request.count > places.size() - first) return Error::out_of_range;
  for (u64 i = first; i < first + request.count; ++i)
    if (!places.slots[i].is_empty()) return {Error::occupied, i};
  const auto type = static_cast<ObjectType>(request.type);
  if (type == ObjectType::vspace && numbers_ - spaces.size() + free_numbers.size() < request.count)
    return Error::no_space;
  const u64 start = *base::align_up(used_bytes(target), shape.alignment);
  const u64 stride = *base::align_up(shape.bytes, 64);
  if (start + stride * request.count > u64{1} << target.cap.bits) return Error::no_memory;

  for (u64 i = 0; i < request.count; ++i)
    make_object(target, places.slots[first + i], type, static_cast<unsigned>(request.size_bits),
                target.cap.address + start + i * stride);
  target.data = start + stride * request.count;
  return {};
}

Answer Model::perform(Thread&, Slot& target, const abi::untyped::Info&) {
  return Answer::of(
      abi::untyped::Info::Reply{.physical_address = target.cap.address,
                                .size_bits = target.cap.bits,
                                .free_bytes = (u64{1} << target.cap.bits) - used_bytes(target),
                                .is_device = 0});
}

}  // namespace model
