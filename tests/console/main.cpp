// SPDX-License-Identifier: MIT
// What programs do with a terminal, each on request of the test on the host that sits at the other
// end: the first argument is a role. Results go to the terminal, or are the status.
#include <libipc/process/memory.hpp>
#include <libipc/process/output.hpp>
#include <libipc/process/spawn.hpp>
#include <libipc/terminal/terminal.hpp>
#include <tests/console/roles.hpp>

namespace {

using console_test::u64;

u64 to_number(std::string_view text) {
  u64 value = 0;
  for (const char c : text) value = value * 10 + static_cast<u64>(c - '0');
  return value;
}

constexpr struct {
  std::string_view name;
  int (*play)(u64 number);
} roles[] = {
    {"copy", console_test::copy},
    {"count", console_test::count},
    {"print", console_test::print},
    {"lines", console_test::lines},
    {"writers", console_test::writers},
    {"interrupt", console_test::interrupt},
    {"readers", console_test::readers},
    {"wait", console_test::wait},
    {"errors", console_test::errors},
    {"window", console_test::window},
    {"port", console_test::port},
    {"survive", console_test::survive},
    {"ahead", console_test::type_ahead},
    {"hang_up", console_test::hang_up},
    {"window_later", console_test::window_later},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (const auto& role : roles)
    if (role.name == wanted) return role.play(argc > 2 ? to_number(argv[2]) : 0);
  return 2;
}
