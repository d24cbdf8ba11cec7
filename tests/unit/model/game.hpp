// SPDX-License-Identifier: MIT
// The kernel and its model, side by side: every event happens to both, and both are compared.
#pragma once

#include <model/compare.hpp>
#include <model/operation.hpp>
#include <optional>
#include <simulated/world.hpp>

namespace model {

struct GameOptions {
  bool fast_path = false;  // call and reply_recv begin on it
  Temper temper = Temper::capabilities;
  Mutation mutation = Mutation::none;
};

class Game {
 public:
  explicit Game(const GameOptions& options);

  // One random operation. Throws a Difference, or what the kernel panicked with.
  void step(const Operation& operation);

  // Takes everything back, and throws a Difference if something is missing.
  void tear_down();

  // The last event, in words; and how many there were of each kind, with its outcome.
  [[nodiscard]] const Event& last() const { return last_; }
  [[nodiscard]] u64 running() const { return runner_; }
  [[nodiscard]] const std::map<std::string, u64>& outcomes() const { return outcomes_; }

 private:
  void import();
  void import_thread();
  Slot& import_slot(CNode& cnode, u64 index, CapPtr at);
  void set_stage();
  void do_now(const Event& event);
  template <abi::Request R>
  void invoke(CapPtr target, const R& request) {
    do_now(method(target, request));
    const MessageInfo info = root_->info();
    if (info.kind() == Kind::error) throw std::runtime_error("the stage: " + std::string{R::name});
  }
  void happen(const Event& event);
  void set_registers(const Event& event);
  void pass_time(u64 ticks);
  void run_kernel(const Event& event);
  void run_model(const Event& event);
  [[nodiscard]] bool may_be_interrupted(const Event& event, const Thread& caller,
                                        const Capability& target);
  void clear_new_buffer(const Event& event);
  void damage();
  void count(const Event& event, const Thread* caller);

  simulated::World world_;
  bool fast_path_;
  Temper temper_;
  Model model_;
  std::set<u64> outside_;
  Thread* root_ = nullptr;
  Event last_;
  u64 runner_ = 0;
  u64 steps_ = 0;
  u64 numbers_at_start_ = 0;
  std::map<std::string, u64> outcomes_;
};

}  // namespace model
