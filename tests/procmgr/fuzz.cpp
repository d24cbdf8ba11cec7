// SPDX-License-Identifier: MIT
// Random requests to handles of every kind: words, capabilities and lengths as they come. Whatever
// the answer is, there is one, and procmgr goes on.
#include <array>
#include <tests/procmgr/kit.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

// Xorshift: the same sequence for the same seed.
class Random {
 public:
  explicit Random(u64 seed) : state_(seed * 2 + 1) {}
  u64 next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  u64 below(u64 limit) { return next() % limit; }

  // Numbers that are likely to be close to a border.
  u64 word() {
    constexpr u64 borders[] = {0,
                               1,
                               base::page_size,
                               abi::process_layout::lowest,
                               abi::process_layout::mapping_end,
                               abi::process_layout::stack_top,
                               abi::process_layout::process_page,
                               abi::process_layout::highest,
                               u64{1} << 63,
                               ~u64{0}};
    const u64 border = borders[below(std::size(borders))];
    switch (below(6)) {
      case 0: return next();
      case 1: return below(64);
      case 2: return border + below(3) - 1;
      case 3: return border - base::page_size * below(4);
      case 4: return base::page_size * below(1024);
      case 5: return u64{1} << below(64);
    }
    return 0;
  }

 private:
  u64 state_;
};

// A handle of each kind, in slots of the own leaf.
constexpr u64 most_handles = 16;

struct Targets {
  abi::CapPtr at[most_handles];
  u32 kinds[most_handles] = {};
  u64 count = 0;

  void add(abi::CapPtr slot) {
    const auto who = ipc::call(Cap<Endpoint>{slot}, proto::Identify{});
    if (who.ok()) kinds[count] = static_cast<u32>(who->kind);
    at[count++] = slot;
  }
  abi::CapPtr any(Random& random) const {
    return random.below(8) == 0 ? abi::CapPtr{random.below(2048)} : at[random.below(count)];
  }
};

// What procmgr understands, with the right length of each.
struct Known {
  u32 op;
  u64 words;
};

template <class... Lists>
constexpr auto table_of() {
  std::array<Known, (Lists::size + ...)> table{};
  u64 count = 0;
  const auto add = [&]<class R>() { table[count++] = {R::op, abi::words_of<R>}; };
  (Lists::for_each(add), ...);
  return table;
}

constexpr auto known = table_of<proto::AnyHandle, proto::Self, proto::Space, proto::Memory,
                                proto::Spawner, proto::Process, proto::Account, proto::Modules>();

constexpr u32 kind_of(u32 op) { return op >> 8 & 15; }

// A request that this kind of handle understands, if some tries find one.
Known request_for(u32 kind, Random& random) {
  Known request{};
  for (u64 i = 0; i < 8; ++i) {
    request = known[random.below(known.size())];
    const u32 meant = kind_of(request.op);
    if (meant == kind || meant == 0) break;
  }
  if (random.below(32) == 0) request.op = static_cast<u32>(random.next());
  if (random.below(16) == 0) request.words = random.below(60);
  return request;
}

// Does the request end this process, or make it wait for what never comes?
bool is_to_be_avoided(u32 op, u64 first) {
  return op == proto::Exit::op || op == proto::Log::op || (op == proto::Wait::op && first != 1) ||
         (op == proto::WaitAny::op && first != 1) ||
         // Of the own address space something has to stay.
         op == proto::Unmap::op || op == proto::Protect::op || op == proto::KillAccount::op ||
         op == proto::InjectFailure::op;
}

void one_request(const Targets& targets, Random& random) {
  const u64 chosen = random.below(targets.count);
  const auto [op, length] = request_for(targets.kinds[chosen], random);
  ipc::Words words{};
  for (u64& word : words) word = random.word();
  if (is_to_be_avoided(op, words[0])) return;
  // A spawn that starts something must not wait for it.
  if (op == proto::Spawn::op) words[0] = (words[0] & ~flag::wait) | flag::suspended;
  for (u64 i = abi::register_words; i < length; ++i)
    ipc::buffer().words[i - abi::register_words] = random.word();
  const u64 caps = random.below(5);
  for (u64 i = 0; i < abi::max_message_caps; ++i) {
    ipc::buffer().send[i] = static_cast<u32>(targets.any(random).value());
    ipc::buffer().receive[i] = 0;
  }
  const abi::CapPtr target = targets.at[chosen];
  static_cast<void>(ipc::sys::call(target, words, abi::MessageInfo::make(op, length, caps)));
}

abi::Result<Targets> make_targets() {
  Targets targets;
  const auto keep = [&](abi::Result<ipc::Owned<Endpoint>> handle) {
    if (handle.ok()) targets.add(handle->release().at());
  };
  targets.add(abi::process_slot::self);
  targets.add(abi::process_slot::account);
  targets.add(abi::bundle_slot::spawner);
  targets.add(abi::bundle_slot::modules);
  keep(ipc::obtain<Endpoint>(own_account, proto::CreateAccount{}));
  keep(ipc::obtain<Endpoint>(ipc::self, proto::CreateMemory{.bytes = 64 * base::kib}));
  keep(ipc::obtain<Endpoint>(ipc::self, proto::CreateMemory{.bytes = 64 * base::kib, .flags = 1}));
  keep(ipc::obtain<Endpoint>(own_spawner,
                             proto::DeriveSpawner{.highest_priority = 1, .rights = Rights{7}}));
  auto leaf = TRY(ipc::LandingSlot::make());
  auto bundle = TRY(ipc::LandingSlot::make());
  TRY(ipc::call(ipc::self, proto::MakeBundle{}, {}, {leaf.at(), bundle.at()}));
  static_cast<void>(leaf.landed<ipc::CNode>().release());
  targets.add(bundle.landed<Endpoint>().release().at());
  return targets;
}

}  // namespace

// Words: the seed, and how many requests.
int be_fuzzer(std::span<char*> words) {
  auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 100;
  set_program(*image);
  auto targets = make_targets();
  if (!targets.ok()) return 101;
  const auto child =
      start({.flags = flag::suspended, .account = own_account, .priority = 1}, "spin");
  if (!child.ok()) return 110 + static_cast<int>(child.error().error);
  targets->add(Cap<Endpoint>{*child}.at());
  targets->add(Cap<Endpoint>{*image}.at());
  Random random{number(words[0])};
  const u64 count = number(words[1]);
  for (u64 i = 0; i < count; ++i) one_request(*targets, random);
  return 0;
}

}  // namespace procmgr_test
