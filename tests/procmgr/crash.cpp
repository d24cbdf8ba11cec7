// SPDX-License-Identifier: MIT
// Records of crashes: what they say, who may read them, and that a crash can do no harm by them.
#include <abi/crash.hpp>
#include <abi/proto/crashes.hpp>
#include <algorithm>
#include <tests/procmgr/kit.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

constexpr Cap<Endpoint> crashes{abi::bundle_slot::first_grant};
constexpr Cap<Endpoint> device{abi::cap_at(abi::bundle_slot::leaf, 17)};
using Opened = ipc::Delivery<proto::OpenCrash::Reply>;

u64 newest() {
  const auto answer = ipc::call(crashes, proto::WaitCrash{.after = 0, .poll = 1});
  return answer.ok() ? answer->newest : 0;
}

template <class... Words>
void crash(Words... words) {
  static_cast<void>(run({}, words...));
}

struct Objects {
  ipc::MemoryObject record;
  ipc::MemoryObject image;
  bool has_image = false;
};

abi::Result<Objects> open(u64 number) {
  auto record = TRY(ipc::LandingSlot::make());
  auto image = TRY(ipc::LandingSlot::make());
  const Opened opened =
      TRY(ipc::call(crashes, proto::OpenCrash{number}, {}, {record.at(), image.at()}));
  Objects objects{.record = ipc::MemoryObject{record.landed<Endpoint>()}};
  objects.has_image = (opened.arrivals.in_slots & 2) != 0;
  if (objects.has_image) objects.image = ipc::MemoryObject{image.landed<Endpoint>()};
  return objects;
}

// The page stays in this address space until the end.
abi::Result<const abi::CrashRecord*> read(u64 number) {
  const Objects objects = TRY(open(number));
  const auto page = TRY(objects.record.map(base::page_size, {.access = ipc::memory_right::read}));
  return reinterpret_cast<const abi::CrashRecord*>(page.data());
}

bool is_in_image(const abi::CrashRecord& record, u64 address) {
  return std::any_of(record.regions, record.regions + record.region_count,
                     [=](const abi::CrashRegion& region) {
                       return region.kind == static_cast<u32>(proto::RegionKind::image) &&
                              address - region.start < region.length;
                     });
}

abi::Status says_what_happened(Report& report) {
  const auto ended = run({}, "read", "16");
  const abi::CrashRecord& record = *TRY(read(newest()));
  report.expect(ended.ok() && record.pid == ended->pid && record.number == newest(),
                "a record belongs to an exit record");
  report.expect(record.end == static_cast<u32>(EndKind::faulted) &&
                    record.fault == static_cast<u32>(abi::FaultKind::page) &&
                    record.address == 16 && record.access == abi::Access::read,
                "it says why");
  report.expect(std::string_view{record.name} == "child", "and who");
  report.expect(record.registers.pc == ended->pc && is_in_image(record, record.registers.pc),
                "the pc is the program's");
  report.expect(record.region_count == record.regions_in_all && record.region_count >= 3,
                "all regions are there");
  report.expect(record.word_count == abi::max_crash_words || record.word_count > 32,
                "and the top of the stack");
  report.expect(record.return_count >= 2 && is_in_image(record, record.returns[0]) &&
                    is_in_image(record, record.returns[1]),
                "and who had called");
  return {};
}

abi::Status is_only_read(Report& report) {
  crash("undefined");
  const Objects objects = TRY(open(newest()));
  report.expect(objects.has_image && TRY(objects.image.info()).is_sealed == 1, "the image comes");
  report.expect(objects.record.map(base::page_size).error() == Error::denied &&
                    objects.image.map(base::page_size).error() == Error::denied,
                "neither can be written");
  report.expect(TRY(objects.record.info()).is_sealed == 1, "the record is sealed");
  report.expect(!ipc::run(objects.image, {}).ok(), "nor can the image be run");
  return {};
}

void refuses(Report& report) {
  const u64 last = newest();
  const auto wait = [](u64 after, u64 poll) {
    return ipc::call(crashes, proto::WaitCrash{.after = after, .poll = poll}).error();
  };
  report.expect(wait(last, 1) == Error::would_block, "nothing new");
  report.expect(wait(last + 1, 1) == Error::bad_argument &&
                    wait(~u64{0}, 0) == Error::bad_argument && wait(0, 2) == Error::bad_argument,
                "what lies in the future is not waited for");
  report.expect(open(0).error() == Error::not_found && open(last + 1).error() == Error::not_found &&
                    open(~u64{0}).error() == Error::not_found,
                "numbers that are none");
  for (u64 i = 0; i < proto::kept_crashes; ++i) crash("undefined");
  report.expect(open(last).error() == Error::not_found && open(last + 1).ok(),
                "eight are kept, and the ninth goes");
  const auto told = ipc::call(crashes, proto::WaitCrash{.after = 0, .poll = 1});
  report.expect(told.ok() && told->opened == last + 1, "and which one was opened is remembered");
}

