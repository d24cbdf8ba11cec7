// SPDX-License-Identifier: MIT
// One process waits for several pipes at once.
#include <libipc/files/pipe.hpp>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constinit std::byte room[64 * base::kib];

struct Pipe {
  PipeEnd read;
  PipeEnd write;
};

Outcome<Pipe> make_pipe() {
  const auto numbers = TRY(PipeEnd::make(files));
  Pipe pipe;
  pipe.read = TRY(PipeEnd::open(files, numbers.read));
  pipe.write = TRY(PipeEnd::open(files, numbers.write));
  return pipe;
}

bool rings(ipc::Cap<ipc::Notification> bell, u64 bits) {
  const auto rung = ipc::poll(bell);
  return bits == 0 ? !rung.ok() : rung.ok() && *rung == bits;
}

void both_directions(Report& report, ipc::Cap<ipc::Notification> bell) {
  auto one = make_pipe();
  auto two = make_pipe();
  bool good =
      one.ok() && two.ok() && one->read.watch(bell, 1).ok() && two->read.watch(bell, 2).ok();
  good = good && !one->read.is_ready() && !two->read.is_ready() && rings(bell, 0);
  good = good && two->write.write("x").ok() && rings(bell, 2) && two->read.is_ready();
  report.expect(good, "who watches several pipes hears which has something");
  good = two->write.write("y").ok() && rings(bell, 0) && *two->read.read(room) == 2;
  good = good && two->write.write("z").ok() && rings(bell, 0);
  good = good && two->read.is_ready() && *two->read.read(room) == 1 && !two->read.is_ready();
  report.expect(good && two->write.write("z").ok() && rings(bell, 2), "once for each time it asks");

  good = one->write.watch(bell, 4).ok() && one->write.is_ready(pipe_bytes) && rings(bell, 0);
  good = good && *one->write.try_write({room, pipe_bytes - 10}) == pipe_bytes - 10;
  good = good && failed_with(one->write.try_write({room, 11}), Error::would_block) &&
         !one->write.is_ready(11) && one->write.is_ready(10);
  static_cast<void>(ipc::poll(bell));
  good = good && *one->read.read({room, 1}) == 1 && rings(bell, 4) && one->write.is_ready(11);
  good = good && *one->write.try_write({room, 64 * base::kib}) == 11;
  report.expect(good, "and when there is room; what fits at once is written as a whole or not");

  good = !one->write.is_ready();
  one->read.close();
  good = good && rings(bell, 4) && one->write.is_ready() && *two->read.read(room) == 1;
  good = good && !two->read.is_ready();
  two->write.close();
  report.expect(good && rings(bell, 2) && two->read.is_ready() && *two->read.read(room) == 0,
                "and when nobody is at the other end any more");
}

