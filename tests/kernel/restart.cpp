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

// Runs `work` with interruptions. How many there are depends on the machine: nothing is asked of
// them but that they do no harm.
template <class Work>
void run_interrupted(Context& t, Work& work) {
  bool stop = false;
  auto competitor = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) ipc::yield();
  };
  Worker worker{t, work, {.priority = lower}};
  worker.set_budget(abi::sched_context::min_budget);
  Worker other{t, competitor, {.priority = lower}};
  other.set_budget(abi::sched_context::min_budget);
  worker.join();
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  other.join();
}

void retype_of_large_objects(Context& t) {
  const auto untyped = t.make<ipc::Untyped>(22);
  const CapPtr at = t.slot();
  Error error = Error::cancelled;
  auto work = [&] { error = retype_to(t, untyped, {ObjectType::cnode, 15}, at).error(); };
  run_interrupted(t, work);
  t.equals(error, Error::none);
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

// Whether the map of `size` bytes at `address` stands in the middle.
bool is_half_mapped(u64 address, u64 size) {
  const auto walk = [](u64 at) { return ipc::invoke(own, abi::vspace::Walk{.address = at}).ok(); };
  return walk(address) && !walk(address + size - page_size);
}

void stopped_in_the_middle(Context& t) {
  // A thread that is suspended in the middle of an operation completes it when it goes on; one that
  // is started anew begins anew.
  constexpr u64 size = 4 * base::mib;
  const u64 area = t.need(t.space().reserve(size + 2 * base::mib, 2 * base::mib));
  for (u64 at = area; at < area + size + 2 * base::mib; at += 2 * base::mib)
    t.need(t.space().prepare(at));
  const u64 address = area + page_size;
  const auto frame = t.make<ipc::Frame>(22);
  Error error = Error::none;
  auto work = [&] {
    while (error == Error::none) {
      error = map_once(frame, own, address, size).error().error;
      if (error == Error::none && !is_half_mapped(address, size)) error = unmap_all(frame).error();
    }
  };
  Worker worker{t, work, {.priority = lower}};
  worker.set_budget(abi::sched_context::min_budget);
  auto stopper = [&] {
    // The machine decides how often this happens, if at all.
    for (int turn = 0; turn < 200; ++turn) {
      ipc::yield();
      t.need(ipc::invoke(worker.thread(), abi::thread::Suspend{}));
      if (is_half_mapped(address, size) && turn % 2 == 0) {
        t.need(unmap_all(frame));
        worker.restart();
      } else {
        t.need(ipc::invoke(worker.thread(), abi::thread::Resume{}));
      }
    }
  };
  Worker other{t, stopper, {.priority = lower}};
  other.set_budget(abi::sched_context::min_budget);
  other.join();
  t.equals(error, Error::none);
}

void a_map_whose_space_cannot_be_named_any_more(Context& t) {
  // Its VSpace's capability goes in the middle: the map fails, and takes back what it has mapped.
  constexpr u64 size = 4 * base::mib;
  const u64 area = t.need(t.space().reserve(size + 2 * base::mib, 2 * base::mib));
  for (u64 at = area; at < area + size + 2 * base::mib; at += 2 * base::mib)
    t.need(t.space().prepare(at));
  const u64 address = area + page_size;
  const auto frame = t.make<ipc::Frame>(22);
  CapPtr named{};
  Error error = Error::none;
  u64 left = 0;
  u64 fresh_names = 0;
  auto work = [&] {
    for (int round = 0; round < 60; ++round) {
      if (t.is_empty(named)) {
        t.need(copy_to(t, named, own.at()));
        ++fresh_names;
      }
      error = map_once(frame, Cap<ipc::VSpace>{named}, address, size).error().error;
      if (error == Error::none) {
        t.need(unmap_all(frame));
        continue;
      }
      t.equals(error, Error::invalid_capability);
      if (t.need(ipc::invoke(frame, abi::frame::Info{})).is_mapped != 0) ++left;
    }
  };
  named = t.slot();
  bool stop = false;
  auto remover = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
      t.need(t.remove(named));
      ipc::yield();
    }
  };
  Worker worker{t, work, {.priority = lower}};
  worker.set_budget(abi::sched_context::min_budget);
  Worker other{t, remover, {.priority = lower}};
  other.set_budget(abi::sched_context::min_budget);
  worker.join();
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  other.join();
  t.need(t.remove(named));
  t.equals(left, u64{0});
  t.that(fresh_names != 0, "it was named");
}

void deleting_a_cnode_of_mapped_frames(Context& t) {
  // Each slot's end sweeps the page tables.
  constexpr u64 count = 256;
  const auto node = t.make<ipc::CNode>(8);
  const u64 area = t.need(t.space().reserve(count * page_size, 2 * base::mib));
  t.need(t.space().prepare(area));
  const auto untyped = t.make<ipc::Untyped>(21);
  const CapPtr at = t.slot();
  for (u64 i = 0; i < count; ++i) {
    t.need(retype_to(t, untyped, {ObjectType::frame, 12}, at));
    t.equals(map_once(Cap<ipc::Frame>{at}, own, area + i * page_size, page_size).error().error,
             Error::none);
    t.need(ipc::invoke(node, abi::cnode::Move{i, slot_name(t, at)}));
  }
  Error error = Error::cancelled;
  auto work = [&] { error = t.remove(node.at()).error(); };
  run_interrupted(t, work);
  t.equals(error, Error::none);
  for (u64 i = 0; i < count; ++i)
    t.fails(ipc::invoke(own, abi::vspace::Walk{.address = area + i * page_size}), Error::absent);
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
    {"restart.retype", "a large retype survives interruptions", retype_of_large_objects},
    {"restart.revoke", "a revoke of 8,192 children ends complete", revoke_of_many},
    {"restart.delete", "a full CNode goes with all its contents", deleting_a_full_cnode},
    {"restart.map", "a thousand pages are mapped and unmapped with interruptions",
     mapping_and_unmapping},
    {"restart.undo", "a map that fails at its last page leaves nothing", a_map_that_is_taken_back},
    {"restart.unnamed", "a map whose address space cannot be named any more leaves nothing",
     a_map_whose_space_cannot_be_named_any_more},
    {"restart.frames", "a CNode of mapped Frames goes with their mappings",
     deleting_a_cnode_of_mapped_frames},
    {"restart.stopped", "a thread that is stopped in the middle goes on, or begins anew",
     stopped_in_the_middle},
    {"restart.endpoint", "an endpoint that goes wakes all its waiters",
     destroying_an_endpoint_with_many_waiters},
};

}  // namespace

constinit const kit::Table tests::restart_tests = table;
