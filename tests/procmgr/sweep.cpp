// SPDX-License-Identifier: MIT
// All or nothing: every operation with every one of its allocations failing. In builds that cannot
// inject failures there is one test, which says so.
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

constexpr u64 most_allocations = 400;
constexpr u64 pages = 8;
constexpr u64 size = pages * base::page_size;

// What the failure that was asked for before has left to count down.
u64 inject(u64 k) {
  const auto answer = ipc::call(own_account, proto::InjectFailure{.k = k});
  return answer.ok() ? answer->left : 0;
}

struct Attempt {
  bool has_failed = false;  // the failure came
  bool is_refused = false;  // and the operation said so
  bool is_equal = false;
};

// An operation gives back what it made; it can fail at any point.
using Operation = abi::Status (*)();

Attempt attempt(Operation operation, u64 k) {
  const Books before = settled_books();
  inject(k);
  const abi::Status result = operation();
  const u64 left = inject(0);
  const Books after = settled_books();
  return {left == 0, !result.ok(), before == after && after.balance()};
}

void sweep(Report& report, std::string_view name, Operation operation) {
  bool works = true;
  for (u64 i = 0; i < 3; ++i) works = operation().ok() && works;
  report.expect(works, name);
  u64 refused = 0;
  u64 absorbed = 0;
  for (u64 k = 1; k < most_allocations; ++k) {
    Attempt now = attempt(operation, k);
    // Tables may grow once, on the way to the place of the failure. What leaks does so each time.
    if (!now.is_equal) now = attempt(operation, k);
    if (!now.is_equal) {
      const Books before = settled_books();
      inject(k);
      const auto result = operation();
      inject(0);
      report.expect(false, "the books are equal after a failure");
      report.note([&](auto& text) {
        text << name << ", k " << k << ": " << abi::sentence(result.error());
      });
      note_difference(report, before, settled_books());
    }
    if (!now.has_failed) break;
    ++(now.is_refused ? refused : absorbed);
  }
  report.expect(operation().ok(), "and it works again");
  report.note([&](auto& text) {
    text << name << ": " << refused << " refused, " << absorbed << " absorbed";
  });
}

// ---- Operations -------------------------------------------------------------------------------

abi::Status status_of(const ipc::SpawnResult<ipc::Process>& child) {
  if (!child.ok()) return child.error().error;
  TRY(child->kill());
  return child->wait().error();
}

constinit bool spoilt = false;

// The bundle is made before, and must still be good for a second child after a refusal.
abi::Status spawn_with_everything() {
  static constinit char text[3000] = {};
  for (char& c : text) c = 'z';
  auto bundle = TRY(make_family());
  const ipc::SpawnOptions options{
      .flags = flag::suspended | flag::new_job | flag::die_with_parent,
      .bundle = &bundle,
      .account = own_account,
      .limits = {.pages = 1000, .objects = 100'000, .handles = 50, .processes = 2}};
  const auto child = start(options, "spin", std::string_view{text, sizeof text});
  if (child.ok()) return status_of(child);
  // The failure comes once, and what travelled has come back.
  if (!status_of(start(options, "spin", "now")).ok()) spoilt = true;
  return child.error().error;
}

abi::Status spawn_plain() { return status_of(start({.priority = 1}, "spin")); }

abi::Status spawn_and_wait() {
  const auto record = run({}, "exit", "0");
  return record.ok() ? abi::Status{} : abi::Status{record.error().error};
}

abi::Status bundle() { return ipc::Bundle::make().error(); }
abi::Status memory() { return ipc::MemoryObject::create(size).error(); }
abi::Status committed() {
  return ipc::MemoryObject::create(size, proto::memory_flag::commit).error();
}
abi::Status contiguous() {
  return ipc::MemoryObject::create(size, proto::memory_flag::contiguous).error();
}

abi::Status commit_later() {
  const auto object = TRY(ipc::MemoryObject::create(size));
  return object.commit(0, size);
}

abi::Status slice() {
  const auto object = TRY(ipc::MemoryObject::create(size));
  TRY(object.seal());
  return object.slice(0, base::page_size).error();
}

abi::Status map_object() {
  const auto object = TRY(ipc::MemoryObject::create(size));
  return ipc::unmap(TRY(object.map(size, {.flags = proto::map_flag::populate})));
}

abi::Status map_populated() {
  return ipc::unmap(TRY(ipc::map_new(size, {.flags = proto::map_flag::populate})));
}

// What has been mapped goes, whatever happens to a part of it.
abi::Status unmap_hole() {
  const ipc::Region region = TRY(ipc::map_new(size, {.flags = proto::map_flag::populate}));
  const abi::Status result = ipc::unmap(region.subspan(base::page_size, 2 * base::page_size));
  TRY(ipc::unmap(region));
  return result;
}

abi::Status protect_part() {
  const ipc::Region region = TRY(ipc::map_new(size, {.flags = proto::map_flag::populate}));
  const abi::Status result =
      ipc::protect(region.subspan(base::page_size, 2 * base::page_size), ipc::memory_right::read);
  TRY(ipc::unmap(region));
  return result;
}

abi::Status reduce() {
  return ipc::obtain<Endpoint>(own_spawner, proto::Reduce{.rights = Rights{1}}).error();
}

abi::Status account() { return ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}).error(); }

abi::Status derive() {
  return ipc::obtain<Endpoint>(own_spawner, proto::DeriveSpawner{.rights = Rights{1}}).error();
}

// Objects go with the process only, so a child makes them.
abi::Status objects_of_a_child() {
  const auto record = run({}, "objects");
  if (!record.ok()) return record.error().error;
  return record->status == 0 ? abi::Status{} : abi::Status{Error::no_memory};
}

}  // namespace

void test_sweep(Report& report, u64) {
  const auto answer = ipc::call(own_account, proto::InjectFailure{.k = 0});
  if (!answer.ok()) {
    report.expect(answer.error() == Error::not_supported, "this build injects no failures");
    return;
  }
  sweep(report, "spawn", spawn_plain);
  sweep(report, "spawn with everything", spawn_with_everything);
  report.expect(!spoilt, "a bundle can be used again after each refusal");
  sweep(report, "spawn and wait", spawn_and_wait);
  sweep(report, "objects of a child", objects_of_a_child);
  sweep(report, "bundle", bundle);
  sweep(report, "memory", memory);
  sweep(report, "committed memory", committed);
  sweep(report, "contiguous memory", contiguous);
  sweep(report, "memory committed later", commit_later);
  sweep(report, "slice", slice);
  sweep(report, "map", map_object);
  sweep(report, "map new", map_populated);
  sweep(report, "unmap a hole", unmap_hole);
  sweep(report, "protect a part", protect_part);
  sweep(report, "reduce", reduce);
  sweep(report, "account", account);
  sweep(report, "derive a spawner", derive);
}

}  // namespace procmgr_test
