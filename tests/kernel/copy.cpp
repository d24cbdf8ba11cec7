// SPDX-License-Identifier: MIT
// VSpace.Copy: bytes from one address space into another.
#include <abi/layout.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::u8;
using abi::vspace::max_copy;
using base::page_size;

constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};
constexpr abi::Priority lower{test_priority.level - 10};
constexpr u64 somewhere = 0x12'3440'0000;
constexpr u64 large_page = 2 * base::mib;
constexpr u8 untouched = 0xee;

enum Side : u64 { source_side = 0, target_side = 1 };

// What the kernel answers, both details included.
struct Outcome {
  Error error = Error::none;
  u64 address = 0;
  u64 side = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome copy_bytes(Cap<ipc::VSpace> source, u64 from, Cap<ipc::VSpace> target, u64 to, u64 length) {
  const ipc::Message answer = ipc::invoke_raw(
      source,
      abi::vspace::Copy{
          .source_address = from, .target = target.at(), .target_address = to, .length = length});
  return {answer.error(), answer.words[0], answer.words[1]};
}

void is_outcome(Context& t, const Outcome& found, const Outcome& expected,
                Where where = Where::current()) {
  t.equals(found.error, expected.error, where);
  t.equals(found.address, expected.address, where);
  t.equals(found.side, expected.side, where);
}

u8 byte_at(u64 address) { return *reinterpret_cast<volatile u8*>(address); }

void fill(u64 address, u64 length, u8 value) {
  for (u64 i = 0; i < length; ++i) reinterpret_cast<volatile u8*>(address)[i] = value;
}
void fill_with_pattern(u64 address, u64 length, u64 seed) {
  for (u64 i = 0; i < length; ++i)
    reinterpret_cast<volatile u8*>(address)[i] = static_cast<u8>(pattern(seed, i));
}
u64 count_wrong(u64 address, u64 length, u64 seed) {
  u64 wrong = 0;
  for (u64 i = 0; i < length; ++i)
    if (byte_at(address + i) != static_cast<u8>(pattern(seed, i))) ++wrong;
  return wrong;
}

// Memory of our own.
u64 make_own(Context& t, u64 size_bits) {
  const u64 size = u64{1} << size_bits;
  const u64 address = t.need(t.space().reserve(size, size < large_page ? page_size : large_page));
  t.need(t.space().map(t.make<ipc::Frame>(size_bits), address, size, support::read_write));
  return address;
}

// Another address space with memory at `somewhere`, which stands in ours too, at `view`.
struct Far {
  Far(Context& test, u64 size_bits, abi::frame::MapFlags flags = support::read_write)
      : t(test), vspace(t.make<ipc::VSpace>()), space(t.memory(), vspace) {
    const u64 size = u64{1} << size_bits;
    frame = t.make<ipc::Frame>(size_bits);
    t.need(space.map(frame, somewhere, size, flags));
    const auto same = t.copy(frame);
    view = t.need(t.space().reserve(size, size < large_page ? page_size : large_page));
    t.need(t.space().map(same, view, size, support::read_write));
  }

