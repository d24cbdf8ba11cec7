// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/kernel.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{
    .name = "vm",
    .operands = "[--json] PID [ADDRESS]",
    .sentence = "Lists a process's memory, or walks its page tables to an address.",
    .least = 1,
    .most = 2};

constexpr Column region_columns[] = {
    {"START", "start", Form::address},
    {"END", "end", Form::address},
    {"LENGTH", "length_bytes", Form::bytes},
    {"ACCESS", "access"},
    {"KIND", "kind"},
    {"PRESENT", "present_bytes", Form::bytes},
    {"", "offset_bytes", Form::bytes},
};

constexpr Column page_columns[] = {
    {"address", "address", Form::address},
    {"mapped", "mapped", Form::flag},
    {"table entry, level 1", "entry_1", Form::address},
    {"level 2", "entry_2", Form::address},
    {"level 3", "entry_3", Form::address},
    {"page size", "page_bytes", Form::bytes},
    {"physical address", "physical_address", Form::address},
    {"access", "access"},
    {"the next page that is", "next_page", Form::address},
};
constexpr u64 levels = 3;

struct Access {
  char text[3];
  explicit Access(u64 bits)
      : text{(bits & 1) != 0 ? 'r' : '-', (bits & 2) != 0 ? 'w' : '-',
             (bits & 4) != 0 ? 'x' : '-'} {}
  [[nodiscard]] std::string_view view() const { return {text, sizeof text}; }
};

std::string_view name_of_kind(u64 kind) {
  switch (static_cast<proto::RegionKind>(kind)) {
    case proto::RegionKind::memory: return "memory";
    case proto::RegionKind::image: return "image";
    case proto::RegionKind::stack: return "stack";
    case proto::RegionKind::arguments: return "arguments";
    case proto::RegionKind::process_page: return "process page";
  }
  return "?";
}

void list_regions(const ProcessEntry& entry, bool json) {
  const ipc::Process process = open_process(entry, proto::process_right::inspect);
  Table table{region_columns};
  for (u64 address = 0;;) {
    const auto region =
        ipc::call(ipc::Cap<ipc::Endpoint>{process}, proto::FindRegion{.address = address});
    if (region.error() == abi::Error::not_found) break;
    if (!region.ok()) give_up("its regions", region.error());
    address = region->address + region->length;
    table.row() << region->address << address << region->length
                << Access{region->access.bits}.view() << name_of_kind(region->kind)
                << region->pages * base::page_size << region->offset;
  }
  table.print(json);
}

// The first page from the address on: perhaps another one.
void add_page(Table& table, const kernel::Walk::Reply& page, u64 address) {
  const u64 size = page.page_bits == 0 ? 0 : u64{1} << page.page_bits;
  const bool is_mapped = size != 0 && address - page.address < size;
  table.row() << address << u64{is_mapped};
  if (!is_mapped) {
    for (u64 i = 0; i < levels + 3; ++i) table.none();
    if (size != 0) table << page.address;
    return;
  }
  for (u64 i = 0; i < levels; ++i) table << page.entries[i];
  table << size << page.physical_address + (address - page.address) << Access{page.access}.view();
}

void walk_tables(const ProcessEntry& entry, u64 address, bool json) {
  if (!has_inspector()) lacks_inspector();
  Processes processes;
  Kernel kernel{processes};
  const Thread* thread = kernel.thread_of(entry);
  if (thread == nullptr) kit::give_up("the process", "it is no more");
  Table table{page_columns};
  bool is_found = false;
  walk([] {},
       [&](u64 sequence, const kernel::Capability& capability) {
         if (capability.type != static_cast<u64>(abi::ObjectType::vspace) ||
             capability.object != thread->space())
           return true;
         const auto page =
             ipc::invoke(inspector, kernel::Walk{.sequence = sequence, .address = address});
         if (page.error() == abi::Error::out_of_range) give_up("the address", page.error());
         if (!page.ok()) return true;
         add_page(table, *page, address);
         is_found = true;
         return false;
       });
  if (!is_found) kit::give_up("the process", "it is no more");
  table.print_facts(json);
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const ProcessEntry entry = find_process(pid_of(command.operands[0]));
  if (command.operands.size() == 2)
    walk_tables(entry, address_of(command.operands[1]), command.json);
  else
    list_regions(entry, command.json);
  return kit::finish();
}
