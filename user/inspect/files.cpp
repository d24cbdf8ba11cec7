// SPDX-License-Identifier: MIT
#include <libipc/files/inspect.hpp>
#include <libipc/start/main.hpp>
#include <user/inspect/kit/cspace.hpp>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/show.hpp>

namespace {

using namespace inspect;
using abi::files::NextOpenFile;

constexpr kit::Usage usage{.name = "files",
                           .operands = "[--json] PID",
                           .sentence = "Lists the files that a process has open.",
                           .least = 1,
                           .most = 1};

constexpr Column columns[] = {
    {"NUMBER", "number", Form::count},
    {"ACCESS", "access"},
    {"KIND", "kind"},
    {"POSITION", "position", Form::count},
    {"SIZE", "size_bytes", Form::bytes},
    {"SHARED BY", "sharers", Form::count},
    {"", "id", Form::count},
    {"PATH", "path"},
};

// The process's capability to the file server; it has a badge like no other.
kernel::Capability session_of(const ProcessEntry& process, Kernel& kernel) {
  const Thread* thread = kernel.thread_of(process);
  List<Held> held;
  if (thread != nullptr) read_cspace(*thread, held);
  for (const Held& one : held.all())
    if (abi::cap_at(one.leaf, one.index) == abi::bundle_slot::files) return one.capability;
  kit::give_up(inspect::name_of(process), "the process has no session with a file server");
}

void add(Table& table, const NextOpenFile::Reply& file, std::string_view path) {
  const bool reads = (file.flags & kit::open_flag::read) != 0;
  const bool writes = (file.flags & kit::open_flag::write) != 0;
  const char access[2] = {reads ? 'r' : '-', writes ? 'w' : '-'};
  table.row() << file.number << std::string_view{access, sizeof access} << kit::name_of(file.kind)
              << file.position << file.size << u64{file.sharers} << file.id << path;
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  const ProcessEntry entry = find_process(pid_of(command.operands[0]));
  if (!has_inspector()) lacks_inspector();
  Processes processes;
  Kernel kernel{processes};
  const auto session = session_of(entry, kernel);
  const auto own = session_of(find_process(ipc::process_page().pid), kernel);
  if (session.object != own.object)
    kit::give_up(command.operands[0], "its files are those of another server");
  Table table{columns};
  ipc::files::Listing<NextOpenFile> open_files{kit::files, {.badge = session.data}};
  while (const auto* file = open_files.next()) add(table, *file, open_files.text());
  if (open_files.error() != abi::files::Problem{})
    kit::give_up("the file server", open_files.error());
  table.print(command.json);
  return kit::finish();
}
