// SPDX-License-Identifier: MIT
// The fast path against the slow one: the same random IPC on both, and every thread's registers and
// state compared after each system call.
#include <gtest/gtest.h>
#include <simulated/random.hpp>
#include <simulated/world.hpp>
#include <sstream>

namespace {

using namespace simulated;

// Threads that talk: some without time, some without a buffer or a Reply.
class Conversation {
 public:
  Conversation(u64 seed, bool fast) : world({.fast_path = fast}), random_(seed) {
    world.audits = false;
    for (int i = 0; i < 2; ++i) {
      endpoints_.push_back(world.make(ObjectType::endpoint));
      endpoints_.push_back(world.mint(endpoints_[0], abi::all_rights, 70 + random_() % 10));
    }
    notification_ = world.make(ObjectType::notification);
    // All above the root, which is always ready: who is not the first to run cannot be switched to.
    for (u64 i = 0; i < 6; ++i)
      actors_.push_back(world.make_actor({.priority = 150 + random_() % 3,
                                          .has_time = true,
                                          .has_buffer = i % 3 != 0,
                                          .has_reply = i != 5}));
    // Turns never end here: a thread whose turn is used up gets a new one at once on the slow path,
    // and from the alarm, which is due then, on the fast path.
    for (const Actor& actor : actors_)
      static_cast<void>(
          world.invoke(actor.time, abi::sched_context::Configure{abi::sched_context::max_budget}));
    for (const Actor& actor : actors_) replies_.push_back(actor.reply);
    replies_.push_back(world.make(ObjectType::reply));
    if (random_() % 2 == 0)
      static_cast<void>(world.invoke(actors_[0].cap, abi::thread::BindNotification{notification_}));
  }

  void step() {
    machine.now += random_() % 1000;
    const u64 choice = random_() % 100;
    Thread* thread = pick();
    if (choice < 4 || thread == nullptr) {
      manage(actors_[random_() % actors_.size()]);
    } else {
      speak(*thread);
    }
  }

  // All that can be seen of the threads, by what they are called and not by where they lie.
  std::string describe() {
    std::ostringstream text;
    for (u64 i = 0; i < actors_.size(); ++i) {
      const Thread& thread = *actors_[i].thread;
      text << i << ": " << static_cast<u64>(thread.state);
      if (&thread == kernel::core.scheduler.current()) text << " runs";
      if (thread.time != nullptr)
        text << " on " << name_of(thread.time->home) << " used "
             << kernel::core.scheduler.used(*thread.time);
      text << " sent " << thread.messages_sent;
      if (thread.bound_reply != nullptr) text << " owes " << name_of(thread.bound_reply->caller());
      text << " pc " << thread.context.pc;
      // A thread that waits has no outcome yet.
      if (thread.state == ThreadState::ready)
        for (unsigned x = 0; x < 31; ++x) text << ' ' << thread.context.x[x];
      text << '\n';
    }
    return text.str();
  }

  World world;

 private:
  std::string name_of(const Thread* thread) {
    for (u64 i = 0; i < actors_.size(); ++i)
      if (actors_[i].thread == thread) return std::to_string(i);
    return thread == nullptr ? "nobody" : "root";
  }

  Thread* pick() {
    Thread* current = kernel::core.scheduler.current();
    if (current != nullptr && current != &world.root() && random_() % 4 != 0) return current;
    const u64 start = random_() % actors_.size();
    for (u64 i = 0; i < actors_.size(); ++i) {
      Thread* thread = actors_[(start + i) % actors_.size()].thread;
      if (thread->state == ThreadState::ready && thread->time != nullptr && thread->can_run())
        return thread;
    }
    return nullptr;
  }

  void speak(Thread& thread) {
    if (world.is_repeating(thread)) {
      world.repeat(thread);
      return;
    }
    Sent sent{.words = std::vector<u64>(random_() % 16 == 0 ? 9 : random_() % 9),
              .label = static_cast<u32>(random_() % 3)};
    for (u64& word : sent.words) word = random_() % 100;
    if (random_() % 16 == 0) sent.caps = {endpoints_[0], notification_};
    const CapPtr endpoint = endpoints_[random_() % endpoints_.size()];
    const CapPtr reply = random_() % 4 == 0 ? replies_[random_() % replies_.size()] : CapPtr{};
    switch (random_() % 8) {
      case 0:
      case 1:
      case 2: world.begin(thread, 1, random_() % 20 == 0 ? any() : endpoint, sent); return;
      case 3:
      case 4: world.begin(thread, 2, random_() % 20 == 0 ? any() : endpoint, sent, reply); return;
      case 5: world.begin(thread, static_cast<u32>(Syscall::recv), endpoint, {}, reply); return;
      case 6: world.begin(thread, static_cast<u32>(Syscall::send), endpoint, sent); return;
      default: world.begin(thread, static_cast<u32>(Syscall::signal), notification_); return;
    }
  }
  CapPtr any() { return CapPtr{random_() % 3 == 0 ? random_() : random_() % 64}; }

  // The root frees somebody, or gives and takes time.
  void manage(const Actor& actor) {
    static_cast<void>(world.invoke(actor.cap, abi::thread::Suspend{}));
    if (random_() % 3 == 0) static_cast<void>(world.revoke(actor.time));
    if (random_() % 2 == 0)
      static_cast<void>(
          world.invoke(actor.cap, abi::thread::Configure{.sched_context = actor.time}));
    static_cast<void>(world.invoke(actor.cap, abi::thread::SetPriority{{150 + random_() % 3}}));
    static_cast<void>(world.invoke(actor.cap, abi::thread::Resume{}));
  }

  std::mt19937_64 random_;
  std::vector<CapPtr> endpoints_;
  std::vector<CapPtr> replies_;
  CapPtr notification_;
  std::vector<Actor> actors_;
};

std::vector<std::string> play(u64 seed, u64 steps, bool fast, u64& fast_calls) {
  Conversation conversation(seed, fast);
  std::vector<std::string> states;
  for (u64 i = 0; i < steps; ++i) {
    conversation.step();
    if (i % 8 == 0) conversation.world.audit();
    states.push_back(conversation.describe());
  }
  fast_calls += conversation.world.fast_calls;
  return states;
}

TEST(FastPath, DoesWhatTheSlowPathDoes) {
  constexpr u64 steps = 300;
  const u64 first = seed_or(1);
  u64 fast_calls = 0;
  for (u64 seed = first; seed < first + scaled(60); ++seed) {
    const auto slow = play(seed, steps, false, fast_calls);
    const auto fast = play(seed, steps, true, fast_calls);
    for (u64 i = 0; i < steps; ++i)
      ASSERT_EQ(fast[i], slow[i]) << "seed " << seed << ", step " << i << ", after\n"
                                  << (i == 0 ? "" : slow[i - 1]);
  }
  EXPECT_GT(fast_calls, 500U) << "the fast path is hardly taken";
}

}  // namespace