  Context& t;
  Cap<ipc::VSpace> vspace;
  support::AddressSpace space;
  Cap<ipc::Frame> frame;
  u64 view = 0;
};

void every_alignment(Context& t) {
  Far far{t, 12};
  const u64 source = make_own(t, 12);
  fill_with_pattern(source, page_size, 1);
  constexpr u64 lengths[] = {1, 2, 7, 8, 15, 16, 17, 31, 127, 255, 256, 257, 383, 384, 400};
  u64 wrong = 0;
  for (u64 from = 0; from < 17; ++from) {
    for (u64 to = 0; to < 17; ++to) {
      const u64 length = lengths[(from * 17 + to) % std::size(lengths)];
      fill(far.view, 512, untouched);
      if (copy_bytes(own, source + from, far.vspace, somewhere + to, length) != Outcome{}) ++wrong;
      for (u64 i = 0; i < 512; ++i) {
        const bool copied = i >= to && i < to + length;
        const u8 expected = copied ? byte_at(source + from + i - to) : untouched;
        if (byte_at(far.view + i) != expected) ++wrong;
      }
    }
  }
  t.equals(wrong, u64{0});
}

void every_length(Context& t) {
  Far far{t, 12};
  const u64 source = make_own(t, 12);
  fill_with_pattern(source, page_size, 2);
  u64 wrong = 0;
  for (u64 length = 0; length < 700; length += length < 300 ? 1 : 37) {
    fill(far.view, length + 8, untouched);
    if (copy_bytes(own, source + 3, far.vspace, somewhere + 5, length) != Outcome{}) ++wrong;
    for (u64 i = 0; i < length; ++i)
      if (byte_at(far.view + 5 + i) != byte_at(source + 3 + i)) ++wrong;
    if (byte_at(far.view + 4) != untouched || byte_at(far.view + 5 + length) != untouched) ++wrong;
  }
  t.equals(wrong, u64{0});
}

void pages_in_any_order(Context& t) {
  // Both sides are mapped page by page, the target backwards; neither starts at a page.
  constexpr u64 pages = 16;
  const auto vspace = t.make<ipc::VSpace>();
  support::AddressSpace space{t.memory(), vspace};
  t.need(space.prepare(somewhere));
  const auto frame = t.make<ipc::Frame>(16);
  for (u64 i = 0; i < pages; ++i)
    t.need(ipc::invoke(frame, abi::frame::Map{.vspace = vspace.at(),
                                              .address = somewhere + i * page_size,
                                              .offset = (pages - 1 - i) * page_size,
                                              .length = page_size,
                                              .flags = support::read_write}));
  const u64 source = make_own(t, 16);
  const u64 result = make_own(t, 16);
  fill_with_pattern(source, pages * page_size, 3);
  for (const u64 shift : {u64{0}, u64{1}, u64{100}, page_size - 1}) {
    const u64 length = pages * page_size - page_size;
    t.that(copy_bytes(own, source + 77, vspace, somewhere + shift, length) == Outcome{}, "there");
    t.that(copy_bytes(vspace, somewhere + shift, own, result + 77, length) == Outcome{}, "back");
    u64 wrong = 0;
    for (u64 i = 77; i < 77 + length; ++i)
      if (byte_at(result + i) != byte_at(source + i)) ++wrong;
    t.equals(wrong, u64{0});
    fill(result, pages * page_size, untouched);
  }
}

void large_pages(Context& t) {
  Far far{t, 21};
  t.equals(t.need(ipc::invoke(far.vspace, abi::vspace::Walk{somewhere})).page_bits, u64{21});
  const u64 source = make_own(t, 16);
  fill_with_pattern(source, max_copy, 4);
  const u64 middle = large_page / 2 + 12'345;
  t.that(copy_bytes(own, source, far.vspace, somewhere + middle, max_copy) == Outcome{}, "copied");
  t.equals(count_wrong(far.view + middle, max_copy, 4), u64{0});
  // The end of the large page is the end of what is mapped.
  const u64 end = somewhere + large_page;
  is_outcome(t, copy_bytes(own, source, far.vspace, end - 100, max_copy),
             {Error::absent, end, target_side});
  t.equals(count_wrong(far.view + large_page - 100, 100, 4), u64{0});
}

void absent_pages_are_named(Context& t) {
  Far far{t, 13};
  const u64 source = make_own(t, 13);  // with a page that stays unmapped behind it
  fill_with_pattern(source, 2 * page_size, 5);
  const u64 end = source + 2 * page_size;
  t.fails(ipc::invoke(own, abi::vspace::Walk{end}), Error::absent);
  is_outcome(t, copy_bytes(own, end - 5000, far.vspace, somewhere, 6000),
             {Error::absent, end, source_side});
  u64 wrong = 0;
  for (u64 i = 0; i < 5000; ++i)
    if (byte_at(far.view + i) != byte_at(end - 5000 + i)) ++wrong;
  t.equals(wrong, u64{0});
  // The same on the other side, and with nothing there at all.
  fill(far.view, 2 * page_size, untouched);
  is_outcome(t, copy_bytes(own, source, far.vspace, somewhere + page_size + 10, 2 * page_size),
             {Error::absent, somewhere + 2 * page_size, target_side});
  t.equals(count_wrong(far.view + page_size + 10, page_size - 10, 5), u64{0});
  t.equals(byte_at(far.view + page_size + 9), untouched);
  is_outcome(t, copy_bytes(own, source, far.vspace, 0, 1), {Error::absent, 0, target_side});
  is_outcome(t, copy_bytes(far.vspace, somewhere - 1, own, source, 2),
             {Error::absent, somewhere - 1, source_side});
  // Where both are absent, the source is told first.
  is_outcome(t, copy_bytes(far.vspace, 8, far.vspace, 16, 1), {Error::absent, 8, source_side});
}

void read_only_targets_are_absent(Context& t) {
  Far far{t, 12, support::read_only};
  const u64 mine = make_own(t, 12);
  fill(far.view, page_size, untouched);
  is_outcome(t, copy_bytes(own, mine, far.vspace, somewhere + 8, 16),
             {Error::absent, somewhere + 8, target_side});
  for (u64 i = 0; i < 64; ++i) t.equals(byte_at(far.view + i), untouched);
  fill_with_pattern(far.view, page_size, 6);
  t.that(copy_bytes(far.vspace, somewhere, own, mine, page_size) == Outcome{}, "it can be read");
  t.equals(count_wrong(mine, page_size, 6), u64{0});
  // Code can be read as well, and not written.
  const auto code = reinterpret_cast<u64>(&read_only_targets_are_absent);
  t.that(copy_bytes(own, code, own, mine, 16) == Outcome{}, "code is readable");
  t.equals(peek(mine), peek(code));
  is_outcome(t, copy_bytes(own, mine, own, code, 16), {Error::absent, code, target_side});
}

void devices_are_refused(Context& t) {
  Far far{t, 12};
  const u64 mine = make_own(t, 12);
  for (const abi::Grant& grant : support::environment().boot_info->untyped) {
    if (grant.is_device == 0) continue;
    const Cap<ipc::Untyped> device{grant.cap};
    if (free_bytes(t, device) != u64{1} << grant.size_bits || grant.size_bits < 12) continue;
    const CapPtr at = t.slot();
    t.need(retype_to(t, device, {abi::ObjectType::frame, 12}, at));
    t.need(
        far.space.map(Cap<ipc::Frame>{at}, somewhere + page_size, page_size, support::read_write));
    const u64 registers = somewhere + page_size;
    fill(far.view, page_size, untouched);
    fill_with_pattern(mine, page_size, 7);
    is_outcome(t, copy_bytes(far.vspace, registers, own, mine, 8),
               {Error::not_supported, registers, source_side});
    is_outcome(t, copy_bytes(own, mine, far.vspace, registers - 8, 16),
               {Error::not_supported, registers, target_side});
    t.equals(count_wrong(far.view + page_size - 8, 8, 7), u64{0});
    t.need(t.remove(at));
    return;
  }
  t.that(false, "there is an unused device");
}

void ranges_are_checked(Context& t) {
  Far far{t, 16};
  const u64 source = make_own(t, 17);
  fill_with_pattern(source, max_copy, 8);
  const auto to_far = [&](u64 from, u64 to, u64 length) {
    return copy_bytes(own, from, far.vspace, to, length);
  };
  t.that(to_far(source, somewhere, max_copy) == Outcome{}, "64 KiB is the most");
  t.equals(count_wrong(far.view, max_copy, 8), u64{0});
  const Outcome out_of_range{Error::out_of_range};
  is_outcome(t, to_far(source, somewhere, max_copy + 1), out_of_range);
  is_outcome(t, to_far(source, somewhere, ~u64{0}), out_of_range);
  // Nothing is also a length, wherever it is.
  is_outcome(t, to_far(0, 0, 0), {});
  is_outcome(t, to_far(whole_space, whole_space, 0), {});
  // Ends, wrapping, the gap and the kernel's half.
  for (const u64 bad :
       {whole_space - 7, whole_space, u64{1} << 48, ~u64{0}, ~u64{0} - 6,
        abi::layout::physical_window, abi::layout::kernel_base, u64{1} << 56 | somewhere}) {
    is_outcome(t, to_far(bad, somewhere, 8), out_of_range);
    is_outcome(t, to_far(source, bad, 8), out_of_range);
  }
  is_outcome(t, to_far(whole_space - 8, somewhere, 8),
             {Error::absent, whole_space - 8, source_side});
}

void within_one_space(Context& t) {
  const u64 place = make_own(t, 14);
  fill_with_pattern(place, page_size, 9);
  t.that(copy_bytes(own, place, own, place + 2 * page_size + 3, page_size) == Outcome{}, "copied");
  t.equals(count_wrong(place + 2 * page_size + 3, page_size, 9), u64{0});
  t.equals(count_wrong(place, page_size, 9), u64{0});
  // Onto itself: the same bytes.
  t.that(copy_bytes(own, place, own, place, page_size) == Outcome{}, "copied");
  t.equals(count_wrong(place, page_size, 9), u64{0});
}

void rights_are_needed(Context& t) {
  namespace right = abi::vspace_right;
  Far far{t, 12};
  const u64 mine = make_own(t, 12);
  const auto without = [&](abi::Rights missing) {
    return t.copy(far.vspace, abi::Rights{0xff & ~missing.bits});
  };
  const auto from = [&](Cap<ipc::VSpace> source) {
    return copy_bytes(source, somewhere, own, mine, 8);
  };
  const auto into = [&](Cap<ipc::VSpace> target) {
    return copy_bytes(own, mine, target, somewhere, 8);
  };
  is_outcome(t, from(without(right::read)), {Error::denied});
  is_outcome(t, into(without(right::write)), {Error::denied});
  is_outcome(t, from(t.copy(far.vspace, right::read)), {});
  is_outcome(t, into(t.copy(far.vspace, right::write)), {});
  is_outcome(t, into(Cap<ipc::VSpace>{CapPtr{0}}), {Error::invalid_capability});
  is_outcome(t, into(Cap<ipc::VSpace>{t.slot()}), {Error::invalid_capability});
  is_outcome(t, into(Cap<ipc::VSpace>{far.frame.at()}), {Error::wrong_object});
}

void changes_in_the_middle(Context& t) {
  // One thread copies, with the shortest turns; another takes the ground away, again and again, and
  // in the end for good.
  Far far{t, 16};
  const u64 source = make_own(t, 16);
  fill_with_pattern(source, max_copy, 10);
  u64 complete = 0;
  u64 cut = 0;
  u64 strange = 0;
  bool over = false;
  auto copier = [&] {
    while (!over) {
      const Outcome found = copy_bytes(own, source, far.vspace, somewhere, max_copy);
      const bool is_cut = found.error == Error::absent && found.side == target_side &&
                          found.address - somewhere < max_copy && found.address % page_size == 0;
      if (found == Outcome{})
        ++complete;
      else if (is_cut)
        ++cut;
      else if (found.error == Error::invalid_capability)
        over = true;
      else
        ++strange;
    }
  };
  auto changer = [&] {
    // How far the other comes in a turn depends on the machine: until it has seen both.
    const auto seen_both = [&] {
      return __atomic_load_n(&complete, __ATOMIC_RELAXED) != 0 &&
             __atomic_load_n(&cut, __ATOMIC_RELAXED) != 0;
    };
    for (u64 round = 0; round < 100 || (round < 10'000 && !seen_both()); ++round) {
      ipc::yield();
      t.need(ipc::invoke(far.vspace, abi::vspace::Clear{}));
      ipc::yield();
      t.need(far.space.map(far.frame, somewhere, max_copy, support::read_write));
    }
    t.need(t.remove(far.vspace.at()));
  };
  Worker first{t, copier, {.priority = lower}};
  first.set_budget(abi::sched_context::min_budget);
  Worker second{t, changer, {.priority = lower}};
  second.set_budget(abi::sched_context::min_budget);
  second.join();
  first.join();
  t.equals(strange, u64{0});
  t.that(complete != 0, "some copies were complete");
  t.that(cut != 0, "some found nothing there");
}

void interrupted_copies_are_complete(Context& t) {
  Far far{t, 17};
  const u64 source = make_own(t, 17);
  fill_with_pattern(source, 2 * max_copy, 11);
  bool stop = false;
  auto competitor = [&] {
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) ipc::yield();
  };
  u64 wrong = 0;
  auto copier = [&] {
    for (u64 round = 0; round < 400; ++round) {
      // A word of each page tells whether all of it came.
      for (u64 at = far.view; at < far.view + max_copy; at += page_size) poke(at + 8 * 31, round);
      if (copy_bytes(own, source, far.vspace, somewhere, max_copy) != Outcome{}) ++wrong;
      for (u64 i = 0; i < max_copy; i += page_size)
        if (peek(far.view + i + 8 * 31) != peek(source + i + 8 * 31)) ++wrong;
    }
  };
  Worker worker{t, copier, {.priority = lower}};
  worker.set_budget(abi::sched_context::min_budget);
  Worker other{t, competitor, {.priority = lower}};
  other.set_budget(abi::sched_context::min_budget);
  worker.join();
  __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
  other.join();
  t.equals(wrong, u64{0});
  t.equals(count_wrong(far.view, max_copy, 11), u64{0});
}

constexpr Test table[] = {
    {"copy.alignment", "a copy of any alignment moves its bytes and no others", every_alignment},
    {"copy.length", "a copy of any length moves its bytes and no others", every_length},
    {"copy.pages", "a copy crosses page boundaries on both sides", pages_in_any_order},
    {"copy.large", "a copy inside of a large page ends with the page", large_pages},
    {"copy.absent", "the first page that is absent is named, and what lies before is copied",
     absent_pages_are_named},
    {"copy.read_only", "a page that may not be written is an absent target",
     read_only_targets_are_absent},
    {"copy.device", "a device's memory is not copied", devices_are_refused},
    {"copy.range", "a copy stays within 64 KiB and the user's half", ranges_are_checked},
    {"copy.own", "a copy may stay in one address space", within_one_space},
    {"copy.rights", "a copy needs read on one address space and write on the other",
     rights_are_needed},
    {"copy.changes", "address spaces that change in the middle of a copy end it with an error",
     changes_in_the_middle},
    {"copy.interrupted", "a copy that is interrupted ends complete",
     interrupted_copies_are_complete},
};

}  // namespace

constinit const kit::Table tests::copy_tests = table;
