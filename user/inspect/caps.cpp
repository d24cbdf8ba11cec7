// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/cspace.hpp>
#include <user/inspect/kit/table.hpp>

namespace {

using namespace inspect;
using abi::ObjectType;

constexpr kit::Usage usage{.name = "caps",
                           .operands = "[--json] PID",
                           .sentence = "Lists the capabilities that a process holds.",
                           .least = 1,
                           .most = 1};

constexpr Column columns[] = {
    {"SLOT", "slot"},
    {"NAME", "name"},
    {"TYPE", "type"},
    {"RIGHTS", "rights"},
    {"BADGE", "badge", Form::address},
    {"OBJECT", "object", Form::address},
    {"TO", "to"},
};

// A badge of procmgr's has the kind of the handle on top.
std::string_view handle_name(u64 badge) {
  return proto::name_of(static_cast<proto::HandleKind>(badge >> 60));
}

void add(Table& table, const Held& held, Kernel& kernel) {
  const auto& capability = held.capability;
  const auto type = static_cast<ObjectType>(capability.type);
  base::Text<32> slot;
  slot << held.leaf << ':' << held.index;
  base::Text<96> rights;
  write_rights(rights, type, capability.rights);
  table.row() << slot.view();
  table.add_if_any(name_of_slot(held.leaf, held.index)) << abi::name_of(type) << rights.view();
  if (type == ObjectType::endpoint || type == ObjectType::notification)
    table << capability.data;
  else
    table.none();
  if (capability.object == Id{})
    table.none();
  else
    table << capability.object.value();
  base::Text<80> to;
  if (type == ObjectType::endpoint) {
    to << kernel.name_of_endpoint(capability.object);
    if (capability.object == kernel.endpoint_of_procmgr())
      to << ' ' << handle_name(capability.data);
  }
  table.add_if_any(to.view());
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const ProcessEntry entry = find_process(pid_of(command.operands[0]));
  if (!has_inspector()) lacks_inspector();
  Processes processes;
  Kernel kernel{processes};
  const Thread* thread = kernel.thread_of(entry);
  if (thread == nullptr) kit::give_up(command.operands[0], "there is no such process");
  Table table{columns};
  List<Held> all;
  read_cspace(*thread, all);
  for (const Held& held : all.all()) add(table, held, kernel);
  table.print(command.json);
  return kit::finish();
}
