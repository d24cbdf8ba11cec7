// SPDX-License-Identifier: MIT
// The model: what each system call answers, and what is so afterwards. Written from the ABI's
// description, with the plainest data structures that do; it is slow where the kernel is clever.
// Where several things end at once, the order in which they end is the kernel's, written down in
// ends.cpp.
//
// To add a method: write a perform() for its request struct. What is not modelled is not generated.
#pragma once

#include <abi/object/cnode.hpp>
#include <abi/object/memory.hpp>
#include <abi/request.hpp>
#include <model/state.hpp>
#include <stdexcept>

namespace model {

// Something that is wrong on purpose, to show that the test finds it: a rule of the model, or a bit
// of the kernel's state.
enum class Mutation { none, copies_are_children, copies_keep_rights, partners_queue_up, lost_bit };

// A method's outcome. A refusal has a detail, success has words.
struct Answer {
  Error error = Error::none;
  u64 detail = 0;
  std::array<u64, 40> words{};
  u64 count = 0;

  Answer() = default;
  Answer(Error refused, u64 about = 0) : error(refused), detail(about) {}
  template <class Reply>
  static Answer of(const Reply& reply) {
    Answer answer;
    const auto words = abi::to_words(reply);
    answer.count = abi::words_of<Reply>;
    for (u64 i = 0; i < answer.count; ++i) answer.words[i] = words[i];
    return answer;
  }
};

class Model {
 public:
  // `frequency`: of the counter; `numbers`: how many address spaces there may be.
  Model(u64 frequency, u64 numbers) : frequency_(frequency), numbers_(numbers) {}

  // ---- Events: each leaves the next thread in `current`.
  void system_call(u32 number);
  void fault(const Fault& fault);
  void timer_interrupt();
  // The FP unit is the kernel's own affair: only that nothing else changes is modelled.
  void use_floating_point() { choose(); }

  // ---- Lookup, as threads do it. Null: the address names nothing; the slot may be empty.
  Slot* find(const Thread& thread, u64 address);
  template <class T>
  T& object(const Capability& cap) {
    return static_cast<T&>(*objects.at(cap.address));
  }

  // ---- The state, which the comparison walks.
  std::map<u64, std::unique_ptr<Object>> objects;  // by address
  std::map<u64, Table> tables;                     // what stands in the tables of VSpaces
  std::vector<Space> spaces{1};                    // by number; 0 means none
  std::vector<u64> free_numbers;                   // used before, the next one last
  std::map<u64, Buffer> buffers;                   // by address
  std::array<std::vector<Thread*>, abi::priority_levels> ready;
  std::set<u64> occupied;  // levels with a ready thread
  Thread* current = nullptr;
  SchedContext* on = nullptr;  // whose time passes; null: nobody's
  u64 turn_ends = 0;
  u64 now = 0;
  std::vector<const Slot*> outside;  // only what is derived from them is modelled

  [[nodiscard]] base::i64 left_at(u64 time) const {
    return static_cast<base::i64>(turn_ends - time);
  }
  [[nodiscard]] u64 used_bytes(const Slot& untyped) const {
    return untyped.children.members.empty() ? 0 : untyped.data;
  }
  [[nodiscard]] bool is_current(const Binding& binding) const {
    return binding.number != 0 && spaces[binding.number].generation == binding.generation;
  }

  // How many objects ended in the last event.
  [[nodiscard]] u64 ended() const { return graveyard_.size(); }
  [[nodiscard]] u64 free_space_numbers() const {
    return numbers_ - spaces.size() + free_numbers.size();
  }

  // ---- Steps that a test takes when it sets the stage.
  void become_child(Slot& parent, Slot& slot, const Capability& cap, u64 data);
  void become_root(Slot& slot, const Capability& cap, u64 data);
  void keep(Thread& thread, Kept what, Slot& source);
  void give_time(Thread& thread, SchedContext& time);
  void make_ready(Thread& thread);
  void choose();
  void renew(SchedContext& time, u64 budget);
  [[nodiscard]] u64 ticks(u64 nanoseconds) const {
    return nanoseconds * frequency_ / 1'000'000'000;
  }

  Mutation mutation = Mutation::none;

 private:
  friend struct Invoke;

