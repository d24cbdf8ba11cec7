// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "dirname",
                           .operands = "PATH...",
                           .sentence = "Writes paths without their last parts.",
                           .least = 1};

}  // namespace

int main(int argc, char** argv) {
  for (const std::string_view path : kit::start(usage, argc, argv))
    kit::out << kit::folder_name(path) << '\n';
  return kit::finish();
}
