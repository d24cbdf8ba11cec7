// SPDX-License-Identifier: MIT
// Everything that must hold between two system calls, found out by walking all that the kernel
// knows: each check says in a panic what does not hold.
#pragma once

#include <map>
#include <object/endpoint.hpp>
#include <object/thread.hpp>
#include <set>
#include <simulated/state.hpp>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace simulated {

// A snapshot of the kernel's state. What is counted can be compared with another snapshot: a test
// that gives everything back must find the counts of its beginning.
class Audit {
 public:
  // Walks from the capabilities of `anchor` to all others.
  explicit Audit(kernel::Thread& anchor);

  void run() const;

  [[nodiscard]] u64 slot_count() const { return slots_.size(); }
  [[nodiscard]] u64 object_count() const { return objects_.size(); }
  [[nodiscard]] u64 space_count() const { return roots_.size(); }
  [[nodiscard]] const std::map<u64, PhysAddr>& spaces() const { return roots_; }
  // In the order in which they were found, which is the same in every run.
  [[nodiscard]] const std::vector<kernel::Thread*>& threads() const { return threads_; }
  [[nodiscard]] const std::unordered_map<kernel::Object*, u32>& objects() const { return objects_; }

 private:
  void visit(kernel::Slot* slot);
  void visit_inside(const kernel::Slot& slot);
  void count(const kernel::Slot& slot);

  void check_references() const;
  void check_objects() const;
  static void check_anchors(kernel::CNode& cnode);
  void check_thread(const kernel::Thread& thread) const;
  void check_memory() const;
  void check_tables(u64 number, PhysAddr table, unsigned level, u64 start) const;
  void check_page(u64 number, u64 entry, unsigned level, u64 start) const;
  void check_cache() const;

  std::vector<kernel::Slot*> slots_;                  // not empty
  std::unordered_map<kernel::Object*, u32> objects_;  // how many capabilities each has
  std::vector<kernel::Thread*> threads_;
  std::map<u64, PhysAddr> roots_;  // address spaces by number
  std::map<u64, u32> space_references_;
  std::multimap<u64, const kernel::Slot*> frames_;       // bound ones, by number
  std::unordered_map<u64, const kernel::Slot*> tables_;  // PageTables by physical address
};

}  // namespace simulated
