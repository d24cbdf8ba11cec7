// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/vfs/tree/path.hpp>

namespace vfs {

std::string_view normalise(std::string_view path, std::span<char> to) {
  u64 length = 0;
  for (auto name = next_name(path); !name.empty(); name = next_name(path)) {
    if (is_here(name)) continue;
    if (is_above(name)) {
      // Back to before the slash of the last name; without one that is the root.
      while (length != 0 && to[--length] != '/') {
      }
      continue;
    }
    to[length++] = '/';
    std::ranges::copy(name, to.begin() + static_cast<std::ptrdiff_t>(length));
    length += name.size();
  }
  if (length == 0) to[length++] = '/';
  return {to.data(), length};
}

}  // namespace vfs
