// SPDX-License-Identifier: MIT
#include <user/tools/kit/path.hpp>

namespace kit {

std::string_view without_end_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view base_name(std::string_view path) {
  path = without_end_slashes(path);
  if (path == "/") return path;
  const auto slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string_view folder_name(std::string_view path) {
  path = without_end_slashes(path);
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return without_end_slashes(path.substr(0, slash + 1));
}

}  // namespace kit
