// SPDX-License-Identifier: MIT
// Long operations give way to interrupts and go on afterwards. Here they run on a thread with the
// shortest turns, beside another that wants to run, so that they are interrupted again and again.
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;
using abi::SlotName;
using base::page_size;

constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};
constexpr abi::Priority lower{test_priority.level - 10};

// Runs `work` with interruptions, and tells how often the other thread had a turn meanwhile.
template <class Work>
u64 run_interrupted(Context& t, Work& work) {
  bool stop = false;
  u64 turns = 0;
  auto competitor = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
      __atomic_fetch_add(&turns, 1, __ATOMIC_RELAXED);
      ipc::yield();
    }
  };
  Worker worker{t, work, {.priority = lower}};
  worker.set_budget(abi::sched_context::min_budget);
  Worker other{t, competitor, {.priority = lower}};
  other.set_budget(abi::sched_context::min_budget);
  worker.join();
  const u64 result = __atomic_load_n(&turns, __ATOMIC_RELAXED);
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  other.join();
  return result;
}

void retype_of_large_objects(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(22);
  const CapPtr at = t.slot();
  Error error = Error::cancelled;
  auto work = [&] { error = retype_to(t, untyped, {ObjectType::cnode, 15}, at).error(); };
  const u64 turns = run_interrupted(t, work);
  t.equals(error, Error::none);
  t.that(turns != 0, "another thread had its turns");
  const Cap<ipc::CNode> node{at};
  t.equals(free_bytes(t, untyped), (u64{1} << 22) - abi::cnode_bytes(15));
  for (u64 i = 0; i < u64{1} << 15; i += 2003)
    t.equals(t.need(ipc::invoke(node, abi::cnode::Identify{i})).type, u64{0});
}

void revoke_of_many(Context& t) {
  constexpr u64 count = 8192;
  const auto node = t.make<ipc::CNode>(13);
  const auto origin = t.make<ipc::Endpoint>();
  for (u64 i = 0; i < count; ++i)
    t.need(ipc::invoke(node, abi::cnode::Mint{.index = i,
                                              .source = SlotName::own(origin.at()),
                                              .rights = abi::all_rights,
                                              .data = i}));
  Error error = Error::cancelled;
  auto work = [&] { error = t.revoke(origin.at()).error(); };
  run_interrupted(t, work);
  t.equals(error, Error::none);
  t.equals(t.identify(origin.at()).has_children, u64{0});
  for (u64 i = 0; i < count; i += 101)
    t.equals(t.need(ipc::invoke(node, abi::cnode::Identify{i})).type, u64{0});
}

void deleting_a_full_cnode(Context& t) {
  constexpr u64 count = 8192;
  const auto node = t.make<ipc::CNode>(13);
  const auto origin = t.make<ipc::Endpoint>();
  for (u64 i = 0; i < count; ++i)
    t.need(ipc::invoke(node, abi::cnode::Mint{.index = i,
                                              .source = SlotName::own(origin.at()),
                                              .rights = abi::all_rights,
                                              .data = i}));
  Error error = Error::cancelled;
  auto work = [&] { error = t.remove(node.at()).error(); };
  run_interrupted(t, work);
  t.equals(error, Error::none);
  t.equals(t.identify(origin.at()).has_children, u64{0});
}

void mapping_and_unmapping(Context& t) {
  constexpr u64 size = 4 * base::mib;
  const u64 area = t.need(t.space().reserve(size + 2 * base::mib, 2 * base::mib));
  for (u64 at = area; at < area + size + 2 * base::mib; at += 2 * base::mib)
    t.need(t.space().prepare(at));
  const u64 address = area + page_size;  // so that single pages are used
  const auto frame = t.make<ipc::Frame>(22);
  Error mapped = Error::cancelled;
  Error unmapped = Error::cancelled;
  u64 wrong = 0;
  auto work = [&] {
    for (int round = 0; round < 5; ++round) {
      mapped = map_once(frame, own, address, size).error().error;
      for (u64 at = address; at < address + size; at += page_size) poke(at, at);
      for (u64 at = address; at < address + size; at += page_size)
        if (peek(at) != at) ++wrong;
      unmapped = unmap_all(frame).error();
    }
  };
  run_interrupted(t, work);
  t.equals(mapped, Error::none);
  t.equals(unmapped, Error::none);
  t.equals(wrong, u64{0});
  for (u64 at = address; at < address + size; at += 37 * page_size)
    t.fails(ipc::invoke(own, abi::vspace::Walk{.address = at}), Error::absent);
}

void a_map_that_is_taken_back(Context& t) {
  // The last page is occupied: all that was mapped before it is unmapped again, with interruptions.
  constexpr u64 size = 4 * base::mib;
  const u64 area = t.need(t.space().reserve(size + 2 * base::mib, 2 * base::mib));
  for (u64 at = area; at < area + size + 2 * base::mib; at += 2 * base::mib)
    t.need(t.space().prepare(at));
  const u64 address = area + page_size;
  const auto frame = t.make<ipc::Frame>(22);
  const auto obstacle = t.make<ipc::Frame>(12);
  t.that(map_once(obstacle, own, address + size - page_size, page_size).ok(), "it is in the way");
  ipc::Refusal refusal;
  auto work = [&] { refusal = map_once(frame, own, address, size).error(); };
  run_interrupted(t, work);
  t.equals(refusal.error, Error::occupied);
  t.equals(refusal.detail, address + size - page_size);
  for (u64 at = address; at < address + size - page_size; at += 37 * page_size)
    t.fails(ipc::invoke(own, abi::vspace::Walk{.address = at}), Error::absent);
  t.equals(t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped, u64{0});
}

void destroying_an_endpoint_with_many_waiters(Context& t) {
  constexpr u64 count = 24;
  const auto endpoint = t.make<ipc::Endpoint>();
  u64 gone = 0;
  auto body = [&] {
    if (ipc::sys::send(endpoint.at(), {}, abi::MessageInfo::make(0, 0)).error() == Error::gone)
      __atomic_fetch_add(&gone, 1, __ATOMIC_RELAXED);
  };
  alignas(Worker) std::byte storage[count][sizeof(Worker)];
  Worker* workers[count] = {};
  for (u64 i = 0; i < count; ++i) {
    workers[i] = new (storage[i]) Worker{t, body};
    wait_for_state(t, workers[i]->thread(), abi::thread::State::sending);
  }
  auto work = [&] { static_cast<void>(t.remove(endpoint.at())); };
  run_interrupted(t, work);
  for (Worker* worker : workers) {
    worker->join();
    worker->~Worker();
  }
  t.equals(gone, count);
}

constexpr Test table[] = {
    {"restart.retype", "a large retype gives way to others", retype_of_large_objects},
    {"restart.revoke", "a revoke of 8,192 children ends complete", revoke_of_many},
    {"restart.delete", "a full CNode goes with all its contents", deleting_a_full_cnode},
    {"restart.map", "a thousand pages are mapped and unmapped with interruptions",
     mapping_and_unmapping},
    {"restart.undo", "a map that fails at its last page leaves nothing", a_map_that_is_taken_back},
    {"restart.endpoint", "an endpoint that goes wakes all its waiters",
     destroying_an_endpoint_with_many_waiters},
};

}  // namespace

constinit const kit::Table tests::restart_tests = table;
