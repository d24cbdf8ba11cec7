// SPDX-License-Identifier: MIT
// What takes longer than a step: done piece by piece, between requests.
#pragma once

#include <base/list.hpp>

namespace procmgr {

struct Work {
  base::Link<Work> link;
  // A bounded piece, of at most some 100,000 instructions. True: it is done, and must not be
  // touched again: it may be gone.
  bool (*step)(Work&) = nullptr;
};

class WorkQueue {
 public:
  constexpr WorkQueue() = default;
  [[nodiscard]] bool empty() const { return queue_.empty(); }
  void add(Work& work) {
    if (!Queue::contains(&work)) queue_.push_back(&work);
  }
  void remove(Work& work) {
    if (Queue::contains(&work)) queue_.remove(&work);
  }
  // One piece of the first, whose turn comes again behind the others.
  void step() {
    Work* work = queue_.pop_front();
    if (work == nullptr) return;
    queue_.push_back(work);
    const auto run = work->step;
    if (!run(*work)) return;
  }

 private:
  using Queue = base::List<Work, &Work::link>;
  Queue queue_;
};

}  // namespace procmgr
