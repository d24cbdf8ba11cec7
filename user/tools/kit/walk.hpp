// SPDX-License-Identifier: MIT
// A walk over a tree: each directory before and after what is in it, names in order. Without
// recursion, and as deep as there is memory: where it is stands in a list of levels, each with its
// open directory and the names that are still to come.
//
//   kit::Walk walk{"/tree"};
//   for (kit::Step step; walk.next(step);) switch (step.event) { ... }
//
// What is removed or made meanwhile may be told or not.
#pragma once

#include <user/tools/kit/listing.hpp>

namespace kit {

enum class Event {
  directory,  // what is in it comes next, unless it is skipped
  leave,      // all that is in it was told
  other,      // a file, a link, a device
  failed,     // `problem`: it cannot be looked at, or into
};

struct Step {
  Event event = Event::other;
  Place place;            // for requests
  std::string_view path;  // for people; until the next step
  std::string_view name;  // the last part of it
  Kind kind = Kind::none;
  u64 depth = 0;        // below the root
  bool is_last = true;  // of its directory
  Problem problem;
};

class Walk {
 public:
  // A link is told as what it is; the root as what it leads to, if `links` says so.
  // Names that `is_wanted` does not want are passed over.
  explicit Walk(std::string_view root, Links links = Links::kept, NameFilter is_wanted = nullptr)
      : root_(root), links_(links), is_wanted_(is_wanted) {}
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  ~Walk();

  // False: that was all.
  bool next(Step& step);
  // Does not go into the directory that was told last.
  void skip() { enters_ = false; }

 private:
  struct Level {
    Level* parent = nullptr;
    u64 directory = 0;  // open, with this number
    Name* next = nullptr;
    std::string_view name;  // its own
    u64 path_bytes = 0;
    ipc::Arena::Mark before;
  };

  bool tell_root(Step& step);
  void tell_next(Step& step);
  void tell_leave(Step& step);
  Outcome<void> enter(const Step& step);
  void leave();
  [[nodiscard]] bool append_to_path(u64 start, std::string_view name);
  [[nodiscard]] Place place_of(const Level& level) const;

  std::string_view root_;
  Links links_;
  NameFilter is_wanted_;
  bool was_told_ = false;  // the root
  bool enters_ = false;
  Step last_;
  Level* top_ = nullptr;
  u64 depth_ = 0;
  ipc::Arena levels_;
  // The path of what is told.
  ipc::Arena text_;
  std::span<char> path_;
  u64 path_bytes_ = 0;
};

}  // namespace kit