void less(Report& report, ipc::Cap<ipc::Notification> bell) {
  auto pipe = make_pipe();
  static_cast<void>(ipc::poll(bell));
  bool good = pipe->read.watch(bell, 1).ok() && pipe->read.watch(bell, 8).ok();
  good = good && !pipe->read.is_ready() && pipe->write.write("x").ok() && rings(bell, 8);
  report.expect(good, "another notification takes the place of the one before");
  good = *pipe->read.read(room) == 1 && pipe->read.watch({}, 0).ok() && !pipe->read.is_ready();
  report.expect(good && pipe->write.write("x").ok() && rings(bell, 0), "or none");
  const WatchPipe nothing{.number = 77};
  auto file = files.open("/dev/null");
  report.expect(failed_with(ask(files, nothing), Error::not_found, Fault::no_such_number) &&
                    failed_with(ask(files, WatchPipe{.number = file->number()}),
                                Error::wrong_object, Fault::not_a_pipe) &&
                    failed_with(ask(files, RingPipe{.number = pipe->read.number(), .end = 2}),
                                Error::bad_argument),
                "only pipes are watched");
  // An endpoint cannot be signalled.
  const auto endpoint = ipc::make<Endpoint>();
  ipc::offer(ipc::CapPtrs<1>{endpoint->at()});
  static_cast<void>(send_text(files, WatchPipe{.number = pipe->read.number()}, {}, {}, 1));
  good = *pipe->read.read(room) == 1 && !pipe->read.is_ready() && pipe->write.write("x").ok();
  report.expect(good && *pipe->read.read(room) == 1, "what is no notification disturbs nobody");

  OwnedSession sessions[max_pipe_watchers + 1];
  PipeEnd ends[max_pipe_watchers + 1];
  u64 watching = 0;
  Problem last;
  for (u64 i = 0; i <= max_pipe_watchers; ++i) {
    auto session = OwnedSession::make(files);
    sessions[i] = std::move(*session);
    static_cast<void>(sessions[i].inherit(files, pipe->read.number(), 3));
    auto end = PipeEnd::open(sessions[i], 3);
    ends[i] = std::move(*end);
    last = ends[i].watch(bell, u64{1} << i).error();
    watching += last == Problem{} ? 1 : 0;
  }
  static_cast<void>(pipe->read.watch({}, 0));
  // The endpoint above has a place until then.
  report.expect(watching == max_pipe_watchers - 1 && last == Problem{Error::no_space},
                "16 watch one pipe, and no more");
  good = ends[16].watch(bell, 1 << 16).ok() && !ends[0].is_ready() && pipe->write.write("x").ok();
  report.expect(good && rings(bell, (1 << 15) - 1 + (1 << 16)), "all of them hear of it");
}

// Children that write lines, read as they come; some of them are killed.
void many(Report& report, ipc::Cap<ipc::Notification> bell, bool kills) {
  constexpr u64 count = 8;
  constexpr u64 lines = 200;
  PipeEnd ends[count];
  ipc::Process children[count];
  bool is_open[count] = {};
  u64 open = 0;
  for (u64 i = 0; i < count; ++i) {
    const auto numbers = PipeEnd::make(files);
    auto end = PipeEnd::open(files, numbers->read);
    ends[i] = std::move(*end);
    const auto session = OwnedSession::make(files);
    static_cast<void>(session->inherit(files, numbers->write, 1));
    static_cast<void>(ask(files, Close{.number = numbers->write}));
    auto bundle = ipc::Bundle::make();
    static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
    auto child = procmgr_test::start({.bundle = &*bundle, .priority = below_ours}, "lines", "x",
                                     kills ? "1000000" : "200");
    if (!child.ok() || !ends[i].watch(bell, u64{1} << i).ok()) continue;
    children[i] = std::move(*child);
    is_open[i] = true;
    ++open;
  }
  bool good = open == count;
  u64 total = 0;
  u64 waits = 0;
  while (open != 0) {
    bool any = false;
    for (u64 i = 0; i < count; ++i) {
      if (!is_open[i] || !ends[i].is_ready()) continue;
      any = true;
      const auto some = ends[i].try_read(room);
      if (!some.ok() && some.error().error == Error::would_block) continue;
      good = good && some.ok();
      if (some.ok() && *some != 0) total += *some;
      if (!some.ok() || *some == 0) is_open[i] = false, --open;
    }
    if (any) continue;
    static_cast<void>(ipc::wait(bell));
    if (kills && ++waits % 7 == 0) static_cast<void>(children[waits / 7 % count].kill());
  }
  for (const auto& child : children) static_cast<void>(child.wait());
  if (kills) {
    report.expect(good, "writers that are killed are heard of too");
  } else {
    report.expect(good && total == count * lines * 50, "eight writers are read by one reader");
  }
}

}  // namespace

void test_watching(Report& report, u64) {
  const auto before = settled_info();
  const auto bell = ipc::make<ipc::Notification>();
  both_directions(report, *bell);
  less(report, *bell);
  static_cast<void>(ipc::poll(bell->get()));
  many(report, *bell, false);
  many(report, *bell, true);
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.sessions == after.sessions &&
                    before.open_files == after.open_files && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
