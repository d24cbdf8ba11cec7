// SPDX-License-Identifier: MIT
// Making, copying and destroying.
#include <user/bench/measure.hpp>

namespace bench {
namespace {

using abi::ObjectType;
using abi::SlotName;
using ipc::Cap;

constexpr u64 batch = 200;
constexpr u64 rounds = repetitions / batch;
constexpr Cap<ipc::CNode> leaf0{abi::root_slot::leaf0};

abi::Status invoke_retype(Cap<ipc::Untyped> untyped, ObjectType type, SlotName first, u64 count) {
  return ipc::invoke(
             untyped,
             abi::untyped::Retype{.type = static_cast<u64>(type),
                                  .size_bits = type == ObjectType::frame ? u64{base::page_bits} : 0,
                                  .first = first,
                                  .count = count})
      .error();
}

abi::Status revoke(abi::CapPtr at) {
  return ipc::invoke(leaf0, abi::cnode::Revoke{ipc::index_in_leaf(at)}).error();
}

abi::Status measure_copies(Cap<ipc::CNode> node) {
  const auto endpoint = TRY(support::environment().memory.make<ipc::Endpoint>());
  const SlotName source = SlotName::own(endpoint.at());
  Stopwatch copying;
  Stopwatch deleting;
  for (u64 round = 0; round < rounds; ++round) {
    copying.start();
    for (u64 i = 0; i < batch; ++i)
      TRY(ipc::invoke(node, abi::cnode::Copy{i, source, abi::all_rights}));
    copying.stop(batch);
    deleting.start();
    for (u64 i = 0; i < batch; ++i) TRY(ipc::invoke(node, abi::cnode::Delete{i}));
    deleting.stop(batch);
  }
  report("cap.copy", copying.per_operation());
  report("cap.delete", deleting.per_operation());
  return {};
}

abi::Status measure_retype(Cap<ipc::CNode> node, ObjectType type, std::string_view name) {
  const auto untyped = TRY(support::environment().memory.make<ipc::Untyped>(20));
  Stopwatch watch;
  for (u64 round = 0; round < rounds; ++round) {
    watch.start();
    for (u64 i = 0; i < batch; ++i)
      TRY(invoke_retype(untyped, type, SlotName::in(node.at(), i), 1));
    watch.stop(batch);
    TRY(revoke(untyped.at()));
  }
  report(name, watch.per_operation());
  return {};
}

// Per child, of 2,000 Frames.
abi::Status measure_revoke() {
  constexpr u64 children = 2'000;
  support::Memory& memory = support::environment().memory;
  const auto node = TRY(memory.make<ipc::CNode>(11));
  const auto untyped = TRY(memory.make<ipc::Untyped>(23));
  Stopwatch watch;
  for (u64 round = 0; round < 10; ++round) {
    for (u64 i = 0; i < children; i += batch)
      TRY(invoke_retype(untyped, ObjectType::frame, SlotName::in(node.at(), i), batch));
    watch.start();
    TRY(revoke(untyped.at()));
    watch.stop(children);
  }
  report("revoke.child", watch.per_operation());
  return {};
}

}  // namespace

abi::Status capability_rows() {
  const auto node = TRY(support::environment().memory.make<ipc::CNode>(abi::leaf_bits));
  TRY(measure_copies(node));
  TRY(measure_retype(node, ObjectType::frame, "retype.frame"));
  TRY(measure_retype(node, ObjectType::thread, "retype.thread"));
  return measure_revoke();
}

}  // namespace bench
