// SPDX-License-Identifier: MIT
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

constinit Cap<Endpoint> image;

}  // namespace

void Report::expect(bool holds, std::string_view name) {
  ++count_;
  if (!holds) ++failed_;
  ipc::print([&](auto& text) {
    text << (holds ? "ok " : "not ok ") << count_ << " - " << theme_ << ": " << name;
  });
}

int Report::finish() {
  ipc::print([&](auto& text) { text << "1.." << count_ << ", " << failed_ << " failed"; });
  return failed_ == 0 ? 0 : 1;
}

Books books() {
  Books now;
  const auto ledger = ipc::call(own_account, proto::Ledger{});
  const auto info = ipc::call(own_account, proto::InfoAccount{});
  if (ledger.ok()) now.ledger = *ledger;
  if (info.ok()) now.used = info->used;
  return now;
}

// procmgr does a piece of its work with each request; what is left shows as a change.
Books settled_books() {
  constexpr u64 quiet = 64;
  constexpr u64 most = 100'000;
  Books last = books();
  for (u64 same = 0, i = 0; same < quiet && i < most; ++i) {
    const Books now = books();
    same = now == last ? same + 1 : 0;
    last = now;
  }
  return last;
}

void note_difference(Report& report, const Books& before, const Books& after) {
  constexpr std::string_view names[] = {"total", "free",   "owned",     "kernel",
                                        "own",   "shells", "processes", "handles"};
  constexpr std::string_view used[] = {"used pages", "used objects", "used handles",
                                       "used processes"};
  const auto tell = [&](std::string_view name, u64 was, u64 is) {
    if (was != is) report.note([&](auto& text) { text << name << ": " << was << " -> " << is; });
  };
  for (u64 i = 0; i < std::size(names); ++i)
    tell(names[i], abi::to_words(before.ledger)[i], abi::to_words(after.ledger)[i]);
  for (u64 i = 0; i < std::size(used); ++i)
    tell(used[i], abi::to_words(before.used)[i], abi::to_words(after.used)[i]);
}

Cap<Endpoint> program() { return image; }
void set_program(Cap<Endpoint> at) { image = at; }

abi::Result<ipc::Bundle> make_family(Cap<Endpoint> job) {
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::modules, Cap<Endpoint>{abi::bundle_slot::modules}));
  TRY(job ? bundle.give_spawner(job) : bundle.give(abi::bundle_slot::spawner, own_spawner));
  return bundle;
}

u64 number(std::string_view text) {
  u64 value = 0;
  for (const char c : text) value = value * 10 + static_cast<u64>(c - '0');
  return value;
}

}  // namespace procmgr_test