  // capabilities.cpp
  struct Found {
    Slot* slot = nullptr;
    Error error = Error::none;
  };
  void become_sibling(Slot& source, Slot& slot, const Capability& cap, u64 data);
  void add_reference(const Slot& slot);
  void clear(Slot& slot);
  Found find_capability(const Thread& caller, u64 address, ObjectType type, Rights rights);
  Found find_place(const Slot& cnode, u64 index, Rights rights);
  Found find_source(const Thread& caller, SlotName name, Rights rights);
  Found find_target(const Slot& cnode, u64 index);
  static bool is_copyable(const Slot& slot);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Copy& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Mint& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Move& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Delete& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Revoke& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Identify& request);
  static void make_anchor(CNode& home, Slot& slot);
  void wake_senders(const Slot& anchor);
  void raise(const Slot& target);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Anchor& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::NextUnreferenced& request);
  Answer perform(Thread& caller, Slot& target, const abi::cnode::Configure& request);

  // untyped.cpp
  Answer perform(Thread& caller, Slot& target, const abi::untyped::Retype& request);
  Answer perform(Thread& caller, Slot& target, const abi::untyped::Info& request);
  void make_object(Slot& untyped, Slot& slot, ObjectType type, unsigned bits, u64 address);
  u64 create_space(u64 root);

  // spaces.cpp
  struct Place {
    Table* table;
    u64 index;
    unsigned level;
    Entry* entry;  // null: absent
  };
  Place walk(u64 number, u64 address, unsigned lowest = 0);
  u64 sweep_step(u64 number, u64 at, u64 end, const Slot& frame, const Entry* attributes);
  bool unmap_step(Slot& frame);
  void take_table_out(const Slot& table);
  void extend_window(Slot& frame, u64 number, u64 start, u64 end);
  void shrink_window(Slot& frame, u64 number, u64 start, u64 end);
  Answer check_cuts(const Slot& frame, u64 start, u64 end);
  Answer over_window(Slot& frame, u64 address, u64 length, const Entry* attributes);
  void clear_space(u64 number);
  void drop_space(u64 number);
  Answer perform(Thread& caller, Slot& target, const abi::frame::Map& request);
  Answer perform(Thread& caller, Slot& target, const abi::frame::Unmap& request);
  Answer perform(Thread& caller, Slot& target, const abi::frame::Protect& request);
  Answer perform(Thread& caller, Slot& target, const abi::frame::Info& request);
  Answer perform(Thread& caller, Slot& target, const abi::page_table::Map& request);
  Answer perform(Thread& caller, Slot& target, const abi::page_table::Unmap& request);
  Answer perform(Thread& caller, Slot& target, const abi::vspace::Clear& request);
  Answer perform(Thread& caller, Slot& target, const abi::vspace::Walk& request);

  // time.cpp
  static bool is_runnable(const Thread& thread);
  bool is_queued(const Thread& thread) const;
  void queue(Thread& thread, bool in_front);
  void unqueue(Thread& thread);
  void enqueue(Thread& thread);
  void hand_over(Thread& thread);
  void withdraw(Thread& thread);
  void run_on_nothing();
  void take_time(SchedContext& time);
  void lend(Reply& reply, Thread& server);
  void return_loan(Reply& reply);
  void return_borrowed(Thread& borrower);
  void void_loans(SchedContext& time);
  static bool can_be_lent(const SchedContext& time) { return time.loans.size() < 16; }
  static bool has_own_time(const Thread& thread);
  static bool runs_on_loan(const Thread& thread, const Reply& reply);
  [[nodiscard]] u64 used(const SchedContext& time) const;

  // threads.cpp
  Answer perform(Thread& caller, Slot& target, const abi::thread::Configure& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::Dispatch& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::Suspend& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::Resume& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::ReadRegisters& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::WriteRegisters& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::SetPriority& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::Info& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::BindNotification& request);
  Answer perform(Thread& caller, Slot& target, const abi::thread::ReleaseTime& request);
  Answer perform(Thread& caller, Slot& target, const abi::sched_context::Configure& request);

  // messages.cpp
  static void finish(Thread& thread, Error error);
  static void finish_with_bits(Thread& thread, u64 bits);
  static void clear_dead(Thread& thread);
  static Error check_travel(const Thread& from, const Thread& to);
  static Error check_meeting(const Thread& sender, const Thread& receiver, Kind kind,
                             bool has_reply);
  static bool can_be_called(const Thread& receiver);
  u64 pass_capabilities(Thread& from, Thread& to, const Endpoint* through);
  void transfer(Thread& from, Thread& to, const Outgoing& message, const Endpoint* through);
  void meet(Thread& sender, Thread& receiver, const Endpoint& endpoint, const Outgoing& message);
  Error send(Thread& sender, Endpoint& endpoint, const Outgoing& message, bool waits);
  void receive(Thread& receiver, Endpoint& endpoint, bool waits);
  void refuse_unsuitable(Thread& receiver, Endpoint& endpoint, bool has_reply);
  static Error check_answer(const Thread& server, const Reply& reply);
  void answer(Thread& server, Reply& reply);
  Error send_answer(Thread& caller, const Slot& slot);
  Error send_to(Thread& caller, const Slot& slot, Kind kind, bool waits);
  void call(Thread& caller, bool waits);
  void send_only(Thread& caller, bool waits);
  void receive_call(Thread& caller, bool answers, bool waits);
  void signal(Notification& notification, u64 bits);
  void use_notification(Thread& caller, Rights right, bool waits);
  bool offer(Thread& thread, Kept to);
  void raise_fault(Thread& thread);
  void handler_refused(Thread& thread);
  void trap_refused(Thread& thread);
  void go_on(Thread& thread);
  void stop(Thread& thread, State state);
  void end_fault(Thread& thread, u32 decision);
  void bind(Reply& reply, Thread& receiver);
  static void unbind(Reply& reply);
  static void leave_queue(Thread& thread);
  void invoke(Thread& caller, Slot& target);
  template <class Methods>
  bool invoke_from(Thread& caller, Slot& target);
  template <abi::Request R>
  void invoke_method(Thread& caller, Slot& target);

  // ends.cpp
  void cancel_wait(Thread& thread, Error error);
  void disappoint(Thread& thread, Error error);
  bool remove_step(Slot& slot);
  void remove(Slot& slot) {
    while (!remove_step(slot)) {
    }
  }
  void finish_endings();
  bool end(CNode& cnode);
  bool end(Endpoint& endpoint);
  bool end(Notification& notification);
  bool end(Reply& reply);
  bool end(Thread& thread);
  bool end_step(Object& object);

  u64 frequency_;
  u64 numbers_;
  std::vector<std::unique_ptr<Family>> root_families_;
  std::vector<Object*> ending_;                     // the next one last
  std::vector<std::unique_ptr<Object>> graveyard_;  // ended in this event; names may still be held
};

}  // namespace model
