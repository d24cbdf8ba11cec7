// SPDX-License-Identifier: MIT
// What a program finds when it starts. (That registers are zero and the stack is aligned, each
// child of these tests checks in its first instructions.)
#include <algorithm>
#include <libipc/time.hpp>
#include <tests/procmgr/elf_file.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

namespace layout = abi::process_layout;

constexpr u64 canary = 0xc0ff'ee00'dead'beef;
constexpr u64 canary_bytes = 4 * base::mib;

// Is it one of the block's strings?
bool lies_above(const void* pointer) {
  const u64 address = reinterpret_cast<u64>(pointer);
  return address > layout::stack_top && address < layout::stack_top + base::mib;
}

u64 auxiliary(const u64* vector, u64 type) {
  for (; *vector != 0; vector += 2)
    if (*vector == type) return vector[1];
  return 0;
}

bool has_auxiliary_vector(const u64* vector) {
  constexpr u64 at_headers = 3;
  constexpr u64 at_header_size = 4;
  constexpr u64 at_page_size = 6;
  constexpr u64 at_entry = 9;
  constexpr u64 at_random = 25;
  const u64 headers = auxiliary(vector, at_headers);
  const u64 random = auxiliary(vector, at_random);
  const auto* bytes = reinterpret_cast<const u64*>(random);
  return auxiliary(vector, at_page_size) == base::page_size &&
         auxiliary(vector, abi::at_process_page) == layout::process_page &&
         auxiliary(vector, at_header_size) == sizeof(ElfSegment) && headers != 0 &&
         reinterpret_cast<const ElfHeader*>(headers - sizeof(ElfHeader))->entry ==
             auxiliary(vector, at_entry) &&
         bytes[0] != 0 && bytes[0] != bytes[1];
}

constinit u64 untouched[1024];

bool is_zero(const u64* words, u64 count) {
  return std::all_of(words, words + count, [](u64 word) { return word == 0; });
}

// The upper halves of the arguments' page and of the process page: zero, and then canaries.
bool pages_are_fresh() {
  constexpr u64 half = base::page_size / 2;
  constexpr u64 words = half / sizeof(u64);
  auto* arguments = reinterpret_cast<u64*>(layout::stack_top + half);
  auto* process = reinterpret_cast<u64*>(layout::process_page + half);
  const bool is_fresh = is_zero(arguments, words) && is_zero(process, words);
  std::fill_n(arguments, words, canary);
  std::fill_n(process, words, canary);
  return is_fresh;
}

template <class... Words>
void expect_fault(Report& report, abi::FaultKind kind, u64 address, std::string_view name,
                  Words... words) {
  const auto record = run({}, words...);
  const bool is_right = record.ok() && record->kind == EndKind::faulted &&
                        record->status == static_cast<u32>(kind) && record->address == address &&
                        (record->pc != 0 || name == "a jump to address 0");
  report.expect(is_right, name);
  if (record.ok() && !is_right)
    report.note([&](auto& text) {
      text << "kind " << static_cast<u32>(record->kind) << ", status " << record->status
           << ", address " << base::Hex{record->address} << ", pc " << base::Hex{record->pc};
    });
}

void nothing_at_zero(Report& report) {
  const Books before = settled_books();
  expect_fault(report, abi::FaultKind::page, 0, "a read from address 0", "read", "0");
  expect_fault(report, abi::FaultKind::page, 0, "a write to address 0", "write", "0");
  expect_fault(report, abi::FaultKind::page, 0, "a jump to address 0", "jump", "0");
  expect_fault(report, abi::FaultKind::page, 4095, "a read from the end of page 0", "read", "4095");
  expect_fault(report, abi::FaultKind::page, 65532, "a read below the lowest", "read", "65532");
  report.expect(exited(run({}, "exit", "5"), 5), "the next one runs");
  report.expect(settled_books() == before, "faults leave the books as they were");
}

abi::Status other_code_at_the_same_place(Report& report, u64 count) {
  static constinit ElfFile file;
  const std::string_view words[] = {"reader"};
  u64 good = 0;
  for (u64 i = 0; i < count; ++i) {
    const u64 address = i % 2 == 0 ? 0x2340 : 0x5670;
    file = ElfFile{};
    put_reader(file, address);
    const auto image = TRY(make_image(file));
    const auto record = ipc::run(image, words);
    if (record.ok() && record->kind == EndKind::faulted && record->address == address) ++good;
  }
  report.expect(good == count, "two programs at one address alternate 1,000 times");
  return {};
}

