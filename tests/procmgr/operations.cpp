// SPDX-License-Identifier: MIT
#include <tests/procmgr/operations.hpp>

namespace procmgr_test {
namespace {

constexpr u64 size = 8 * base::page_size;

abi::Status status_of(const ipc::SpawnResult<ipc::Process>& child) {
  if (!child.ok()) return child.error().error;
  TRY(child->kill());
  return child->wait().error();
}

// Without its owner it ends, and is waited for.
class Doomed {
 public:
  explicit Doomed(ipc::SpawnResult<ipc::Process> child) : child_(std::move(child)) {}
  Doomed(const Doomed&) = delete;
  Doomed& operator=(const Doomed&) = delete;
  ~Doomed() {
    if (!ok()) return;
    static_cast<void>(child_->kill());
    while (child_->wait().error() == Error::no_memory) continue;
  }
  [[nodiscard]] bool ok() const { return child_.ok(); }
  [[nodiscard]] abi::Status error() const { return child_.error().error; }
  [[nodiscard]] Cap<Endpoint> handle() const { return *child_; }

 private:
  ipc::SpawnResult<ipc::Process> child_;
};

constinit bool spoilt = false;

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

// More than one step takes.
abi::Status unmap_much() {
  constexpr u64 much = 300 * base::page_size;
  const ipc::Region region = TRY(ipc::map_new(much));
  for (u64 at = 0; at < much; at += base::page_size) region[at] = std::byte{1};
  return ipc::unmap(region);
}

abi::Status map_in_a_child() {
  const auto object = TRY(ipc::MemoryObject::create(size));
  const Doomed child{start({.flags = flag::suspended}, "spin")};
  if (!child.ok()) return child.error();
  return ipc::call(child.handle(),
                   proto::Map{.address = 0,
                              .offset = 0,
                              .length = size,
                              .access = proto::memory_right::read,
                              .flags = 0},
                   {Cap<Endpoint>{object}.at()}, {})
      .error();
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

abi::Status derive() {
  return ipc::obtain<Endpoint>(own_spawner, proto::DeriveSpawner{.rights = Rights{1}}).error();
}

abi::Status open_module() { return ipc::MemoryObject::open_module("bin/init").error(); }

abi::Status resize() {
  const auto object = TRY(ipc::MemoryObject::create(size));
  TRY(object.resize(100 * size));
  return object.resize(0);
}

// A third process waits for the end of a child: of that one, or of any on its account.
abi::Status be_told(std::string_view role, Cap<Endpoint> source, const Doomed& victim) {
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::first_grant, source));
  const Doomed waiter{start({.bundle = &bundle}, role)};
  if (!waiter.ok()) return waiter.error();
  for (u64 i = 0; i < 8; ++i) ipc::yield();
  TRY(ipc::call(victim.handle(), proto::Kill{}, {}, {}));
  const Record record = TRY(ipc::call(waiter.handle(), proto::Wait{})).record;
  return record.status == static_cast<u32>(EndKind::killed) ? abi::Status{} : Error::no_memory;
}

abi::Status wait_for_one() {
  const Doomed victim{start({.flags = flag::suspended}, "spin")};
  return victim.ok() ? be_told("wait", victim.handle(), victim) : victim.error();
}

abi::Status wait_for_any() {
  const auto account = TRY(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  const Doomed victim{start({.flags = flag::suspended, .account = account}, "spin")};
  return victim.ok() ? be_told("wait_any", account, victim) : victim.error();
}

// Objects go with the process only, so a child makes them.
abi::Status objects_of_a_child() {
  const auto record = run({}, "objects");
  if (!record.ok()) return record.error().error;
  return record->status == 0 ? abi::Status{} : abi::Status{Error::no_memory};
}

constexpr Operation all[] = {
    {"spawn", spawn_plain},
    {"spawn with everything", spawn_with_everything},
    {"spawn and wait", spawn_and_wait},
    {"objects of a child", objects_of_a_child},
    {"bundle", bundle},
    {"memory", memory},
    {"committed memory", committed},
    {"contiguous memory", contiguous},
    {"memory committed later", commit_later},
    {"slice", slice},
    {"map", map_object},
    {"map new", map_populated},
    {"unmap a hole", unmap_hole},
    {"protect a part", protect_part},
    {"reduce", reduce},
    {"account", make_account_once},
    {"derive a spawner", derive},
    {"unmap much", unmap_much},
    {"map in a child", map_in_a_child},
    {"resize", resize},
    {"open a module", open_module},
    {"wait for one", wait_for_one},
    {"wait for any", wait_for_any},
    {"watch", watch_once},
};

}  // namespace

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

bool a_bundle_was_lost() { return spoilt; }

abi::Status make_account_once() {
  return ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}).error();
}

std::span<const Operation> operations() {
  prepare_watches();
  return all;
}

}  // namespace procmgr_test
