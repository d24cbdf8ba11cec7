// SPDX-License-Identifier: MIT
// Mapping memory: single pages, and many with one call.
#include <array>
#include <user/bench/measure.hpp>

namespace bench {
namespace {

using base::page_size;
using ipc::Cap;
using support::read_write;

constexpr u64 large_size = 2 * base::mib;
constexpr Cap<ipc::VSpace> own{abi::root_slot::vspace};

abi::Status map(Cap<ipc::Frame> frame, u64 address, u64 length) {
  return ipc::invoke(frame, abi::frame::Map{own.at(), address, 0, length, read_write}).error();
}
abi::Status unmap(Cap<ipc::Frame> frame, u64 address, u64 length) {
  return ipc::invoke(frame, abi::frame::Unmap{address, length}).error();
}

// A place with tables down to single pages.
abi::Result<u64> make_place(u64 size) {
  support::AddressSpace& space = support::environment().self;
  const u64 address = TRY(space.reserve(size, large_size));
  for (u64 at = address; at < address + size; at += large_size) TRY(space.prepare(at));
  return address;
}

// One Frame of one page each, mapped and unmapped whole.
abi::Status measure_single_pages() {
  constexpr u64 count = 100;
  const u64 address = TRY(make_place(large_size));
  std::array<ipc::Owned<ipc::Frame>, count> frames;
  for (auto& frame : frames)
    frame = TRY(support::environment().memory.make<ipc::Frame>(base::page_bits));
  Stopwatch mapping;
  Stopwatch unmapping;
  for (u64 round = 0; round < repetitions / count; ++round) {
    mapping.start();
    for (u64 i = 0; i < count; ++i) TRY(map(frames[i], address + i * page_size, page_size));
    mapping.stop(count);
    unmapping.start();
    for (u64 i = 0; i < count; ++i) TRY(unmap(frames[i], address + i * page_size, page_size));
    unmapping.stop(count);
  }
  report("map.page", mapping.per_operation());
  report("unmap.page", unmapping.per_operation());
  return {};
}

// 512 entries, by single pages because the run does not start at 2 MiB; per entry.
abi::Status measure_bulk() {
  const u64 address = TRY(make_place(2 * large_size)) + page_size;
  const auto frame = TRY(support::environment().memory.make<ipc::Frame>(21));
  Stopwatch mapping;
  Stopwatch unmapping;
  for (u64 round = 0; round < 40; ++round) {
    mapping.start();
    TRY(map(frame, address, large_size));
    mapping.stop(large_size / page_size);
    unmapping.start();
    TRY(unmap(frame, address, large_size));
    unmapping.stop(large_size / page_size);
  }
  report("map.bulk_page", mapping.per_operation());
  report("unmap.bulk_page", unmapping.per_operation());
  return {};
}

// Into another address space, by whole pages.
abi::Status measure_copies() {
  constexpr u64 most = abi::vspace::max_copy;
  support::Environment& environment = support::environment();
  const u64 source = TRY(environment.self.reserve(most));
  const auto frame = TRY(environment.self.map_new(source, 16, read_write));
  const auto vspace = TRY(environment.memory.make<ipc::VSpace>());
  support::AddressSpace other{environment.memory, vspace};
  const auto far_frame = TRY(other.map_new(source, 16, read_write));
  const auto copy = [&](u64 length) {
    return ipc::invoke(own, abi::vspace::Copy{source, vspace.at(), source, length}).error();
  };
  measure("copy.4k", [&] { static_cast<void>(copy(page_size)); });
  constexpr u64 rounds = 1'000;
  Stopwatch watch;
  watch.start();
  for (u64 i = 0; i < rounds; ++i) TRY(abi::Status{copy(most)});
  watch.stop(rounds * most / base::kib);
  report("copy.64k_kib", watch.per_operation());
  return {};
}

}  // namespace

abi::Status mapping_rows() {
  TRY(measure_single_pages());
  return measure_bulk();
}

// What whoever gives memory away does first: the kernel clears no Frames.
abi::Status memory_rows() {
  support::AddressSpace& space = support::environment().self;
  const u64 address = TRY(space.reserve(page_size));
  const auto frame = TRY(space.map_new(address, base::page_bits, read_write));
  measure("zero.page", [=] { ipc::machine::zero_page(address, page_size); });
  return measure_copies();
}

}  // namespace bench