void fresh_memory(Report& report) {
  u64 good = 0;
  for (u64 i = 0; i < 100; ++i)
    if (exited(run({}, "canary"), 0)) ++good;
  report.expect(good == 100, "100 children find their memory zero, whoever had it before");
}

// Each child looks whether all is there, beside a process that keeps procmgr busy.
void complete_before_it_runs(Report& report, u64 count) {
  constexpr u64 priority = 100;  // all three the same
  const auto busy = start({.priority = priority}, "busy");
  const std::string_view environment[] = {"A=1", "", "B= 2\xff"};
  u64 good = 0;
  for (u64 i = 0; i < count; ++i)
    if (exited(run({.environment = environment, .priority = priority}, "start", "", "yyy"), 0))
      ++good;
  report.expect(busy.ok() && good == count, "no child runs before it is complete");
  if (busy.ok()) static_cast<void>(busy->kill());
}

void startup_state(Report& report) {
  const std::string_view environment[] = {"A=1", "", "B= 2\xff"};
  for (const u64 length : {u64{3}, u64{3000}}) {
    static constinit char text[4000] = {};
    std::ranges::fill(text, 'y');
    const auto record =
        run({.environment = environment}, "start", "", std::string_view{text, length});
    report.expect(exited(record, 0),
                  length == 3 ? "the start from a message" : "the start from a block");
    if (record.ok()) report.note([&](auto& line) { line << "status " << record->status; });
  }
}

// The machine of these tests has a clock, which is set.
void wall_clock(Report& report) {
  constexpr u64 second = 1'000'000'000;
  constexpr u64 year_2024 = 1'704'067'200 * second;
  constexpr u64 year_2100 = 4'102'444'800 * second;
  const u64 first = ipc::wall_clock();
  report.expect(first > year_2024 && first < year_2100, "the time of day is known");
  const auto until = ipc::machine::counter() + ipc::machine::counter_frequency() / 100;
  while (ipc::machine::counter() < until) continue;
  const u64 passed = ipc::wall_clock() - first;
  report.expect(passed >= second / 100 && passed < 10 * second, "and goes on as the counter does");
}

}  // namespace

// Each bit of the status is something that is wrong.
int look_at_start(int argc, char** argv, char** environment) {
  const auto* block = reinterpret_cast<const u64*>(argv) - 1;
  int wrong = 0;
  if (reinterpret_cast<u64>(block) != layout::stack_top) wrong |= 1;
  if (block[0] != static_cast<u64>(argc) || argc != 4 || argv[4] != nullptr) wrong |= 2;
  if (environment != argv + 5 || environment[3] != nullptr) wrong |= 4;
  for (int i = 0; i < 4; ++i)
    if (!lies_above(argv[i])) wrong |= 8;
  for (int i = 0; i < 3; ++i)
    if (!lies_above(environment[i])) wrong |= 16;
  if (std::string_view{argv[2]} != "" || std::string_view{environment[2]} != "B= 2\xff")
    wrong |= 32;
  if (!has_auxiliary_vector(reinterpret_cast<const u64*>(environment + 4))) wrong |= 64;
  return wrong;
}

// All memory of every kind: zero at first, and full of canaries afterwards.
int scan_for_canaries(std::span<char*>) {
  const auto region = ipc::map_new(canary_bytes);
  if (!region.ok()) return 2;
  auto* words = reinterpret_cast<u64*>(region->data());
  const u64 count = canary_bytes / sizeof(u64);
  // The stack grows into pages that nobody has touched.
  auto* stack = reinterpret_cast<u64*>(layout::stack_top - base::mib);
  const u64 stack_words = base::mib / 2 / sizeof(u64);
  const auto object = ipc::MemoryObject::create(base::mib);
  const auto shared = object.ok() ? object->map(base::mib) : abi::Result<ipc::Region>{Error::gone};
  if (!shared.ok()) return 3;
  auto* other = reinterpret_cast<u64*>(shared->data());
  const u64 other_words = base::mib / sizeof(u64);
  if (!pages_are_fresh() || !is_zero(words, count) || !is_zero(untouched, std::size(untouched)) ||
      !is_zero(stack, stack_words) || !is_zero(other, other_words))
    return 1;
  std::fill_n(words, count, canary);
  std::fill_n(stack, stack_words, canary);
  std::fill_n(other, other_words, canary);
  std::ranges::fill(untouched, canary);
  return 0;
}

void test_start(Report& report, u64 effort) {
  startup_state(report);
  wall_clock(report);
  complete_before_it_runs(report, 1000 * effort);
  nothing_at_zero(report);
  fresh_memory(report);
  report.ran(other_code_at_the_same_place(report, 1000), "other code at the same place");
}

}  // namespace procmgr_test
