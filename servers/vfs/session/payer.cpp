// SPDX-License-Identifier: MIT
#include <abi/process.hpp>
#include <new>
#include <servers/vfs/server.hpp>
#include <servers/vfs/session/payer.hpp>

namespace vfs {

namespace {

constinit u64 count = 0;

void end_payer(void* arena);

PageSource source_of(Arena& arena) { return arena.source(end_payer, &arena); }

// Nobody uses it, and nothing is left that it pays for.
void end_payer(void* arena) {
  auto* payer = static_cast<Payer*>(arena);
  payer->arena.end();
  server.parked.drop(payer->arena.account());
  --count;
  own_payer().store.release(payer, sizeof(Payer));
}

// It never ends.
constinit Payer own{.arena = Arena{},
                    .store = Store{PageSource{
                        &own.arena, [](void* at) { return static_cast<Arena*>(at)->allocate(); },
                        [](void*, void* page) { Arena::release(page); }, nullptr}}};

}  // namespace

Payer& own_payer() { return own; }

abi::Result<Payer*> make_payer(Owned<Endpoint> account) {
  void* block = TRY(own_payer().store.allocate(sizeof(Payer)));
  const auto parked = server.parked.park(account);
  if (!parked.ok()) {
    own_payer().store.release(block, sizeof(Payer));
    return parked.error();
  }
  auto* payer = new (block) Payer{.arena = Arena{*parked}, .store = Store{}};
  new (&payer->store) Store{source_of(payer->arena)};
  ++count;
  payer->store.retain();
  // The first pages tell whether there is an account at all.
  const auto page = payer->arena.allocate();
  if (!page.ok()) {
    payer->store.leave();
    return page.error();
  }
  Arena::release(*page);
  return payer;
}

abi::Result<Cap<Endpoint>> account_capability(const Store& store) {
  const ParkedNumber parked = account_of(store);
  if (parked == 0) return Cap<Endpoint>{abi::process_slot::account};
  return server.parked.use(parked);
}

u64 payer_count() { return count; }

}  // namespace vfs
