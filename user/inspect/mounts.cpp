// SPDX-License-Identifier: MIT
#include <libipc/files/inspect.hpp>
#include <libipc/start/main.hpp>
#include <user/inspect/kit/begin.hpp>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/place.hpp>

namespace {

using namespace inspect;
using abi::files::MountKind;
using abi::files::NextMount;

constexpr kit::Usage usage{.name = "mounts",
                           .operands = "[--json]",
                           .sentence = "Lists what the tree of files is made of.",
                           .most = 0};

constexpr Column columns[] = {
    {"KIND", "kind"},
    {"ENTRIES", "entries", Form::count},
    {"SIZE", "size_bytes", Form::bytes},
    {"PATH", "path"},
};

std::string_view name_of(MountKind kind) {
  switch (kind) {
    case MountKind::memory: return "memory";
    case MountKind::archive: return "archive";
    case MountKind::devices: return "devices";
    case MountKind::views: return "views";
  }
  return "?";
}

}  // namespace

int main(int argc, char** argv) {
  const Command command = begin(usage, argc, argv);
  Table table{columns};
  ipc::files::Listing<NextMount> mounts{kit::files};
  while (const auto* mount = mounts.next())
    table.row() << name_of(mount->kind) << mount->entries << mount->bytes << mounts.text();
  if (mounts.error() != abi::files::Problem{}) kit::give_up("the file server", mounts.error());
  table.print(command.json);
  return kit::finish();
}
