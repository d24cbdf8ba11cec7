// SPDX-License-Identifier: MIT
#include <algorithm>
#include <tests/process/check.hpp>

namespace process_test {
namespace {

constexpr u64 size = 64 * base::kib;

bool is_zero(ipc::Region region) {
  return std::ranges::all_of(region, [](std::byte value) { return value == std::byte{0}; });
}

abi::Status own_memory(Checks& checks) {
  const ipc::Region region = TRY(ipc::map_new(size));
  checks.expect(is_zero(region), "new memory is zero");
  std::ranges::fill(region, std::byte{7});
  TRY(ipc::protect(region, ipc::memory_right::read));
  checks.expect(region[size - 1] == std::byte{7}, "protected memory keeps what it holds");
  TRY(ipc::unmap(region));
  checks.expect(ipc::protect(region, ipc::memory_right::read).error() == Error::not_found,
                "unmapped memory is gone");
  return {};
}

abi::Status shared_memory(Checks& checks) {
  const auto object = TRY(ipc::MemoryObject::create(size));
  const ipc::Region one = TRY(object.map(size));
  const ipc::Region other = TRY(object.map(base::page_size, {.offset = base::page_size}));
  one[base::page_size] = std::byte{9};
  checks.expect(other[0] == std::byte{9}, "two regions show the same object");
  checks.expect(object.seal().error() == Error::busy, "what can be written cannot be sealed");
  TRY(ipc::unmap(one));
  TRY(ipc::unmap(other));
  TRY(object.seal());
  const auto info = TRY(object.info());
  checks.expect(info.is_sealed == 1 && info.regions == 0 && info.bytes == size, "it says so");
  checks.expect(!object.map(size).ok(), "a sealed object cannot be mapped for writing");
  const auto slice = TRY(object.slice(base::page_size, base::page_size));
  const ipc::Region part = TRY(slice.map(base::page_size, {.access = ipc::memory_right::read}));
  checks.expect(part[0] == std::byte{9}, "a slice shows its part");
  return ipc::unmap(part);
}

abi::Status sizes(Checks& checks) {
  const auto object = TRY(ipc::MemoryObject::create(size));
  TRY(object.resize(2 * size));
  TRY(object.commit(0, base::page_size));
  const auto info = TRY(object.info());
  checks.expect(info.bytes == 2 * size && info.pages == 1, "an object grows, and pages are there");
  checks.expect(object.resize(0).error() == Error::busy, "committed pages stay");
  checks.expect(ipc::MemoryObject::open_module("no/such").error() == Error::not_found,
                "a file that is not there");
  return {};
}

}  // namespace

void check_memory(Checks& checks) {
  checks.ran(own_memory(checks), "own memory");
  checks.ran(shared_memory(checks), "shared memory");
  checks.ran(sizes(checks), "sizes");
}

}  // namespace process_test
