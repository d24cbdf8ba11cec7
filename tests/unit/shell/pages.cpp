// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <libipc/memory/pages.hpp>
#include <tests/unit/shell/pages.hpp>

namespace shell_test {

base::u64 pages_left = plenty;

}  // namespace shell_test

namespace ipc {

std::span<std::byte> take_pages(base::u64 bytes) {
  const base::u64 pages = bytes / base::page_size;
  if (pages > shell_test::pages_left) return {};
  shell_test::pages_left -= pages;
  return {static_cast<std::byte*>(std::aligned_alloc(base::page_size, bytes)), bytes};
}

void give_pages(std::span<std::byte> pages) {
  shell_test::pages_left += pages.size() / base::page_size;
  std::free(pages.data());
}

}  // namespace ipc
