// SPDX-License-Identifier: MIT
// Further threads of a test: in its own address space (Worker), or in another (Stranger).
#pragma once

#include <tests/kernel/kit/context.hpp>

namespace kit {

struct WorkerSetting {
  abi::Priority priority = test_priority;
  Cap<ipc::Endpoint> pager;    // none: a fault fails the test
  Cap<ipc::Endpoint> handler;  // none: a fault fails the test
  abi::thread::SetForeign foreign{};
};

// A thread that runs a function object of the test. When the handle goes, the thread goes.
class Worker {
 public:
  // `body` stays where it is until the thread has ended.
  template <class Body>
  Worker(Context& t, Body& body, const WorkerSetting& setting = {}) : t_(t) {
    done_ = t.make<ipc::Notification>();
    begin({.run = [](void* object) { (*static_cast<Body*>(object))(); },
           .object = const_cast<std::remove_const_t<Body>*>(&body),
           .done = done_,
           .never = t.fixture().never},
          setting);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Waits until the body has returned.
  void join(Where where = Where::current()) { t_.need(ipc::wait(done_), where); }
  [[nodiscard]] bool is_done() { return ipc::poll(done_).ok(); }

  [[nodiscard]] Cap<ipc::Thread> thread() const { return parts_.thread; }
  [[nodiscard]] abi::thread::State state() {
    return t_.need(ipc::invoke(thread(), abi::thread::Info{})).state;
  }

  // Stops it wherever it is, and runs the body from the beginning.
  void restart() {
    t_.need(ipc::invoke(thread(), abi::thread::Suspend{}));
    t_.need(support::dispatch(parts_));
  }

  // How long its turns are, in nanoseconds.
  void set_budget(u64 budget) {
    t_.need(ipc::invoke(parts_.time.get(), abi::sched_context::Configure{budget}));
  }

  // Takes its time: it then runs only on what callers lend. What a thread keeps stands below the
  // capability that it was configured with.
  void take_time() {
    t_.need(t_.revoke(parts_.time.at()));
    parts_.time.reset();
  }

  // The same, without an end to anything else that was made of its capability.
  abi::Status release_time() {
    return ipc::invoke(parts_.thread.get(), abi::thread::ReleaseTime{}).error();
  }

  // Takes its stack and IPC buffer out of the address space; the thread keeps the buffer.
  void unmap_block(Context& t) {
    t.need(
        ipc::invoke(parts_.block.get(), abi::frame::Unmap{.address = 0, .length = u64{1} << 39}));
  }
  // Takes the IPC buffer itself: what a thread keeps stands below what it was configured with.
  void take_buffer(Context& t) { t.need(t.revoke(parts_.block.at())); }

  // Deletes the thread's capability, and so the thread.
  void destroy() { parts_.thread.reset(); }

 private:
  struct Start {
    void (*run)(void* object) = nullptr;
    void* object = nullptr;
    Cap<ipc::Notification> done;
    Cap<ipc::Notification> never;
  };

  void begin(const Start& start, const WorkerSetting& setting);
  static void enter(void* start);

  Context& t_;
  Start start_;
  Cap<ipc::Notification> done_;
  support::ThreadParts parts_;
};

// Where a Stranger's code finds its first capabilities.
namespace stranger_slot {
inline constexpr u64 done = 1;   // signalled at the end
inline constexpr u64 never = 2;  // to wait for ever
inline constexpr u64 first = 3;  // what the test gives
}  // namespace stranger_slot

// A thread in an address space and a CSpace of its own. Its function sees code and constants of
// this program, its stack, and what it was given; not a variable more.
class Stranger {
 public:
  explicit Stranger(Context& t, const WorkerSetting& setting = {});

  // At cap_at(0, index) of its CSpace.
  void give(u64 index, CapPtr source, abi::Rights rights = abi::all_rights,
            Where where = Where::current()) {
    t_.need(process_.give(index, source, rights), where);
  }

  // `function` ends with stranger_done().
  void start(void (*function)(void*), u64 argument = 0, Where where = Where::current()) {
    t_.need(process_.start(function, argument), where);
  }
  void join(Where where = Where::current()) { t_.need(ipc::wait(done_), where); }

  support::Process& process() { return process_; }

 private:
  Context& t_;
  support::Process process_;
  Cap<ipc::Notification> done_;
};

// The last thing that a Stranger's function calls.
[[noreturn]] void stranger_done();

// Waits until the other thread is in the state that is expected before the test goes on; both have
// the same priority, so yielding lets it get there.
void wait_for_state(Context& t, Cap<ipc::Thread> thread, abi::thread::State state,
                    Where where = Where::current());

}  // namespace kit
