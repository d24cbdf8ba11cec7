// SPDX-License-Identifier: MIT
// Children that take of one thing until somebody says no. Their status is the error.
#include <tests/procmgr/operations.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

// More than any limit of the tests.
constexpr u64 most = 3000;

struct Hog {
  std::string_view name;
  Error (*take)(u64 turn);
};

// Keeps what comes. Slots end long after the account.
template <class R>
Error keep(Cap<Endpoint> from, const R& request) {
  auto got = ipc::obtain<Endpoint>(from, request);
  if (!got.ok()) return got.error();
  static_cast<void>(got->release());
  return Error::none;
}

Error take_bundle(u64) {
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return bundle.error();
  never_give_back(std::move(*bundle));
  return Error::none;
}

Error take_object(u64) {
  auto made = ipc::make<Endpoint>();
  if (!made.ok()) return made.error();
  static_cast<void>(made->release());
  return Error::none;
}

Error take_hole(u64) {
  const auto region = ipc::map_new(3 * base::page_size);
  if (!region.ok()) return region.error();
  return ipc::unmap(region->subspan(base::page_size, base::page_size)).error();
}

Error take_process(u64) {
  // The spawner is another account's, so this process's own is named.
  auto child = start({.flags = flag::suspended, .account = own_account}, "spin");
  if (!child.ok()) return child.error().error;
  never_give_back(std::move(*child));
  return Error::none;
}

// Ends the process itself.
Error take_touched(u64) {
  const auto region = ipc::map_new(base::page_size);
  if (!region.ok()) return region.error();
  (*region)[0] = std::byte{1};
  return Error::none;
}

// Children that wait for one that never ends.
Error take_wait(u64) {
  static constinit Cap<Endpoint> endless;
  if (!endless) {
    const auto started = start({.flags = flag::suspended, .account = own_account}, "spin");
    if (!started.ok()) return started.error().error;
    auto handle =
        ipc::obtain<Endpoint>(*started, proto::Reduce{.rights = proto::process_right::wait});
    if (!handle.ok()) return handle.error();
    endless = handle->release();
  }
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return bundle.error();
  if (!bundle->give(abi::bundle_slot::first_grant, endless).ok()) return Error::gone;
  auto waiter = start({.bundle = &*bundle, .account = own_account}, "wait");
  if (!waiter.ok()) return waiter.error().error;
  for (u64 i = 0; i < 4; ++i) ipc::yield();
  // It has been refused, or waits in vain.
  if (waiter->poll().ok()) return Error::over_quota;
  never_give_back(std::move(*waiter));
  return Error::none;
}

constexpr Hog hogs[] = {
    {"memory", [](u64) { return keep(ipc::self, proto::CreateMemory{.bytes = 4096}); }},
    {"committed",
     [](u64) { return keep(ipc::self, proto::CreateMemory{.bytes = 1 << 20, .flags = 1}); }},
    {"regions", [](u64) { return ipc::map_new(base::page_size).error(); }},
    {"holes", take_hole},
    {"handles", [](u64 turn) { return keep(ipc::self, proto::Reduce{.rights = Rights{turn}}); }},
    {"bundles", take_bundle},
    {"objects", take_object},
    {"accounts", [](u64) { return keep(own_account, proto::CreateAccount{}); }},
    {"spawners", [](u64) { return keep(own_spawner, proto::DeriveSpawner{.rights = Rights{1}}); }},
    {"processes", take_process},
    {"touched", take_touched},
    {"waits", take_wait},
};

}  // namespace

int be_hog(std::span<char*> words) {
  const std::string_view wanted = words[0];
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 100;
  set_program(*image);
  for (const Hog& hog : hogs) {
    if (hog.name != wanted) continue;
    for (u64 i = 0; i < most; ++i)
      if (const Error error = hog.take(i); error != Error::none) return static_cast<int>(error);
  }
  return 0;
}

// Two children, and theirs, for as long as there are any; then it spins.
int be_bomb(std::span<char*>) {
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 100;
  set_program(*image);
  for (;;) {
    auto family = make_family();
    if (!family.ok()) continue;
    auto child = start({.bundle = &*family, .account = own_account, .priority = 10}, "bomb");
    static_cast<void>(child.ok());
  }
}

// Spawns without end, with all that can travel.
int be_spawner(std::span<char*>) {
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 100;
  set_program(*image);
  for (;;)
    if (!spawn_with_everything().ok()) return 101;
}

// Leaves a process behind that the spawner's account pays for.
int be_escaper(std::span<char*>) {
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 0;
  set_program(*image);
  const auto child = start({.flags = flag::suspended, .priority = 1}, "spin");
  return child.ok() ? static_cast<int>(child->pid()) : 0;
}

int be_parent(std::span<char*> words) {
  const auto image = ipc::MemoryObject::open_module("bin/init");
  auto bundle = ipc::Bundle::make();
  if (!image.ok() || !bundle.ok()) return 100;
  set_program(*image);
  const u64 flags = number(words[0]) == 1 ? flag::die_with_parent : 0;
  const auto child = start({.flags = flags,
                            .bundle = &*bundle,
                            .account = Cap<Endpoint>{abi::bundle_slot::first_grant},
                            .priority = 1},
                           "spin");
  for (; child.ok();) ipc::yield();
  return 1;
}

}  // namespace procmgr_test
