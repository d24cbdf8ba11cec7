// SPDX-License-Identifier: MIT
// Paths of any bytes: the normaliser gives one spelling to each, stays below the root, and needs no
// more room than it says.
#include <servers/vfs/tree/path.hpp>
#include <string>
#include <vector>

namespace {

void require(bool promise) {
  if (!promise) __builtin_trap();
}

std::string normal(std::string_view path) {
  // Exactly as much room as is promised to be enough.
  std::vector<char> room(path.size() + 1);
  return std::string{vfs::normalise(path, room)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  const std::string_view path{reinterpret_cast<const char*>(data), size};
  const std::string once = normal(path);
  require(once.starts_with('/') && normal(once) == once);
  require(once == "/" || !once.ends_with('/'));
  require(once.find("//") == once.npos);
  std::string_view rest = once;
  for (auto name = vfs::next_name(rest); !name.empty(); name = vfs::next_name(rest))
    require(name != "." && name != "..");
  require(normal("/x/.." + std::string{path.starts_with('/') ? "" : "/"} + std::string{path}) ==
          once);
  return 0;
}
