// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/real_path.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{
    .name = "realpath",
    .operands = "PATH...",
    .sentence = "Writes where paths really lead, from the root and without links.",
    .least = 1};

constinit kit::RealPath real_path{};

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view path : kit::start(usage, argc, argv)) {
    const auto found = real_path.find(path);
    if (found.ok())
      kit::out << *found << '\n';
    else
      kit::complain(path, found.error());
  }
  return kit::finish();
}
