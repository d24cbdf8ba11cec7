// SPDX-License-Identifier: MIT
// Programs that mean no good: nonsense, deaths at every moment, blocks that change under a spawn,
// foreign names, impossible places.
#include <cstring>
#include <libipc/process/self.hpp>
#include <libipc/time.hpp>
#include <tests/procmgr/kit.hpp>

namespace procmgr_test {
namespace {

namespace layout = abi::process_layout;

constexpr Rights read_write = proto::memory_right::read | proto::memory_right::write;

void end_job(Cap<Endpoint> job) {
  static_cast<void>(ipc::call(job, proto::KillAccount{}, {}, {}));
  for (u64 i = 0; i < 1000; ++i)
    if (ipc::call(job, proto::WaitAny{}).error() == Error::not_found) return;
}

// ---- Nonsense ---------------------------------------------------------------------------------

abi::Result<ipc::Owned<Endpoint>> small_job() {
  return ipc::obtain<Endpoint>(
      own_account,
      proto::CreateAccount{
          .limits = {.pages = 8000, .objects = 40'000, .handles = 400, .processes = 20}});
}

void nonsense(Report& report, u64 effort) {
  constexpr u64 turns = 10;
  u64 unended = 0;
  for (u64 seed = 0; seed < turns; ++seed) {
    const auto job = small_job();
    auto family = make_family();
    if (!job.ok() || !family.ok()) break;
    base::Text<24> name;
    base::Text<24> count;
    name << seed;
    count << 10'000 + 1'000 * effort;
    const auto record = run({.bundle = &*family, .account = *job, .priority = 100}, "fuzz",
                            name.view(), count.view());
    if (record.ok())
      report.note([&](auto& text) {
        text << "seed " << seed << ": kind " << static_cast<u32>(record->kind) << ", status "
             << record->status << ", " << record->messages << " messages";
      });
    // It may end itself by what it asked for; procmgr must not.
    if (record.ok()) ++unended;
    end_job(*job);
  }
  report.expect(unended == turns, "random requests to every kind of handle are answered");
  report.expect(exited(run({}, "exit", "6"), 6), "and procmgr goes on");
  report.expect(settled_books().balance(), "with balanced books");
}

// ---- Deaths -----------------------------------------------------------------------------------

// Sleeps, and wakes in the middle of whatever others are doing.
class Alarm {
 public:
  static abi::Result<Alarm> make() {
    Alarm alarm;
    alarm.timer_ = TRY(ipc::make<ipc::Timer>());
    alarm.notification_ = TRY(ipc::make<ipc::Notification>());
    TRY(ipc::set_target<ipc::Timer>(alarm.timer_, alarm.notification_));
    return alarm;
  }
  abi::Status sleep(u64 nanoseconds) const {
    TRY(ipc::set_timer(timer_, ipc::machine::counter() + ipc::ticks_in(nanoseconds)));
    return ipc::wait(notification_).error();
  }

 private:
  ipc::Owned<ipc::Timer> timer_;
  ipc::Owned<ipc::Notification> notification_;
};

// A child that runs below this one's priority, and is killed wherever it is.
abi::Status kill_at(const Alarm& alarm, std::string_view role, u64 nanoseconds) {
  const auto job = TRY(small_job());
  auto family = TRY(make_family());
  const auto child = start({.bundle = &family, .account = job, .priority = 50}, role,
                           role == "hog" ? "regions" : "6");
  if (!child.ok()) return child.error().error;
  TRY(alarm.sleep(nanoseconds));
  TRY(child->kill());
  end_job(job);
  return {};
}

abi::Status deaths(Report& report) {
  const Alarm alarm = TRY(Alarm::make());
  for (const std::string_view role : {"exit", "deep", "canary", "hog", "bomb", "spawner"}) {
    abi::Status all{};
    expect_equal_books(report, role, [&] {
      for (u64 turn = 0; turn < 40; ++turn) {
        const abi::Status one = kill_at(alarm, role, turn * turn * 5'000);
        if (!one.ok()) all = one;
      }
    });
    report.ran(all, "killed at every moment");
  }
  report.expect(exited(run({}, "exit", "6"), 6), "after all these deaths the next one lives");
  return {};
}

// ---- Blocks -----------------------------------------------------------------------------------

struct SpawnTry {
  Error error = Error::none;
  proto::SpawnFault fault{};
};

// A raw spawn with this block.
SpawnTry spawn_with(Cap<Endpoint> block, u64 argc, u64 string_bytes, u64 flags) {
  const proto::Spawn request{.flags = flags | flag::has_block,
                             .argc = static_cast<u32>(argc),
                             .envc = 0,
                             .string_bytes = string_bytes,
                             .priority = 1,
                             .limits = {}};
  ipc::offer(ipc::CapPtrs<4>{program().at(), block.at(), {}, {}});
  ipc::accept_into<0>({});
  const auto answer =
      ipc::sys::call(own_spawner.at(), ipc::to_message(request),
                     abi::MessageInfo::make(proto::Spawn::op, abi::words_of<proto::Spawn>, 4));
  const auto error = static_cast<Error>(answer.info.label());
  if (error == Error::none) return {};
  return {error, ipc::from_message<proto::Refusal>(answer).fault};
}

constexpr u64 block_size = 4 * base::page_size;

// argc 2, with the strings "child" and "exit".
void fill_block(u64* words) {
  words[0] = 2;
  words[1] = 0;
  words[2] = 6;
  auto* strings = reinterpret_cast<char*>(words) + abi::argument_block::strings_offset(2, 0);
  std::memcpy(strings, "child\0exit\0", 11);
}

abi::Status blocks(Report& report) {
  using proto::SpawnFault;
  const auto block = TRY(ipc::MemoryObject::create(block_size));
  const ipc::Region region = TRY(block.map(block_size));
  auto* words = reinterpret_cast<u64*>(region.data());
  fill_block(words);
  const auto expect = [&](SpawnFault fault, u64 argc, u64 bytes, std::string_view name) {
    const SpawnTry now = spawn_with(block, argc, bytes, 0);
    report.expect(now.fault == fault && now.error != Error::none, name);
  };
  expect(SpawnFault::too_many_arguments, 4097, 11, "too many arguments");
  expect(SpawnFault::too_many_arguments, ~u32{0}, 11, "far too many arguments");
  expect(SpawnFault::arguments_too_long, 2, 256 * base::kib + 1, "strings too long");
  expect(SpawnFault::arguments_too_long, 2, ~u64{0}, "strings that wrap");
  expect(SpawnFault::block_too_small, 2, block_size, "a block that is too small");
  expect(SpawnFault::unterminated_string, 2, 10, "a string without an end");
  words[2] = 11;
  expect(SpawnFault::argument_offset, 2, 11, "a string behind the strings");
  words[2] = ~u64{0};
  expect(SpawnFault::argument_offset, 2, 11, "an offset that wraps");
  words[2] = 6;
  report.expect(TRY(block.info()).regions == 1, "the block is still the caller's after each");
  report.expect(spawn_with(block, 2, 11, flag::suspended).error == Error::none, "a good block");
  report.expect(!block.info().ok(), "a block that went to a child is nobody else's");
  report.expect(
      ipc::call(ipc::self, proto::FindRegion{.address = reinterpret_cast<u64>(words)})->address !=
          reinterpret_cast<u64>(words),
      "nor is it mapped any more");
  return {};
}

// Another process writes into the block all the time, or changes its size. The child must see what
// was checked: it ends with its status, or the spawn is refused.
abi::Status changing_blocks(Report& report, std::string_view role, u64 count) {
  u64 good = 0;
  u64 refused = 0;
  for (u64 i = 0; i < count; ++i) {
    const auto block = TRY(ipc::MemoryObject::create(block_size));
    const ipc::Region region = TRY(block.map(block_size));
    fill_block(reinterpret_cast<u64*>(region.data()));
    auto bundle = TRY(ipc::Bundle::make());
    TRY(bundle.give(abi::bundle_slot::first_grant, Cap<Endpoint>{block}));
    const auto writer = start({.bundle = &bundle, .priority = 100}, role);
    if (!writer.ok()) return writer.error().error;
    for (u64 turn = 0; turn < 3 + i % 5; ++turn) ipc::yield();
    const SpawnTry now = spawn_with(block, 2, 11, flag::wait);
    ++(now.error == Error::none ? good : refused);
    if (now.error != Error::none) TRY(ipc::unmap(region));
    TRY(writer->kill());
    TRY(writer->wait());
  }
  report.note([&](auto& text) { text << good << " started, " << refused << " refused"; });
  report.expect(good + refused == count && good != 0, "blocks that somebody else changes");
  return {};
}

// ---- Places -----------------------------------------------------------------------------------

Error place(u64 address, u64 length) {
  const auto answer = ipc::call(
      ipc::self, proto::MapNew{.address = address, .length = length, .access = read_write});
  return answer.error();
}

void places(Report& report) {
  constexpr u64 page = base::page_size;
  const auto expect = [&](Error error, u64 address, u64 length, std::string_view name) {
    const Error is = place(address, length);
    report.expect(is == error, name);
    if (is != error) report.note([&](auto& text) { text << abi::sentence(is); });
  };
  expect(Error::bad_argument, 0x1234, page, "a misaligned address");
  // What is said for the first time may take a page of stack.
  const Books before = settled_books();
  expect(Error::bad_argument, 0, 5, "a misaligned length");
  expect(Error::bad_argument, 0, 0, "nothing");
  expect(Error::out_of_range, page, page, "page 1");
  expect(Error::out_of_range, layout::lowest - page, 2 * page, "over the lowest");
  expect(Error::out_of_range, layout::highest, page, "at the highest");
  expect(Error::out_of_range, layout::highest - page, 2 * page, "over the highest");
  expect(Error::out_of_range, ~u64{0} - page + 1, page, "the last page of all");
  expect(Error::out_of_range, layout::highest - page, ~u64{0} - page + 1, "a length that wraps");
  expect(Error::out_of_range, 0xffff'ffff'8000'0000, page, "the kernel");
  expect(Error::occupied, layout::process_page, page, "the process page");
  expect(Error::occupied, layout::process_page - page, 3 * page, "over the process page");
  expect(Error::occupied, layout::stack_top - page, page, "the stack");
  expect(Error::occupied, layout::stack_top - layout::stack_size, page, "the stack's end");
  expect(Error::occupied, layout::lowest, layout::highest - layout::lowest, "everything");
  expect(Error::no_space, 0, layout::highest, "more than there is");
  expect(Error::no_space, 0, ~u64{0} - page + 1, "nearly all numbers");
  for (const u64 address : {layout::process_page, layout::highest - page})
    static_cast<void>(ipc::call(ipc::self, proto::Unmap{.address = address, .length = page}));
  report.expect(ipc::process_page().pid != 0, "the process page cannot be unmapped");
  const Books after = settled_books();
  report.expect(after == before, "places leave the books as they were");
  if (after != before) note_difference(report, before, after);
}

// ---- Foreign names ----------------------------------------------------------------------------

// A child without a bundle has no leaf 1, and every other address of ours is empty there.
void foreign_names(Report& report) {
  report.expect(exited(run({}, "names"), 3), "a child has three capabilities and no more");
}

}  // namespace

void test_attacks(Report& report, u64 effort) {
  places(report);
  foreign_names(report);
  report.ran(blocks(report), "blocks");
  for (const std::string_view role : {"scribble", "resize"})
    report.ran(changing_blocks(report, role, 100), role);
  report.ran(deaths(report), "deaths");
  nonsense(report, effort);
}

}  // namespace procmgr_test
