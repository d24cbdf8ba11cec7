// SPDX-License-Identifier: MIT
// A booted kernel on the simulated machine, and words for what its threads do. Every operation is a
// trap with the registers that a user's stub would have set; when the kernel asks for the system
// call to be repeated, it is repeated.
//
//   World world;
//   const CapPtr endpoint = world.make(ObjectType::endpoint);
//   Actor server = world.make_actor();
//   world.trap(*server.thread, Syscall::recv, endpoint);          // now it waits
//   world.trap(world.root(), Syscall::send, endpoint, {.words = {1, 2, 3}});
//   EXPECT_EQ(world.outcome(*server.thread).words[1], 2U);
#pragma once

#include <abi/object/cnode.hpp>
#include <abi/object/memory.hpp>
#include <abi/object/thread.hpp>
#include <abi/request.hpp>
#include <abi/slots.hpp>
#include <abi/syscall.hpp>
#include <array>
#include <debug/panic.hpp>
#include <object/endpoint.hpp>
#include <sched/kernel.hpp>
#include <simulated/state.hpp>
#include <vector>

namespace simulated {

using abi::CapPtr;
using abi::Error;
using abi::Kind;
using abi::MessageInfo;
using abi::ObjectType;
using abi::Rights;
using abi::SlotName;
using abi::Syscall;
using kernel::Thread;
using kernel::ThreadState;

namespace root_slot = abi::root_slot;

// What a thread sends: the first eight words stand in registers, the others in its IPC buffer.
struct Sent {
  std::vector<u64> words = {};
  abi::u32 label = 0;
  std::vector<CapPtr> caps = {};
};

// What the registers say after a system call.
struct Outcome {
  std::array<u64, 8> words{};
  u64 badge = 0;
  MessageInfo info;

  [[nodiscard]] bool is_error() const { return info.kind() == Kind::error; }
  [[nodiscard]] Error error() const {
    return is_error() ? static_cast<Error>(info.label()) : Error::none;
  }
};

// A thread with the capabilities to it and to what it was made of, all in the root's CSpace.
struct Actor {
  Thread* thread = nullptr;
  CapPtr cap;
  CapPtr time;
  CapPtr buffer;
  CapPtr reply;
};

struct ActorOptions {
  u64 priority = 100;
  bool has_time = true;
  bool has_buffer = true;
  bool has_reply = true;
  CapPtr vspace = root_slot::vspace;
  CapPtr cspace = root_slot::cspace;
};

struct WorldOptions {
  u64 space_numbers = 256;
  bool audits = true;      // after each trap
  bool fast_path = false;  // call and reply_recv begin on it
};

class World {
 public:
  static constexpr u64 leaf_count = 4;           // for new capabilities, in the root's CSpace
  static constexpr u64 svc_address = 0x10000;    // where system calls are made
  static constexpr u64 entry_address = 0x10800;  // where threads start
  static constexpr u64 device_address = 0x900'0000;

  explicit World(WorldOptions options = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] Thread& root() { return *root_; }
  [[nodiscard]] CapPtr memory() const { return memory_; }  // an Untyped of 16 MiB
  [[nodiscard]] CapPtr other_memory() const { return other_memory_; }
  [[nodiscard]] CapPtr device_memory() const { return device_memory_; }

  // An empty slot of the root's CSpace, and the name of a slot there as an argument.
  CapPtr fresh();
  [[nodiscard]] SlotName place(CapPtr at) const;
  [[nodiscard]] CapPtr leaf_of(CapPtr at) const;

  CapPtr make(ObjectType type, u64 bits = 0) { return make_from(memory_, type, bits); }
  CapPtr make_from(CapPtr untyped, ObjectType type, u64 bits = 0);
  CapPtr mint(CapPtr source, Rights rights, u64 data = 0, u64 offset = 0, u64 bits = 0);
  CapPtr copy(CapPtr source, Rights rights = abi::all_rights);
  Error remove(CapPtr at);
  Error revoke(CapPtr at);
  Actor make_actor(const ActorOptions& options = {});

  kernel::Slot& slot(CapPtr at);
  template <class T>
  T& object(CapPtr at) {
    return *slot(at).cap.object<T>();
  }

  // Lets the thread run next. It has to be ready and to have time.
  void schedule(Thread& thread);

  // Starts a system call and repeats it as often as the kernel asks, or until the thread waits.
  Outcome trap(Thread& thread, Syscall number, CapPtr target, const Sent& sent = {},
               CapPtr reply = {});
  // Only the registers and one trap; then is_repeating() may be true.
  void begin(Thread& thread, u32 number, CapPtr target, const Sent& sent = {}, CapPtr reply = {});
  void repeat(Thread& thread);
  // Whether the kernel asked for the system call to be repeated (and not for a fault to be
  // handled).
  [[nodiscard]] bool is_repeating(const Thread& thread) const {
    const auto call = calls_.find(&thread);
    return call != calls_.end() && call->second.is_repeated &&
           thread.context.program_counter() == svc_address;
  }
  [[nodiscard]] static Outcome outcome(const Thread& thread);

  // An interrupt of the timer at the time of the alarm.
  void ring_alarm();
  // An interrupt of this number.
  void interrupt(u32 number);
  // A trap that is no system call: `thread` accesses an address that is not mapped.
  void fault(Thread& thread, const kernel::Fault& fault);
  void use_floating_point(Thread& thread);

  template <abi::Request R>
  abi::Result<typename R::Reply> invoke(Thread& caller, CapPtr target, const R& request) {
    const auto words = abi::to_words(request);
    begin(caller, static_cast<u32>(Syscall::call), target,
          {.words = {words.begin(), words.begin() + abi::words_of<R>}, .label = R::op});
    finish_repeating(caller);
    return reply_of<R>(caller);
  }
  template <abi::Request R>
  abi::Result<typename R::Reply> invoke(CapPtr target, const R& request) {
    return invoke(root(), target, request);
  }
  // What a finished invocation answered.
  template <abi::Request R>
  abi::Result<typename R::Reply> reply_of(const Thread& caller) {
    const Outcome outcome = World::outcome(caller);
    detail = outcome.words[0];
    if (outcome.is_error()) return outcome.error();
    std::array<u64, abi::max_message_words> words{};
    for (u64 i = 0; i < outcome.info.words(); ++i)
      words[i] = i < 8 ? outcome.words[i] : caller.buffer()->words[i - 8];
    return abi::from_words<typename R::Reply>(words);
  }

  u64 detail = 0;  // words[0] of the last invocation's answer
  bool audits = true;
  bool fast_path = false;
  u64 fast_calls = 0;  // how many system calls the fast path did

  // Panics unless every invariant of the kernel holds.
  void audit();

 private:
  void make_boot_info();
  void find_memory();
  void make_leaves();
  void finish_repeating(Thread& thread);
  template <class Enter>
  void run(Enter enter);
  void run_trap(Thread& thread, u64 cause);
  void run_system_call(Thread& thread, u32 number);

  Thread* root_ = nullptr;
  CapPtr memory_;
  CapPtr other_memory_;
  CapPtr device_memory_;
  std::array<CapPtr, leaf_count> leaves_{};
  u64 next_slot_ = 0;
  // Which system call each thread is in, or was in last.
  struct Call {
    u32 number = 0;
    bool is_repeated = false;
  };
  std::map<const Thread*, Call> calls_;
};

}  // namespace simulated
