// SPDX-License-Identifier: MIT
// Runs one command and ends as it did. The program is a file of the boot archive.
//
//   run PROGRAM WORD...      the words as they are
//   run "PROGRAM WORD..."    one line, which is cut into words
//   run --file NAME          the line stands in a file of the boot archive
//
// The status is a shell's:
//
//   0..255  the program's own         127  there is no such program
//   137     it was killed             126  it cannot be started
//   139     it crashed                2    the command line is wrong
#include <base/bits.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>
#include <libipc/terminal/terminal.hpp>
#include <user/run/words.hpp>

namespace {

using abi::procmgr::EndKind;
using ipc::u64;

constexpr int wrong_command = 2;
constexpr int cannot_start = 126;
constexpr int not_found = 127;
constexpr int was_killed = 137;
constexpr int has_crashed = 139;

constinit run::Words command;
constinit run::Words environment;

template <class Fill>
int complain(int status, Fill&& fill) {
  base::Text<> line;
  line << "run: ";
  fill(line);
  line << '\n';
  ipc::print_error(line.view());
  return status;
}

// What the command prints goes through a port, byte for byte, if somebody is at its other end; else
// to the terminal, as what is said about the command always does.
abi::CapPtr output_of_command() {
  const ipc::Terminal port{ipc::Cap<ipc::Endpoint>{abi::bundle_slot::output}};
  return port.info().ok() ? abi::bundle_slot::output : abi::bundle_slot::error;
}

// The child gets of ours what a command needs. What we do not have, it does not get either.
abi::Result<ipc::Bundle> make_bundle() {
  const struct {
    abi::CapPtr slot;
    abi::CapPtr source;
  } gifts[] = {
      {abi::bundle_slot::files, abi::bundle_slot::files},
      {abi::bundle_slot::input, abi::bundle_slot::input},
      {abi::bundle_slot::output, output_of_command()},
      {abi::bundle_slot::error, abi::bundle_slot::error},
      {abi::bundle_slot::spawner, abi::bundle_slot::spawner},
      {abi::bundle_slot::modules, abi::bundle_slot::modules},
  };
  auto bundle = TRY(ipc::Bundle::make());
  for (const auto& gift : gifts)
    static_cast<void>(bundle.give(gift.slot, ipc::Cap<ipc::Endpoint>{gift.source}));
  return bundle;
}

int report(const ipc::Process::Record& record, std::string_view name) {
  switch (record.kind) {
    case EndKind::exited: return static_cast<int>(record.status & 255);
    case EndKind::faulted:
      return complain(has_crashed, [&](auto& line) {
        line << name << ": " << name_of(static_cast<abi::FaultKind>(record.status))
             << " at address " << base::Hex{record.address} << ", pc " << base::Hex{record.pc};
      });
    case EndKind::over_quota:
    case EndKind::killed:
    case EndKind::parent_died:
    case EndKind::running: break;
  }
  return complain(was_killed, [&](auto& line) { line << name << ": " << sentence(record.kind); });
}

// A name without a folder may be a program's in the folder where programs are.
abi::Result<ipc::MemoryObject> open_program(std::string_view name) {
  auto image = ipc::MemoryObject::open_module(name);
  if (image.error() != abi::Error::not_found || name.find('/') != name.npos) return image;
  base::Text<abi::procmgr::max_module_name> path;
  path << "bin/" << name;
  if (path.truncated()) return image;
  return ipc::MemoryObject::open_module(path.view());
}

int run_command() {
  const auto words = command.view();
  const std::string_view name = words.front();
  const auto image = open_program(name);
  if (!image.ok()) {
    const int status = image.error() == abi::Error::not_found ? not_found : cannot_start;
    return complain(status,
                    [&](auto& line) { line << name << ": " << abi::sentence(image.error()); });
  }
  auto bundle = make_bundle();
  if (!bundle.ok())
    return complain(cannot_start,
                    [&](auto& line) { line << name << ": " << abi::sentence(bundle.error()); });
  const auto record =
      ipc::run(*image, words, {.environment = environment.view(), .bundle = &*bundle});
  if (!record.ok())
    return complain(cannot_start, [&](auto& line) { line << name << ": " << record.error(); });
  return report(*record, name);
}

// What is mapped stays until the end, so whoever takes the words may keep them.
abi::Result<std::string_view> read_file(std::string_view name) {
  const auto file = TRY(ipc::MemoryObject::open_module(name));
  const u64 bytes = TRY(file.info()).bytes;
  if (bytes > run::Words::max_bytes) return abi::Error::too_big;
  const u64 whole_pages = base::align_down(bytes + base::page_size - 1, base::page_size);
  const auto region = TRY(file.map(whole_pages, {.access = ipc::memory_right::read}));
  return std::string_view{reinterpret_cast<const char*>(region.data()), bytes};
}

// The words of the boot command line hold no blanks; a file holds any line.
abi::Status read_command(std::span<char* const> words) {
  if (words.size() == 1) return command.split(words[0]);
  if (words.size() == 2 && std::string_view{words[0]} == "--file")
    return command.split(TRY(read_file(words[1])));
  return command.take(words);
}

u64 length_of(char** strings) {
  u64 length = 0;
  while (strings[length] != nullptr) ++length;
  return length;
}

}  // namespace

int main(int argc, char** argv, char** variables) {
  const auto read = read_command({argv + 1, argv + argc});
  const auto taken = environment.take({variables, length_of(variables)});
  if (!read.ok() || !taken.ok())
    return complain(wrong_command, [&](auto& line) {
      line << abi::sentence(read.ok() ? taken.error() : read.error());
    });
  if (command.view().empty()) return complain(wrong_command, [](auto& line) { line << "what?"; });
  const int status = run_command();
  // The machine may end with this program, and take along what is still in the console.
  for (const abi::CapPtr stream : {abi::bundle_slot::output, abi::bundle_slot::error})
    static_cast<void>(ipc::Terminal{ipc::Cap<ipc::Endpoint>{stream}}.flush());
  return status;
}
