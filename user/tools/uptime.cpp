// SPDX-License-Identifier: MIT
#include <libipc/machine.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{
    .name = "uptime", .sentence = "Says for how long the machine has been running.", .most = 0};

void write_two(base::u64 number) { kit::out << (number < 10 ? "0" : "") << number; }

}  // namespace

int main(int argc, char** argv) {
  kit::start(usage, argc, argv);
  const base::u64 seconds = ipc::machine::counter() / ipc::machine::counter_frequency();
  const base::u64 days = seconds / 86'400;
  kit::out << "up ";
  if (days != 0) kit::out << days << (days == 1 ? " day, " : " days, ");
  kit::out << seconds / 3'600 % 24 << ':';
  write_two(seconds / 60 % 60);
  kit::out << ':';
  write_two(seconds % 60);
  kit::out << '\n';
  return kit::finish();
}
