// SPDX-License-Identifier: MIT
#include <libipc/machine.hpp>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <libipc/time.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constexpr kit::Usage usage{.name = "sleep",
                           .operands = "TIME...",
                           .sentence =
                               "Waits so many seconds (2, 0.5), or minutes, hours, days "
                               "(1m, 1h, 1d), all in all.",
                           .least = 1};

abi::Status wait(base::u64 nanoseconds) {
  const auto alarm = TRY(ipc::make<ipc::Notification>());
  const auto timer = TRY(ipc::make<ipc::Timer>());
  TRY(ipc::set_target(timer.get(), alarm.get()));
  const base::u64 deadline = ipc::machine::counter() + ipc::ticks_in(nanoseconds);
  TRY(ipc::set_timer(timer.get(), deadline));
  while (ipc::machine::counter() < deadline) TRY(ipc::wait(alarm.get()));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  base::u64 sum = 0;
  for (const std::string_view text : kit::start(usage, argc, argv)) {
    const auto time = kit::parse_nanoseconds(text);
    if (!time) kit::misused(text, "this is no time");
    // 584 years are as good as for ever.
    if (__builtin_add_overflow(sum, *time, &sum)) sum = ~base::u64{0};
  }
  const auto waited = wait(sum);
  if (!waited.ok()) kit::give_up("", abi::sentence(waited.error()));
  return kit::finish();
}
