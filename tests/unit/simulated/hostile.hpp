// SPDX-License-Identifier: MIT
// Threads that do anything: random system calls with random arguments, good ones often enough that
// they get far. They live in a CSpace of their own, so that whatever they do, the test's own thread
// can take everything away from them again.
#pragma once

#include <simulated/audit.hpp>
#include <simulated/world.hpp>

namespace simulated {

class Hostile {
 public:
  static constexpr u64 busy_slots = 64;  // of the pool: few, so that operations meet

  Hostile(World& world, u64 seed) : world_(world), random_(seed) {}

  // Makes the pool, some memory in it, and threads.
  void set_up();
  // One operation of one thread, or of the machine.
  void step();
  // Revokes all memory, interrupted at random. Everything has gone after this.
  void tear_down();

  // How often each method had each outcome: so that a test can tell whether it reaches what it is
  // for.
  [[nodiscard]] const std::map<std::string, u64>& outcomes() const { return outcomes_; }
  // The last invocation, in words: what a failure may have come from.
  [[nodiscard]] const std::string& last() const { return last_; }

 private:
  u64 below(u64 limit) { return random_() % limit; }
  bool chance(u64 percent) { return below(100) < percent; }
  template <class... Ts>
  auto one_of(Ts... values) {
    const std::array options{values...};
    return options[below(options.size())];
  }

  void put(CapPtr cnode, CapPtr at, CapPtr source);
  void fill_pool();
  void add_actor(u64 slot);
  void rescue();
  void look();
  Thread* pick_thread(const Audit& audit);
  void act(Thread& thread);
  void disturb(const Audit& audit);

  u64 index();                   // of a slot in the pool: seldom one that all of them need
  CapPtr any();                  // an address, good or bad
  CapPtr with(ObjectType type);  // of such a capability, if there is one, most of the time
  SlotName source();
  u64 address();
  u64 length();
  u64 word();

  void invoke_cnode(Thread& thread);
  void invoke_untyped(Thread& thread);
  void invoke_memory(Thread& thread);
  void invoke_thread(Thread& thread);
  void invoke_time(Thread& thread);
  void communicate(Thread& thread);
  void do_anything(Thread& thread);

  template <class R>
  void invoke(Thread& thread, CapPtr target, const R& request);

  World& world_;
  std::mt19937_64 random_;
  kernel::CNode* pool_ = nullptr;
  // In the root's CSpace, where the others cannot reach them.
  CapPtr pool_cap_;
  CapPtr cspace_;
  CapPtr space_;
  CapPtr endpoint_;
  std::vector<Actor> actors_;
  std::vector<CapPtr> tables_;
  std::map<std::string, u64> outcomes_;
  std::string last_;
};

}  // namespace simulated
