// SPDX-License-Identifier: MIT
#include <tests/kernel/kit/worker.hpp>

namespace kit {
namespace {

support::ThreadSetting thread_setting(const Context& t, const WorkerSetting& setting) {
  const Cap<ipc::Endpoint> faults = t.fixture().faults;
  return {.priority = setting.priority,
          .pager = setting.pager ? setting.pager : faults,
          .handler = setting.handler ? setting.handler : faults,
          .foreign = setting.foreign};
}

}  // namespace

void Worker::begin(const Start& start, const WorkerSetting& setting) {
  start_ = start;
  parts_ = t_.need(
      support::start_thread(t_.space(), &Worker::enter, &start_, thread_setting(t_, setting)));
}

void Worker::enter(void* start) {
  const Start& own = *static_cast<const Start*>(start);
  own.run(own.object);
  static_cast<void>(ipc::signal(own.done));
  for (;;) static_cast<void>(ipc::wait(own.never));
}

Stranger::Stranger(Context& t, const WorkerSetting& setting) : t_(t) {
  process_ = t.need(support::Process::make(t.space(), thread_setting(t, setting)));
  done_ = t.make<ipc::Notification>();
  give(stranger_slot::done, done_.at(), abi::notification_right::signal);
  give(stranger_slot::never, t.fixture().never.at(), abi::notification_right::wait);
}

void stranger_done() {
  static_cast<void>(ipc::signal(Cap<ipc::Notification>{abi::cap_at(0, stranger_slot::done)}));
  for (;;)
    static_cast<void>(ipc::wait(Cap<ipc::Notification>{abi::cap_at(0, stranger_slot::never)}));
}

void wait_for_state(Context& t, Cap<ipc::Thread> thread, abi::thread::State state, Where where) {
  constexpr u64 patience = 10'000;
  for (u64 i = 0; i < patience; ++i) {
    const auto info = t.need(ipc::invoke(thread, abi::thread::Info{}), where);
    if (info.state == state) return;
    ipc::yield();
  }
  t.fail(where, [&](auto& line) {
    line << "the thread never came to the state " << static_cast<u64>(state);
  });
  t.end();
}

}  // namespace kit
