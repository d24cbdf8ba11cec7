// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{
    .name = "pwd", .sentence = "Writes the path of the working directory.", .most = 0};

constinit char path[abi::files::max_path];

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  const auto found = kit::files.working_directory(path);
  if (!found.ok()) kit::give_up("the working directory", found.error());
  kit::out << *found << '\n';
  return kit::finish();
}
