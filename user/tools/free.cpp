// SPDX-License-Identifier: MIT
#include <abi/process.hpp>
#include <abi/proto/procmgr.hpp>
#include <libipc/call.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::u64;

constexpr kit::Usage usage{
    .name = "free",
    .sentence = "Says what memory the machine has and what this program's account pays for.",
    .most = 0};

constexpr ipc::Cap<ipc::Endpoint> account{abi::process_slot::account};

void show(std::string_view what, u64 pages) {
  base::Text<32> size;
  kit::write_human(size, pages * base::page_size);
  kit::out.left(what, 26).right(size.view(), 6) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  const auto machine = ipc::call(account, abi::procmgr::Ledger{});
  const auto own = ipc::call(account, abi::procmgr::InfoAccount{});
  if (!machine.ok()) kit::give_up("memory", abi::sentence(machine.error()));
  show("memory", machine->total);
  show("free", machine->free);
  show("of programs", machine->owned);
  show("of the kernel", machine->kernel);
  show("of the process server", machine->own + machine->shells);
  if (!own.ok()) return kit::finish();
  show("this account, used", own->used.pages);
  // Without a limit of its own it has what the machine has.
  if (own->limits.pages < machine->total) show("this account, at most", own->limits.pages);
  return kit::finish();
}
