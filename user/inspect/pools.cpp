// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "pools",
                           .operands = "[--json]",
                           .sentence = "Says what procmgr keeps ready, and what it remembers.",
                           .most = 0};

constexpr Column columns[] = {
    {"WHAT", "what"},
    {"USED", "used", Form::count},
    {"READY", "ready", Form::count},
    {"EACH", "each_bytes", Form::bytes},
    {"USED IN ALL", "used_bytes", Form::bytes},
};

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const auto pools = ask(proto::InfoPools{});
  Table table{columns};
  const auto add_pool = [&](std::string_view what, u64 used, u64 ready, u64 bytes) {
    table.row() << what << used << ready << bytes << used * bytes;
  };
  const auto add_ready = [&](std::string_view what, u64 ready, u64 bytes) {
    table.row() << what;
    table.none() << ready << bytes;
  };
  const auto add_records = [&](std::string_view what, const proto::PoolRecords& records) {
    table.row() << what << records.live;
    table.none() << records.bytes << records.live * records.bytes;
  };
  add_pool("process shells", pools->shells - pools->shells_ready, pools->shells_ready,
           pools->shell_bytes);
  add_ready("page tables", pools->page_tables_ready, abi::table_bytes);
  add_ready("replies", pools->replies_ready, abi::small_object_bytes);
  add_ready("untyped memory for objects", pools->small_untypeds_ready, 4 * base::kib);
  add_ready("untyped memory for leaves", pools->leaf_untypeds_ready, 32 * base::kib);
  table.row() << "slots of procmgr" << pools->slots_used;
  table.none() << abi::slot_bytes << pools->slots_used * abi::slot_bytes;
  table.row() << "handles" << pools->handles;
  add_records("processes", pools->processes);
  add_records("accounts", pools->accounts);
  add_records("memory objects", pools->memory_objects);
  add_records("regions", pools->regions);
  add_records("bundles", pools->bundles);
  add_records("spawners", pools->spawners);
  add_records("waits and watches", pools->waiters);
  table.print(command.json);
  return kit::finish();
}
