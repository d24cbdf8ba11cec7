// SPDX-License-Identifier: MIT
// Long operations beside a thread that a timer wakes every millisecond.
#include <libipc/time.hpp>
#include <tests/kernel/kit/operations.hpp>
#include <tests/kernel/kit/worker.hpp>
#include <tests/kernel/tables.hpp>

namespace {

using namespace kit;
using abi::ObjectType;
using abi::SlotName;

constexpr u64 millisecond = 1'000'000;
constexpr unsigned large_bits = 28;
constexpr unsigned small_bits = 24;
constexpr u64 endpoints = 100'000;
constexpr u64 most_instructions = 20'000;

u64 load(const u64& value) { return __atomic_load_n(&value, __ATOMIC_RELAXED); }

// Whether the machine counts an instruction as a nanosecond, so that times mean something: a loop
// of known length takes exactly as long as it should, again and again.
bool counts_instructions() {
  constexpr u64 rounds = 50'000;  // of two instructions
  for (int i = 0; i < 8; ++i) {
    const u64 start = ipc::machine::counter();
    u64 left = rounds;
    asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(left) : : "cc");
    const u64 taken = ipc::machine::counter() - start;
    const u64 expected = ipc::ticks_in(2 * rounds);
    if (taken + 8 < expected || taken > expected + 8) return false;
  }
  return true;
}

// Wakes up every millisecond and notes how late.
class Pacemaker {
 public:
  explicit Pacemaker(Context& t)
      : t_(t),
        note_(t.make<ipc::Notification>()),
        timer_(t.make<ipc::Timer>()),
        worker_(t, body_, {.priority = {test_priority.level + 10}}) {
    t.need(ipc::set_target(timer_, note_));
    t.need(ipc::set_timer(timer_, 1));
  }

  void begin() {
    __atomic_store_n(&latest_, 0, __ATOMIC_RELAXED);
    beats_before_ = load(beats_);
    started_ = ipc::machine::counter();
  }

  // The operation is over: it must have been interrupted.
  void expect_pace(bool exact, Where where = Where::current()) {
    const u64 taken = ipc::machine::counter() - started_;
    const u64 beats = load(beats_) - beats_before_;
    const u64 periods = taken / ipc::ticks_in(millisecond);
    // A host that is busy elsewhere lets beats be missed, but an operation without a break would
    // let none through.
    if (periods >= 5) t_.that(beats >= 3, "it was not interrupted", where);
    if (!exact) return;
    t_.that(beats + 1 >= periods, "a beat was missed", where);
    if (load(latest_) <= ipc::ticks_in(most_instructions)) return;
    t_.fail(where, [&](auto& line) { line << "a beat was late by " << load(latest_) << " ticks"; });
  }

  void stop() { worker_.destroy(); }

 private:
  struct Body {
    Pacemaker& own;
    void operator()() const { own.run(); }
  };

  void run() {
    t_.need(ipc::wait(note_));
    for (;;) {
      const u64 deadline = ipc::machine::counter() + ipc::ticks_in(millisecond);
      t_.need(ipc::set_timer(timer_, deadline));
      t_.need(ipc::wait(note_));
      const u64 late = ipc::machine::counter() - deadline;
      if (late > load(latest_)) __atomic_store_n(&latest_, late, __ATOMIC_RELAXED);
      __atomic_fetch_add(&beats_, 1, __ATOMIC_RELAXED);
    }
  }

  Context& t_;
  Cap<ipc::Notification> note_;
  Cap<ipc::Timer> timer_;
  u64 beats_ = 0;
  u64 beats_before_ = 0;
  u64 latest_ = 0;
  u64 started_ = 0;
  Body body_{*this};
  Worker worker_;
};

// Memory that no test uses otherwise: of a grant that is whole, and will be again when this goes.
Cap<ipc::Untyped> borrow_memory(Context& t, unsigned bits) {
  for (const abi::Grant& grant : support::environment().boot_info->untyped) {
    const Cap<ipc::Untyped> whole{grant.cap};
    if (grant.is_device != 0 || grant.size_bits < bits) continue;
    if (free_bytes(t, whole) != u64{1} << grant.size_bits) continue;
    const CapPtr at = t.slot();
    t.need(retype_to(t, whole, {ObjectType::untyped, bits}, at));
    return Cap<ipc::Untyped>{at};
  }
  t.that(false, "there is so much memory");
  t.end();
}

// Many endpoints, in as many slots of two CNodes.
void fill_with_endpoints(Context& t, Cap<ipc::Untyped> memory, Cap<ipc::CNode> first,
                         Cap<ipc::CNode> second) {
  constexpr u64 batch = abi::untyped::max_retype_count;
  for (u64 made = 0; made < endpoints; made += batch) {
    const bool is_first = made < u64{1} << 16;
    t.need(ipc::invoke(
        memory, abi::untyped::Retype{.type = static_cast<u64>(ObjectType::endpoint),
                                     .size_bits = 0,
                                     .first = SlotName::in(is_first ? first.at() : second.at(),
                                                           is_first ? made : made - (u64{1} << 16)),
                                     .count = batch}));
  }
}

void the_pace_is_kept(Context& t) {
  const Cap<ipc::Untyped> memory = borrow_memory(t, large_bits);
  const Cap<ipc::Untyped> other = borrow_memory(t, small_bits);
  const bool exact = counts_instructions();
  Pacemaker pacemaker{t};

  // CNodes of a little more than 4 MiB each, as many as there is room for.
  constexpr u64 count = (u64{1} << large_bits) / abi::cnode_bytes(16);
  const CapPtr first = t.need(t.slots().allocate_run(count));
  pacemaker.begin();
  t.need(retype_to(t, memory, {ObjectType::cnode, 16}, first, count));
  pacemaker.expect_pace(exact);

  fill_with_endpoints(t, other, Cap<ipc::CNode>{first}, Cap<ipc::CNode>{CapPtr{first.value() + 1}});
  pacemaker.begin();
  t.need(t.revoke(other.at()));
  pacemaker.expect_pace(exact);
  t.equals(t.identify(other.at()).has_children, u64{0});

  // Four million slots.
  pacemaker.begin();
  t.need(t.revoke(memory.at()));
  pacemaker.expect_pace(exact);
  pacemaker.stop();
  t.need(t.remove(memory.at()));
  t.need(t.remove(other.at()));
}

constexpr Test table[] = {
    {"latency.pace", "a 1 ms timer keeps its pace beside a retype of 252 MiB and long revokes",
     the_pace_is_kept},
};

}  // namespace

constinit const kit::Table tests::latency_tests = table;
