// SPDX-License-Identifier: MIT
// Tests of the testers: a program that passes, fails, stalls, hangs or crashes as it is told, so
// that whoever runs tests can show that each is reported as what it is.
//
//   pass   one test that passes           stall  one whose threads all wait for ever
//   fail   one test that fails            hang   one that never ends
//   throw  one that crashes               crash  the program itself crashes
//                                         panic  the kernel panics
#include <tests/kernel/kit/context.hpp>
#include <tests/kernel/kit/runner.hpp>

namespace {

using ipc::Cap;
using kit::Context;
using kit::Test;
using kit::u64;

void pass(Context& t) { t.equals(u64{1} + 1, u64{2}); }

void fail(Context& t) { t.equals(u64{1} + 1, u64{3}); }

void stall(Context& t) { static_cast<void>(ipc::wait(t.fixture().never)); }

void hang(Context&) {
  for (;;) asm volatile("");
}

// The compiler must not know that nothing can be there.
void write_to(u64 address) {
  asm volatile("" : "+r"(address));
  *reinterpret_cast<volatile u64*>(address) = 1;
}

void crash(Context&) { write_to(8); }

constexpr Test tests[] = {
    {"pass", "a test that passes is reported so", pass},
    {"fail", "a test that fails is reported so", fail},
    {"stall", "a test whose threads all wait is reported", stall},
    {"hang", "a test that never ends is ended from outside", hang},
    {"throw", "a test that crashes is reported, and the next one runs", crash},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc <= 1) {
    support::print("usage: pass|fail|stall|throw|hang|crash|panic");
    return 2;
  }
  const std::string_view end = argv[1];
  if (end == "crash") write_to(16);
  if (end == "panic")
    static_cast<void>(
        ipc::invoke(Cap<ipc::Platform>{abi::root_slot::platform}, abi::platform::Panic{}));
  constexpr kit::Table tables[] = {tests};
  return kit::run(tables, argc, argv);
}
