// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/destination.hpp>

namespace {

constinit bool is_symbolic = false;
constinit bool is_forced = false;
constexpr kit::Option options[] = {{'s', is_symbolic, "symbolic ones, which are only a text"},
                                   {'f', is_forced, "in place of files of these names"}};
constexpr kit::Usage usage{.name = "ln",
                           .operands = "EXISTING... [PLACE]",
                           .sentence = "Makes further names of files.",
                           .options = options,
                           .least = 1};

kit::Outcome<void> make(std::string_view existing, std::string_view path) {
  if (is_forced) static_cast<void>(kit::remove({path}, abi::files::Removes::files));
  return is_symbolic ? kit::make_link(existing, {path}) : kit::files.add_name(existing, path);
}

}  // namespace

int main(int argc, char** argv) {
  auto operands = kit::start(usage, argc, argv);
  // "ln a" makes one here, of the same name.
  static char here[] = ".";
  static char* alone[] = {nullptr, here};
  if (operands.size() == 1) {
    alone[0] = operands[0];
    operands = alone;
  }
  kit::Destination destination{operands};
  for (const std::string_view existing : operands.first(operands.size() - 1)) {
    const auto path = destination.path_for(existing);
    kit::Outcome<void> made = path.error();
    if (path.ok()) made = make(existing, *path);
    if (!made.ok()) kit::complain(path.ok() ? *path : existing, made.error());
  }
  return kit::finish();
}
