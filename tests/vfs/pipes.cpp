// SPDX-License-Identifier: MIT
// Pipes between processes: bytes in order, ends that close, ends that several hold, holders that
// die.
#include <libipc/files/pipe.hpp>
#include <tests/vfs/kit.hpp>

namespace vfs_test {
namespace {

constexpr u64 bulk = 256 * base::kib;
constinit std::byte sent[bulk];
constinit std::byte received[bulk];

struct Pipe {
  PipeEnd read;
  PipeEnd write;
};

abi::files::Outcome<Pipe> make_pipe() {
  const auto numbers = TRY(PipeEnd::make(files));
  Pipe pipe;
  pipe.read = TRY(PipeEnd::open(files, numbers.read));
  pipe.write = TRY(PipeEnd::open(files, numbers.write));
  return pipe;
}

// A child in the role, with numbers of ours as its numbers 0 and 1.
template <class... Words>
ipc::SpawnResult<ipc::Process> start(u64 input, u64 output, Words... words) {
  const auto session = OwnedSession::make(files);
  if (!session.ok()) return ipc::SpawnError{.error = session.error().error};
  if (input != any_number) static_cast<void>(session->inherit(files, input, 0));
  if (output != any_number) static_cast<void>(session->inherit(files, output, 1));
  auto bundle = ipc::Bundle::make();
  static_cast<void>(bundle->give(abi::bundle_slot::files, Cap<Endpoint>{*session}));
  return procmgr_test::start({.bundle = &*bundle, .priority = below_ours}, words...);
}

void close(u64 number) { static_cast<void>(ask(files, Close{.number = number})); }

void alone(Report& report) {
  auto pipe = make_pipe();
  bool good = pipe.ok() && failed_with(pipe->read.try_read({received, 10}), Error::would_block);
  good = good && *pipe->write.write("some ") == 5 && *pipe->write.write("text") == 4;
  good = good && *pipe->read.read({received, 100}) == 9;
  report.expect(good && std::string_view(reinterpret_cast<char*>(received), 9) == "some text",
                "what is written is read");
  report.expect(
      failed_with(pipe->read.write("x"), Error::denied, Fault::not_opened_so) &&
          failed_with(pipe->write.read({received, 1}), Error::denied, Fault::not_opened_so),
      "each end has its direction");
  good = pipe->write.write("last").ok();
  pipe->write.close();
  report.expect(
      good && *pipe->read.read({received, 100}) == 4 && *pipe->read.read({received, 100}) == 0,
      "behind the last byte of the last writer is the end");
  auto other = make_pipe();
  other->read.close();
  report.expect(failed_with(other->write.write("x"), Error::gone), "without readers nobody writes");
}

void through_a_child(Report& report) {
  const auto there = PipeEnd::make(files);
  const auto back = PipeEnd::make(files);
  auto child = start(there->read, back->write, "shift");
  close(there->read);
  close(back->write);
  auto out = PipeEnd::open(files, there->write);
  auto in = PipeEnd::open(files, back->read);
  fill(sent, 5);
  bool good = child.ok() && out.ok() && in.ok();
  for (u64 at = 0; good && at < bulk; at += 8'192) {
    good = out->write(std::span{sent + at, 8'192}).ok();
    for (u64 done = 0; good && done < 8'192;) {
      const auto count = in->read({received + at + done, 8'192 - done});
      good = count.ok() && *count != 0;
      if (good) done += *count;
    }
  }
  out->close();
  good = good && *in->read({received, 0}) == 0 && in->read({sent, 1}).ok();
  const auto record = child->wait();
  for (std::byte& b : received) b = static_cast<std::byte>(std::to_integer<int>(b) - 1);
  report.expect(good && procmgr_test::exited(ipc::SpawnResult<procmgr_test::Record>{*record}, 0) &&
                    is_filled(std::span{received}.subspan(1), 5) == false &&
                    is_filled({received, bulk}, 5),
                "256 KiB through a child and back are the same bytes");
}

void many_writers(Report& report) {
  constexpr u64 lines = 400;
  const auto numbers = PipeEnd::make(files);
  ipc::Process children[4];
  constexpr std::string_view letters[] = {"a", "b", "c", "d"};
  for (u64 i = 0; i < 4; ++i)
    if (auto child = start(any_number, numbers->write, "lines", letters[i], "400"); child.ok())
      children[i] = std::move(*child);
  close(numbers->write);
  auto in = PipeEnd::open(files, numbers->read);
  u64 total = 0;
  while (in.ok()) {
    const auto count = in->read({received + total, bulk - total});
    if (!count.ok() || *count == 0) break;
    total += *count;
  }
  u64 whole = 0;
  u64 each[4] = {};
  for (u64 at = 0; at + 50 <= total; at += 50) {
    bool same = true;
    for (u64 i = 1; i < 50; ++i) same = same && received[at + i] == received[at];
    if (same) ++whole, ++each[std::to_integer<u64>(received[at]) - 'a'];
  }
  report.expect(whole == 4 * lines && each[0] == lines && each[3] == lines,
                "four writers' lines are whole");
  for (const auto& child : children) static_cast<void>(child.wait());
}

void many_readers(Report& report) {
  const auto numbers = PipeEnd::make(files);
  ipc::Process children[3];
  for (auto& child : children)
    if (auto started = start(numbers->read, any_number, "bytes"); started.ok())
      child = std::move(*started);
  close(numbers->read);
  auto out = PipeEnd::open(files, numbers->write);
  bool good = out.ok() && out->write(sent).ok();
  out->close();
  u64 sum = 0;
  for (const auto& child : children) {
    const auto record = child.wait();
    if (record.ok()) sum += record->status;
  }
  report.expect(good && sum == bulk, "three readers share what comes, and all hear of the end");
}

void killed(Report& report, u64 times) {
  Alarm alarm;
  const auto numbers = PipeEnd::make(files);
  auto in = PipeEnd::open(files, numbers->read);
  u64 good = 0;
  for (u64 i = 0; i < times; ++i) {
    auto child = start(any_number, numbers->write, "lines", "x", "1000000");
    alarm.sleep(50'000 + i * 7'919 % 400'000);
    while (in->try_read(received).ok()) {
    }
    alarm.sleep(i * 104'729 % 50'000);
    static_cast<void>(child->kill());
    static_cast<void>(child->wait());
    // It may have died in its turn: others get theirs.
    while (in->try_read(received).ok()) {
    }
    auto next = start(any_number, numbers->write, "lines", "y", "20");
    u64 count = 0;
    while (count < 1'000) {
      const auto some = in->read({received, bulk});
      if (!some.ok() || *some == 0) break;
      for (const std::byte b : std::span{received, *some}) count += b == std::byte{'y'} ? 1 : 0;
    }
    if (count == 1'000) ++good;
    static_cast<void>(next->wait());
  }
  close(numbers->write);
  report.expect(good == times, "a writer killed in the middle leaves a pipe that works");
  report.expect(*in->read({received, bulk}) == 0, "and the end comes when the last has gone");
}

}  // namespace

void test_pipes(Report& report, u64 effort) {
  const auto before = settled_info();
  alone(report);
  through_a_child(report);
  many_writers(report);
  many_readers(report);
  killed(report, 10 * effort);
  bool good = true;
  for (u64 i = 0; i < 500 * effort; ++i) {
    const auto pipe = make_pipe();
    good = good && pipe.ok();
  }
  report.expect(good, "pipes come and go");
  const auto after = settled_info();
  report.expect(before.nodes == after.nodes && before.open_files == after.open_files &&
                    before.sessions == after.sessions && before.objects == after.objects,
                "the server holds what it held before");
}

}  // namespace vfs_test
