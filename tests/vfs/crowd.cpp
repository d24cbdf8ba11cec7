// SPDX-License-Identifier: MIT
// Many of everything: readers that sleep at pipes, bytes through a pipeline, files.
#include <abi/object/thread.hpp>
#include <libipc/files/pipe.hpp>
#include <tests/vfs/crowd.hpp>

namespace vfs_test {
namespace {

constexpr u64 readers_at_pipe = 10;
// A process has slots for some 4,000 capabilities, so large crowds come in groups.
constexpr u64 most_in_group = 1'000;

void close(u64 number) { static_cast<void>(ask(files, Close{.number = number})); }

// A child with numbers of ours as its numbers 0 and 1, and with our spawner.
template <class... Words>
ipc::SpawnResult<ipc::Process> start(u64 input, u64 output, Words... words) {
  const auto session = OwnedSession::make(files);
  if (!session.ok()) return ipc::SpawnError{.error = session.error().error};
  if (input != any_number) static_cast<void>(session->inherit(files, input, 0));
  if (output != any_number) static_cast<void>(session->inherit(files, output, 1));
  auto bundle = ipc::Bundle::make();
  if (!bundle.ok()) return ipc::SpawnError{.error = bundle.error()};
  static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
  static_cast<void>(bundle->give(abi::bundle_slot::spawner, procmgr_test::own_spawner));
  static_cast<void>(
      bundle->give(abi::bundle_slot::modules, Cap<Endpoint>{abi::bundle_slot::modules}));
  return procmgr_test::start({.bundle = &*bundle, .priority = below_ours}, words...);
}

[[clang::no_destroy]] constinit ipc::Process readers[most_in_group];

bool sleeps(const ipc::Process& process) {
  const auto info = process.info();
  return info.ok() && info->state == static_cast<u64>(abi::thread::State::waiting);
}

// Readers in groups of ten at a pipe. The numbers of the pipes' other ends.
bool start_readers(u64 count, std::span<u64> writing) {
  for (u64 i = 0; i < count; i += readers_at_pipe) {
    const auto pipe = PipeEnd::make(files);
    if (!pipe.ok()) return false;
    for (u64 k = i; k < i + readers_at_pipe; ++k) {
      auto reader = start(pipe->read, any_number, "reader");
      if (!reader.ok()) return false;
      readers[k] = std::move(*reader);
    }
    close(pipe->read);
    writing[i / readers_at_pipe] = pipe->write;
  }
  return true;
}

void wait_until_all_sleep(u64 count) {
  Alarm alarm;
  for (u64 i = 0; i < count; ++i)
    while (!sleeps(readers[i])) alarm.sleep(1'000'000);
}

// Every second pipe gets a byte for each reader; at the others nobody writes any more.
bool wake_readers(u64 count, std::span<const u64> writing) {
  for (u64 i = 0; i < count / readers_at_pipe; ++i) {
    if (i % 2 == 1) {
      close(writing[i]);
      continue;
    }
    // The number itself stays open: that a pipe ends is another thing to be woken by.
    const auto second = ask(files, Duplicate{.number = writing[i], .to = any_number});
    if (!second.ok()) return false;
    auto end = PipeEnd::open(files, second->number);
    const std::byte bytes[readers_at_pipe] = {};
    if (!end.ok() || !end->write(bytes).ok()) return false;
  }
  return true;
}

}  // namespace

int read_one_byte() {
  auto in = PipeEnd::open(files, 0);
  std::byte byte[1];
  if (!in.ok()) return 50;
  const auto count = in->read(byte);
  return count.ok() ? static_cast<int>(*count) : 51;
}

// Says through number 1 that all sleep, and wakes them when number 0 says so.
int lead_readers(u64 count) {
  static constinit u64 writing[most_in_group / readers_at_pipe];
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 1;
  procmgr_test::set_program(*image);
  if (!start_readers(count, writing)) return 2;
  wait_until_all_sleep(count);
  auto out = PipeEnd::open(files, 1);
  auto in = PipeEnd::open(files, 0);
  std::byte byte[1];
  if (!out.ok() || !in.ok() || !out->write("r").ok() || !in->read(byte).ok()) return 3;
  if (!wake_readers(count, writing)) return 4;
  u64 sum = 0;
  for (u64 i = 0; i < count; ++i) {
    const auto record = readers[i].wait();
    readers[i] = {};
    if (!record.ok() || record->kind != abi::procmgr::EndKind::exited) return 5;
    sum += record->status;
  }
  return sum == count / 2 ? 0 : 6;
}

namespace {

// All of them sleep at the same time.
bool gather(u64 count) {
  const auto go = PipeEnd::make(files);
  const auto ready = PipeEnd::make(files);
  const u64 groups = (count + most_in_group - 1) / most_in_group;
  ipc::Process leaders[20];
  base::Text<16> each;
  each << count / groups;
  bool good = true;
  for (u64 i = 0; i < groups; ++i) {
    auto leader = start(go->read, ready->write, "leader", each.view());
    good = good && leader.ok();
    if (leader.ok()) leaders[i] = std::move(*leader);
  }
  close(go->read);
  close(ready->write);
  auto in = PipeEnd::open(files, ready->read);
  auto out = PipeEnd::open(files, go->write);
  std::byte byte[1];
  for (u64 i = 0; good && i < groups; ++i) good = *in->read(byte) == 1;
  for (u64 i = 0; good && i < groups; ++i) good = out->write(byte).ok();
  for (u64 i = 0; i < groups; ++i) {
    const auto record = leaders[i].wait();
    good =
        good && record.ok() && record->kind == abi::procmgr::EndKind::exited && record->status == 0;
  }
  return good;
}

void crowd(Report& report, u64 count) {
  bool good = true;
  base::Text<96> name;
  name << count << " readers sleep at pipes, all are woken, and nothing stays";
  const auto once = [&] {
    good = gather(count) && good;
    static_cast<void>(settled_info());
  };
  if (count <= most_in_group) {
    procmgr_test::expect_equal_books(report, name.view(), once);
  } else {
    once();
  }
  report.expect(good, "each reader got a byte, or heard that there will be none");
}

void pipeline(Report& report, u64 bytes) {
  constexpr u64 stages = 3;
  static constinit std::byte room[32 * base::kib];
  u64 from = any_number;
  ipc::Process children[stages];
  bool good = true;
  for (u64 i = 0; i < stages; ++i) {
    const auto pipe = PipeEnd::make(files);
    base::Text<16> count;
    count << bytes;
    auto child =
        i == 0 ? start(from, pipe->write, "pour", count.view()) : start(from, pipe->write, "shift");
    good = good && child.ok();
    if (child.ok()) children[i] = std::move(*child);
    if (from != any_number) close(from);
    close(pipe->write);
    from = pipe->read;
  }
  auto in = PipeEnd::open(files, from);
  u64 total = 0;
  for (;;) {
    const auto some = in->read(room);
    if (!some.ok() || *some == 0) break;
    for (u64 i = 0; i < *some; ++i)
      good = good && room[i] == static_cast<std::byte>((total + i) % 251 + stages - 1);
    total += *some;
  }
  for (const auto& child : children) static_cast<void>(child.wait());
  base::Text<96> name;
  name << bytes << " bytes come through a pipeline of three";
  report.expect(good && total == bytes, name.view());
}

struct Path {
  explicit Path(u64 i) { text << "/many/" << i; }
  [[nodiscard]] std::string_view view() const { return text.view(); }
  base::Text<32> text;
};

void many_files(Report& report, u64 count) {
  bool good = files.make_directory("/many").ok();
  for (u64 i = 0; i < count; ++i) {
    const Path path{i};
    good = good && write_file(files, path.view(), path.view()).ok();
  }
  for (u64 i = 0; i < count; i += 97) {
    const Path path{i};
    good = good && has_contents(files, path.view(), path.view());
  }
  good = good && files.stat("/many")->size == count;
  for (u64 i = 0; i < count; ++i) good = files.remove(Path{i}.view()).ok() && good;
  base::Text<96> name;
  name << count << " files in one directory are made, found and removed";
  report.expect(good && files.remove("/many").ok(), name.view());
}

}  // namespace

int pour(u64 bytes) {
  static constinit std::byte room[10'000];
  auto out = PipeEnd::open(files, 1);
  for (u64 done = 0; done < bytes;) {
    const u64 count = bytes - done < sizeof room ? bytes - done : sizeof room;
    for (u64 i = 0; i < count; ++i) room[i] = static_cast<std::byte>((done + i) % 251);
    if (!out.ok() || !out->write(std::span{room, count}).ok()) return 1;
    done += count;
  }
  return 0;
}

void test_crowd(Report& report, u64 effort) {
  const auto before = settled_info();
  // In a soak, with 8 GiB: ten thousand.
  crowd(report, effort >= 100 ? 10'000 : effort == 1 ? 100 : 1'000);
  pipeline(report, effort == 1 ? 1'000'000 : 10'000'000);
  many_files(report, effort == 1 ? 2'000 : 20'000);
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
