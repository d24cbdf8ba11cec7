// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "ledger",
                           .operands = "[--json]",
                           .sentence = "Lists all accounts: what each has used, and may use.",
                           .most = 0};

constexpr Column columns[] = {
    {"ACCOUNT", "account"},
    {"", "id", Form::count},
    {"", "parent", Form::count},
    {"PAGES", "pages", Form::count},
    {"LIMIT", "pages_limit", Form::limit},
    {"OBJECTS", "object_bytes", Form::bytes},
    {"LIMIT", "object_units_limit", Form::limit},
    {"HANDLES", "handles", Form::count},
    {"LIMIT", "handles_limit", Form::limit},
    {"PROCESSES", "processes", Form::count},
    {"LIMIT", "processes_limit", Form::limit},
    {"OF", "of"},
};

void add(Table& table, const proto::NextAccount::Reply& account, Processes& processes) {
  base::Text<32> id;
  id << account.id;
  base::Text<80> shown;
  for (u64 i = 0; i < account.depth; ++i) shown << "  ";
  shown << account.id;
  // Whoever stands in it first; others are counted.
  base::Text<80> of;
  u64 count = 0;
  for (const ProcessEntry& process : processes.all()) {
    if (process.account != account.id) continue;
    if (count++ == 0) of << name_of(process);
  }
  if (count > 1) of << " and " << count - 1 << " more";
  table.row().add(id.view(), shown.view())
      << account.id << account.parent << account.used.pages << account.limits.pages
      << account.used.objects * abi::object_alignment << account.limits.objects
      << account.used.handles << account.limits.handles << account.used.processes
      << account.limits.processes << of.view();
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  Processes processes;
  List<proto::NextAccount::Reply> accounts;
  for (u64 after = 0;;) {
    const auto account = ask(proto::NextAccount{.after = after}, abi::Error::not_found);
    if (!account.ok()) break;
    after = account->id;
    accounts.add(*account);
  }
  // Down, along, up, as `ps` does it.
  const auto next_child = [&](u64 parent, u64 after) -> const proto::NextAccount::Reply* {
    for (const auto& account : accounts.all())
      if (account.parent == parent && account.id > after) return &account;
    return nullptr;
  };
  Table table{columns};
  for (const auto* at = next_child(0, 0); at != nullptr;) {
    add(table, *at, processes);
    const auto* next = next_child(at->id, 0);
    for (; next == nullptr && at != nullptr;
         at = find(accounts, &proto::NextAccount::Reply::id, at->parent))
      next = next_child(at->parent, at->id);
    at = next;
  }
  table.print(command.json);
  return kit::finish();
}