abi::Status is_waited_for(Report& report) {
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::first_grant, crashes));
  const u64 before = newest();
  const auto waiter = start({.bundle = &bundle, .priority = 150}, "wait_crash");
  if (!waiter.ok()) return waiter.error().error;
  report.expect(waiter->poll().error() == Error::would_block, "it waits");
  crash("undefined");
  report.expect(TRY(waiter->wait()).status == ((before + 1) & 0xff), "and is told");
  return {};
}

// Where x29 and sp point to in a crash: nothing of it may harm procmgr.
void goes_astray(Report& report) {
  constexpr std::string_view places[] = {
      "0",
      "1",
      "8",
      "4096",
      "65528",
      "549755813880",
      "1099511627776",
      "18446744073709551608",
      "18446744073709551615",
      "549754765312",
      "549753716728",
  };
  const u64 before = newest();
  u64 ended = 0;
  for (const std::string_view frame : places)
    for (const std::string_view stack : {places[1], places[4], places[7], places[9]}) {
      const auto record = run({}, "astray", frame, stack);
      if (record.ok() && record->kind == EndKind::faulted) ++ended;
    }
  report.expect(ended == std::size(places) * 4 && newest() - before == ended,
                "stray registers end a process, and no more");
}

// A stack that is a device's registers: they are not read.
abi::Status stands_on_a_device(Report& report) {
  auto bundle = TRY(ipc::Bundle::make());
  TRY(bundle.give(abi::bundle_slot::first_grant, device));
  const auto ended = run({.bundle = &bundle}, "device");
  const abi::CrashRecord& record = *TRY(read(newest()));
  report.expect(ended.ok() && ended->kind == EndKind::faulted && record.word_count == 0 &&
                    record.return_count == 0,
                "a stack that is a device is not looked at");
  return {};
}

abi::Status has_another_name(Report& report) {
  crash("rename", "0");
  report.expect(std::string_view{TRY(read(newest()))->name} == "a.b..",
                "what is no letter is a dot");
  crash("rename", "1");
  report.expect(std::string_view{TRY(read(newest()))->name}.empty(), "a name that is nowhere");
  crash("rename", "2");
  report.expect(std::string_view{TRY(read(newest()))->name}.size() == abi::max_crash_name - 1,
                "a name that does not end");
  return {};
}

void costs_nothing(Report& report) {
  u64 before = newest();
  bool counts = true;
  expect_equal_books(report, "twenty crashes leave what the first eight left", [&] {
    for (u64 i = 0; i < 20; ++i) crash("undefined");
    counts = counts && newest() == before + 20;
    before = newest();
  });
  report.expect(counts, "and each is counted");
}

}  // namespace

void test_crash(Report& report, u64) {
  report.expect(
      ipc::call(crashes, proto::WaitCrash{.after = 0, .poll = 1}).error() == Error::would_block,
      "none yet");
  report.ran(says_what_happened(report), "says what happened");
  report.ran(is_only_read(report), "is only read");
  refuses(report);
  report.ran(is_waited_for(report), "is waited for");
  goes_astray(report);
  report.ran(stands_on_a_device(report), "stands on a device");
  report.ran(has_another_name(report), "has another name");
  costs_nothing(report);
}

// ---- Roles ------------------------------------------------------------------------------------

int go_astray(std::span<char*> words) {
  const u64 frame = number(words[0]);
  const u64 stack = number(words[1]);
  asm volatile("mov x29, %0\n mov sp, %1\n udf #1" : : "r"(frame), "r"(stack));
  __builtin_unreachable();
}

int stand_on_device(std::span<char*>) {
  const auto registers = ipc::map(Cap<Endpoint>{abi::bundle_slot::first_grant}, base::page_size);
  if (!registers.ok()) return 1;
  const u64 stack = reinterpret_cast<u64>(registers->data()) + 0x40;
  asm volatile("mov x29, %0\n mov sp, %0\n udf #1" : : "r"(stack));
  __builtin_unreachable();
}

// Another argv[0], where the stack began.
int rename_and_crash(std::span<char*> words) {
  static constinit char odd[] = "a\nb\x1b\xff";
  static constinit char endless[2 * abi::max_crash_name];
  std::fill(std::begin(endless), std::end(endless), 'x');
  const u64 names[] = {reinterpret_cast<u64>(odd), 0x123, reinterpret_cast<u64>(endless)};
  u64 address = abi::process_layout::stack_top + sizeof(u64);
  asm volatile("" : "+r"(address));
  *reinterpret_cast<volatile u64*>(address) = names[number(words[0])];
  asm volatile("udf #2" : : : "memory");
  return 0;
}

int wait_for_crash(std::span<char*>) {
  const auto now = ipc::call(crashes, proto::WaitCrash{.after = 0, .poll = 1});
  if (!now.ok()) return 255;
  const auto next = ipc::call(crashes, proto::WaitCrash{.after = now->newest, .poll = 0});
  return next.ok() ? static_cast<int>(next->newest & 0xff) : 255;
}

}  // namespace procmgr_test
