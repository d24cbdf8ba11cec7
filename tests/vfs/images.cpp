// SPDX-License-Identifier: MIT
// Programs as files: started, changed while they run, and scripts.
#include <libipc/files/program.hpp>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constinit std::byte copy_room[4 * base::mib];

Outcome<void> copy(std::string_view from, std::string_view to) {
  File source = TRY(files.open(from));
  const u64 count = TRY(source.read(copy_room));
  File target =
      TRY(files.open(to, open_flag::write | open_flag::create | open_flag::truncate, 0755));
  TRY(target.write({copy_room, count}));
  return {};
}

// The status of a program that counts its arguments.
template <class... Words>
bool counts(std::string_view path, u64 expected, Words... words) {
  const std::string_view all[] = {"child", words...};
  return procmgr_test::exited(ipc::files::run(files, path, all), expected);
}

abi::procmgr::SpawnFault fault_of(std::string_view path) {
  const std::string_view all[] = {"child"};
  return ipc::files::run(files, path, all).error().fault;
}
Error error_of(std::string_view path) {
  const std::string_view all[] = {"child"};
  return ipc::files::run(files, path, all).error().error;
}

void starting(Report& report) {
  report.expect(counts("/bin/init", 3, "count", "x"),
                "a program of the archive starts by its path");
  report.expect(counts("bin/../bin/./init", 2, "count"), "by any of its paths");
  report.expect(copy("/bin/init", "/program").ok() && counts("/program", 2, "count"),
                "a copy of it starts too");
  report.expect(files.rename("/program", "/renamed").ok() && counts("/renamed", 2, "count"),
                "and under another name");
  static_cast<void>(files.change_mode("/renamed", 0644));
  report.expect(error_of("/renamed") == Error::denied, "not without the mode");
  static_cast<void>(files.change_mode("/renamed", 0755));
}

void refused(Report& report) {
  using abi::procmgr::SpawnFault;
  static_cast<void>(write_file(files, "/empty", ""));
  static_cast<void>(write_file(files, "/text", "no program\n"));
  static_cast<void>(files.change_mode("/empty", 0755));
  static_cast<void>(files.change_mode("/text", 0755));
  report.expect(error_of("/nothing") == Error::not_found && error_of("") == Error::not_found &&
                    error_of("/bin") == Error::wrong_object &&
                    fault_of("/empty") == SpawnFault::empty_file &&
                    fault_of("/text") == SpawnFault::not_elf,
                "what is missing, empty, a folder or no program is refused with a reason");
  static_cast<void>(files.remove("/empty"));
  static_cast<void>(files.remove("/text"));
}

void changed_while_running(Report& report) {
  const std::string_view words[] = {"child", "spin"};
  auto running = ipc::files::start(files, "/renamed", words, {.priority = below_ours});
  bool good = running.ok();
  auto writer = files.open("/renamed", open_flag::read | open_flag::write);
  report.expect(
      good && writer.ok() && writer->write_at(0, std::as_bytes(std::span{"XXXX", 4})).ok(),
      "the file of a running program can be changed");
  std::byte start[4] = {};
  good = *writer->read_at(0, start) == 4 && start[0] == std::byte{'X'};
  writer->close();
  report.expect(good && fault_of("/renamed") == abi::procmgr::SpawnFault::not_elf,
                "who looks at it sees the change");
  const auto info = running->info();
  report.expect(info.ok() && info->is_ended == 0, "and the program runs on");
  static_cast<void>(running->kill());
  static_cast<void>(running->wait());
  report.expect(copy("/bin/init", "/renamed").ok() && counts("/renamed", 2, "count"),
                "written anew it starts again");
  bool again = true;
  for (int i = 0; i < 12; ++i) {
    auto file = files.open("/renamed", open_flag::write | open_flag::append);
    again = again && file->write("!").ok();
    file->close();
    again = again && counts("/renamed", 2, "count");
  }
  report.expect(again, "started and changed in turns, many times");
}

// It starts from what the file holds at that moment.
void written_while_started(Report& report) {
  bool good = copy("/bin/init", "/written").ok();
  auto writer = files.open("/written", open_flag::read | open_flag::write);
  report.expect(good && counts("/written", 2, "count"),
                "a file that is open for writing is started");
  const std::string_view words[] = {"child", "count"};
  auto sleeping =
      ipc::files::start(files, "/written", words, {.flags = abi::procmgr::spawn_flag::suspended});
  static constinit std::byte zeroes[1 * base::mib];
  good = sleeping.ok() && writer->write_at(0, zeroes).ok() && sleeping->resume().ok();
  const auto record = sleeping->wait();
  report.expect(
      good && record.ok() && record->kind == abi::procmgr::EndKind::exited && record->status == 2,
      "what is written before its first instruction changes nothing for it");
  report.expect(fault_of("/written") == abi::procmgr::SpawnFault::not_elf, "but for the next one");
  good = writer->resize(0).ok();
  report.expect(good && fault_of("/written") == abi::procmgr::SpawnFault::empty_file,
                "an empty one is refused as before");
  writer->close();

  good = copy("/bin/init", "/written").ok();
  auto mapped = files.open("/written", open_flag::read | open_flag::write | open_flag::append);
  for (int i = 0; i < 20; ++i) good = good && mapped->write(zeroes).ok();
  good = good && counts("/written", 2, "count");
  const auto object = mapped->open_contents(ipc::memory_right::read | ipc::memory_right::write);
  const auto region = ipc::map(*object, base::page_size);
  mapped->close();
  report.expect(good && region.ok() && counts("/written", 2, "count"),
                "so is one of 20 MiB, and one that is closed but still mapped");
  static_cast<void>(ipc::unmap(*region));
  static_cast<void>(files.remove("/written"));
}

void scripts(Report& report) {
  const auto script = [](std::string_view path, std::string_view text) {
    static_cast<void>(write_file(files, path, text));
    static_cast<void>(files.change_mode(path, 0755));
  };
  script("/script", "#!/bin/init one argument\nthe rest\n");
  report.expect(counts("/script", 103 + 1, "x"),
                "a script's interpreter gets one argument, the script, the rest");
  script("/script", "#! /bin/init\n");
  report.expect(counts("/script", 102), "or just the script");
  script("/second", "#!/script\n");
  report.expect(counts("/second", 103), "an interpreter may be a script");
  script("/circle", "#!/circle\n");
  report.expect(error_of("/circle") == Error::too_big, "but not for ever");
  for (const auto* path : {"/script", "/second", "/circle"}) static_cast<void>(files.remove(path));
}

}  // namespace

void test_images(Report& report, u64) {
  const auto before = settled_info();
  starting(report);
  refused(report);
  changed_while_running(report);
  written_while_started(report);
  scripts(report);
  static_cast<void>(files.remove("/renamed"));
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.open_files == after.open_files,
                "the server holds what it held before");
}

}  // namespace vfs_test
