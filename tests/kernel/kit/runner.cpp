// SPDX-License-Identifier: MIT
#include <tests/kernel/kit/ledger.hpp>
#include <tests/kernel/kit/runner.hpp>
#include <user/support/fault_report.hpp>

namespace kit {
namespace {

using support::print;

// Badges of the endpoint on which the runner hears how a test ends.
constexpr u64 badge_verdict = 1;
constexpr u64 badge_fault = 2;
constexpr u64 badge_watcher = 3;

constexpr abi::Priority runner_priority{200};
constexpr abi::Priority watcher_priority{1};

constinit Ledger ledger;
constinit Context context;

class Runner {
 public:
  abi::Status set_up(u64 seed);
  bool run(const Test& test, u64 number);

 private:
  static void run_test(void* test);
  static void watch(void* runner);

  abi::Result<Cap<ipc::Endpoint>> badged(u64 badge);
  abi::Status start(const Test& test, support::ThreadParts& parts);
  void listen();

  Fixture fixture_;
  Cap<ipc::Endpoint> endpoint_;
  Cap<ipc::Endpoint> watcher_line_;
  Cap<ipc::Reply> reply_;
  Cap<ipc::Notification> watch_again_;
};

constinit Runner runner;

abi::Result<Cap<ipc::Endpoint>> Runner::badged(u64 badge) {
  ipc::SlotAllocator& slots = support::environment().slots;
  const CapPtr at = TRY(slots.allocate());
  TRY(ipc::invoke(slots.cnode_of(at), abi::cnode::Mint{.index = ipc::index_in_leaf(at),
                                                       .source = abi::SlotName::own(endpoint_.at()),
                                                       .rights = abi::endpoint_right::send,
                                                       .data = badge}));
  return Cap<ipc::Endpoint>{at};
}

abi::Status Runner::set_up(u64 seed) {
  fixture_.seed = seed;
  support::Environment& environment = support::environment();
  support::Memory& memory = environment.memory;
  TRY(ipc::invoke(Cap<ipc::Thread>{abi::root_slot::thread},
                  abi::thread::SetPriority{.priority = runner_priority}));
  endpoint_ = TRY(memory.make<ipc::Endpoint>()).release();
  reply_ = TRY(memory.make<ipc::Reply>()).release();
  watch_again_ = TRY(memory.make<ipc::Notification>()).release();
  fixture_.never = TRY(memory.make<ipc::Notification>()).release();
  fixture_.verdicts = TRY(badged(badge_verdict));
  fixture_.faults = TRY(badged(badge_fault));
  watcher_line_ = TRY(badged(badge_watcher));
  auto watcher = TRY(support::start_thread(environment.self, &Runner::watch, this,
                                           {.priority = watcher_priority}));
  static_cast<void>(watcher.thread.release());
  static_cast<void>(watcher.time.release());
  static_cast<void>(watcher.block.release());
  TRY(ledger.set_up(environment));
  fixture_.arena = ledger.arena();
  return {};
}

// It gets to run only when every other thread waits. If a test is on, nobody will ever wake it.
void Runner::watch(void* runner_object) {
  Runner& own = *static_cast<Runner*>(runner_object);
  for (;;) {
    static_cast<void>(ipc::wait(own.watch_again_));
    if (context.sleeps()) continue;
    static_cast<void>(ipc::sys::try_send(own.watcher_line_.at(), {}, abi::MessageInfo::make(0, 0)));
  }
}

void Runner::run_test(void* test) {
  static_cast<const Test*>(test)->function(context);
  context.end();
}

abi::Status Runner::start(const Test& test, support::ThreadParts& parts) {
  const support::ThreadSetting setting{
      .priority = test_priority, .pager = fixture_.faults, .handler = fixture_.faults};
  parts = TRY(
      support::start_thread(context.space(), &Runner::run_test, const_cast<Test*>(&test), setting));
  return ipc::signal(watch_again_);
}

void Runner::listen() {
  const Where here = Where::current();
  const ipc::Message message = ipc::sys::recv(endpoint_, reply_);
  if (message.is_error()) {
    context.fail(here, [&](auto& line) {
      line << "the runner cannot receive: " << abi::sentence(message.error());
    });
  } else if (message.badge == badge_fault) {
    const abi::FaultMessage fault = support::fault_of(message);
    context.fail(here, [&](auto& line) {
      line << "a thread crashed: ";
      support::describe(line, static_cast<abi::FaultKind>(message.info.label()), fault);
      line << ", called from " << base::Hex{fault.link} << ", sp " << base::Hex{fault.sp};
    });
  } else if (message.badge == badge_watcher) {
    context.fail(here, [](auto& line) { line << "every thread of the test waits"; });
  }
}

bool Runner::run(const Test& test, u64 number) {
  context.start_test(fixture_, ledger.memory(), ledger.fresh_slots());
  {
    support::ThreadParts parts;
    if (context.succeeds(start(test, parts))) listen();
  }
  // Handles that a test left without running their destructors would show up as taken slots.
  if (context.failed()) ledger.sweep();
  context.succeeds(ledger.take_back());
  ledger.check(context);
  if (context.failed()) ledger.sweep();
  print([&](auto& line) {
    line << (context.failed() ? "not ok " : "ok ") << number << " - " << test.name << ": "
         << test.sentence;
  });
  support::environment().serial.write(context.report());
  return !context.failed();
}

constexpr std::string_view seed_key = "seed=";

bool is_selected(const Test& test, int argc, char** argv) {
  bool any = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word{argv[i]};
    if (word.starts_with(seed_key)) continue;
    any = true;
    if (test.name.starts_with(word)) return true;
  }
  return !any;
}

u64 seed_in(int argc, char** argv) {
  u64 seed = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word{argv[i]};
    if (!word.starts_with(seed_key)) continue;
    for (const char digit : word.substr(seed_key.size()))
      seed = seed * 10 + static_cast<u64>(digit - '0');
  }
  return seed;
}

}  // namespace

int run(std::span<const Table> tables, int argc, char** argv) {
  u64 selected = 0;
  for (const Table& table : tables)
    for (const Test& test : table)
      if (is_selected(test, argc, argv)) ++selected;
  print([&](auto& line) { line << "1.." << selected; });
  if (selected == 0) return 2;
  if (const abi::Status ready = runner.set_up(seed_in(argc, argv)); !ready.ok()) {
    print([&](auto& line) { line << "Bail out! " << abi::sentence(ready.error()); });
    return 1;
  }
  u64 number = 0;
  u64 passed = 0;
  for (const Table& table : tables)
    for (const Test& test : table)
      if (is_selected(test, argc, argv) && runner.run(test, ++number)) ++passed;
  print([&](auto& line) { line << "# " << passed << " passed, " << number - passed << " failed"; });
  return passed == number ? 0 : 1;
}

}  // namespace kit
