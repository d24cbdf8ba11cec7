// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "rmdir",
                           .operands = "DIRECTORY...",
                           .sentence = "Removes empty directories.",
                           .least = 1};

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view path : kit::start(usage, argc, argv)) {
    const auto removed = kit::remove({path}, abi::files::Removes::directories);
    if (!removed.ok()) kit::complain(path, removed.error());
  }
  return kit::finish();
}
