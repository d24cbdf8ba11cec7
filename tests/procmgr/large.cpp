// SPDX-License-Identifier: MIT
// Much of everything, in a machine of 1 GiB.
#include <memory>
#include <tests/procmgr/elf_file.hpp>
#include <tests/procmgr/roles.hpp>

namespace procmgr_test {
namespace {

constexpr u64 large_bytes = 64 * base::mib;
constexpr u64 large_address = 0x30'0000'0000;

u64 pattern(u64 i) { return i * 0x9e37'79b9'7f4a'7c15 ^ i >> 7; }

// A program of a few instructions that touches every 2 MB of its .bss, and faults behind its end:
//   1: ldr x1, [x0]; cbnz x1, 2f; str x0, [x0]; add x0, x0, #512, lsl 12; sub x2, x2, #1;
//      cbnz x2, 1b; mov x0, #0x7770; 2: ldr x1, [x0]
void put_toucher(ElfFile& file, u64 address, u64 times) {
  file.code[0] = 0xd2a0'0000 | static_cast<u32>(address >> 16) << 5;  // movz x0, #, lsl 16
  file.code[1] = 0xd280'0002 | static_cast<u32>(times) << 5;          // movz x2, #
  file.code[2] = 0xf900'0000;                                         // str x0, [x0]
  file.code[3] = 0x9148'0000;                                         // add x0, x0, #0x200, lsl 12
  file.code[4] = 0xf100'0442;                                         // subs x2, x2, #1
  file.code[5] = 0x54ff'ffa1;                                         // b.ne -12
  file.code[6] = 0xd28e'ee00;                                         // movz x0, #0x7770
  file.code[7] = 0xf940'0001;                                         // ldr x1, [x0]
}

abi::Status large_bss(Report& report) {
  constexpr u64 bytes = 512 * base::mib;
  constexpr u64 address = 0x4000'0000;
  static constinit ElfFile file;
  file = ElfFile{};
  file.segments[1].address = address;
  file.segments[1].memory_size = bytes;
  put_toucher(file, address, bytes / (2 * base::mib));
  const auto image = TRY(make_image(file));
  Record record{};
  expect_equal_books(report, "512 MB of .bss leave nothing behind", [&] {
    const std::string_view words[] = {"large"};
    const auto ran = ipc::run(image, words);
    if (ran.ok()) record = *ran;
  });
  report.expect(record.kind == EndKind::faulted && record.address == 0x7770,
                "a program with 512 MB of .bss runs to its end");
  report.expect(record.peak_pages >= 256 && record.peak_pages < 1000, "only touched pages cost");
  report.note([&](auto& text) {
    text << "kind " << static_cast<u32>(record.kind) << ", address " << base::Hex{record.address}
         << ", " << record.peak_pages << " pages";
  });
  return {};
}

void heaps(Report& report) {
  expect_equal_books(report, "a heap of 64 MB leaves nothing behind",
                     [] { static_cast<void>(run({}, "grow", "67108864")); });
  report.expect(exited(run({}, "grow", "67108864"), 0), "a heap grows by 64 MB behind the image");
}

abi::Status shared_pattern(Report& report) {
  const auto object = TRY(ipc::MemoryObject::create(large_bytes));
  const ipc::Region region = TRY(object.map(large_bytes));
  auto* words = reinterpret_cast<u64*>(region.data());
  for (u64 i = 0; i < large_bytes / sizeof(u64); ++i) words[i] = pattern(i);
  const auto child = start({.flags = flag::suspended}, "large");
  if (!child.ok()) return child.error().error;
  const auto placed = ipc::call(Cap<Endpoint>{*child},
                                proto::Map{.address = large_address,
                                           .offset = 0,
                                           .length = large_bytes,
                                           .access = proto::memory_right::read,
                                           .flags = 0},
                                {Cap<Endpoint>{object}.at()}, {});
  report.expect(placed.ok() && placed->reply.address == large_address,
                "memory maps at an address of a foreign space");
  TRY(child->resume());
  const Record record = TRY(child->wait());
  report.expect(record.kind == EndKind::exited && record.status == 0,
                "and shows 64 MB as they were written");
  return ipc::unmap(region);
}

// Pages of a region that are there, from its start.
bool shows(u64 address, u64 length) {
  const auto found = ipc::call(ipc::self, proto::FindRegion{.address = address});
  return found.ok() && found->address == address && found->length == length;
}

abi::Status holes(Report& report) {
  constexpr u64 page = base::page_size;
  constexpr u64 at = large_address;
  // The page tables that this place needs stay with the process.
  const auto first = TRY(ipc::map_new(page, {.address = at}));
  first[0] = std::byte{1};
  TRY(ipc::unmap(first));
  const Books before = settled_books();
  const auto region = TRY(ipc::map_new(16 * page, {.address = at}));
  for (u64 i = 0; i < 16; ++i) region[i * page] = static_cast<std::byte>(i + 1);
  TRY(ipc::unmap(region.subspan(4 * page, 2 * page)));
  report.expect(shows(at, 4 * page) && shows(at + 6 * page, 10 * page), "a hole makes two regions");
  TRY(ipc::unmap(region.subspan(2 * page, 6 * page)));
  report.expect(shows(at, 2 * page) && shows(at + 8 * page, 8 * page),
                "what goes may cross regions and holes");
  bool kept = true;
  for (const u64 i : {u64{0}, u64{1}, u64{8}, u64{15}})
    kept = kept && region[i * page] == static_cast<std::byte>(i + 1);
  report.expect(kept, "what stays keeps what it holds");
  const auto again = TRY(ipc::map_new(6 * page, {.address = at + 2 * page}));
  report.expect(again[0] == std::byte{0} && again[5 * page] == std::byte{0},
                "what comes into a hole is zero");
  TRY(ipc::protect(region, proto::memory_right::read));
  report.expect(region[15 * page] == std::byte{16}, "protection crosses regions");
  TRY(ipc::unmap(region));
  report.expect(!shows(at, 2 * page), "all of it goes at once");
  const Books after = settled_books();
  if (!(after == before)) note_difference(report, before, after);
  report.expect(after == before, "holes leave the books as they were");
  return {};
}

// Memory that lies in one piece on the machine too, so that large pages could show it, is cut.
abi::Status cuts(Report& report) {
  constexpr u64 page = base::page_size;
  constexpr u64 step = 2 * base::mib;
  constexpr u64 length = 16 * base::mib;
  const auto object = TRY(ipc::MemoryObject::create(length, proto::memory_flag::contiguous));
  const auto region =
      TRY(object.map(length, {.address = large_address, .flags = proto::map_flag::populate}));
  for (u64 i = 0; i < length; i += page) region[i] = std::byte{0xaa};
  bool is_zero = true;
  for (u64 i = 0; i < length; i += step) {
    TRY(ipc::unmap(region.subspan(i + 5 * page, 3 * page)));
    const auto fresh = TRY(ipc::map_new(3 * page, {.address = large_address + i + 5 * page}));
    for (u64 k = 0; k < 3; ++k) is_zero = is_zero && fresh[k * page] == std::byte{0};
  }
  report.expect(is_zero, "what is cut out of a large piece is gone");
  const ipc::Region first = region.subspan(0, length);
  TRY(ipc::protect(first.subspan(0, page), proto::memory_right::read));
  first[page] = std::byte{1};
  report.expect(first[0] == std::byte{0xaa}, "what is protected of it is only that");
  return ipc::unmap(first);
}

constexpr u64 crowd_size = 1000;

// Without destructors: the crowd is larger than a stack should be, and is static.
struct Crowd {
  abi::CapPtr handles[crowd_size];
  u64 count = 0;
};

u64 gather(Crowd& crowd) {
  for (crowd.count = 0; crowd.count < crowd_size; ++crowd.count) {
    const auto slot = ipc::LandingSlot::make();
    if (!slot.ok()) break;
    auto child = start({.flags = flag::suspended, .priority = 1}, "exit", "1");
    if (!child.ok()) break;
    auto handle = ipc::obtain<Endpoint>(Cap<Endpoint>{*child}, proto::Reduce{.rights = Rights{63}});
    if (!handle.ok()) break;
    crowd.handles[crowd.count] = handle->release().at();
  }
  return crowd.count;
}

u64 dismiss(const Crowd& crowd) {
  u64 ended = 0;
  for (u64 i = 0; i < crowd.count; ++i) {
    ipc::Owned<Endpoint> handle{ipc::slots(), crowd.handles[i]};
    static_cast<void>(ipc::call(handle.get(), proto::Resume{}));
    const auto answer = ipc::call(handle.get(), proto::Wait{});
    if (answer.ok() && answer->record.kind == EndKind::exited) ++ended;
  }
  return ended;
}

void crowds(Report& report) {
  static constinit Crowd crowd;
  u64 gathered = 0;
  u64 ended = 0;
  expect_equal_books(report, "1,000 leave the books as they were", [&] {
    gathered = gather(crowd);
    ended = dismiss(crowd);
  });
  report.expect(gathered == crowd_size, "1,000 processes live at once");
  report.expect(ended == crowd_size, "and all end well");
  report.note([&](auto& text) { text << gathered << " lived, " << ended << " ended"; });
}

void small_and_large(Report& report, u64 count) {
  const u64 half = books().ledger.total / 2;
  base::Text<24> pages;
  pages << half;
  u64 good = 0;
  for (u64 i = 0; i < count; ++i) {
    for (u64 k = 0; k < 100; ++k)
      if (exited(run({}, "exit", "4"), 4)) ++good;
    if (exited(run({}, "touch", pages.view()), 0)) ++good;
  }
  report.expect(good == 101 * count, "small ones alternate with one that takes half of all memory");
}

void all_memory(Report& report) {
  const auto ended = [](u64 pages) {
    base::Text<24> text;
    text << pages;
    const auto record = run({}, "touch", text.view());
    return record.ok() ? record->kind : EndKind::running;
  };
  expect_equal_books(report, "one that wants more than there is leaves nothing behind",
                     [&] { static_cast<void>(ended(books().ledger.total + 1)); });
  report.expect(ended(books().ledger.total + 1) == EndKind::over_quota, "and is told so");
}

}  // namespace

int read_large(std::span<char*>) {
  const auto* words = reinterpret_cast<const u64*>(large_address);
  for (u64 i = 0; i < large_bytes / sizeof(u64); ++i)
    if (words[i] != pattern(i)) return 1;
  return 0;
}

void test_large(Report& report, u64 effort) {
  report.ran(holes(report), "holes");
  report.ran(cuts(report), "cuts");
  report.ran(large_bss(report), "large .bss");
  heaps(report);
  report.ran(shared_pattern(report), "a shared pattern");
  crowds(report);
  small_and_large(report, effort);
  all_memory(report);
}

}  // namespace procmgr_test
