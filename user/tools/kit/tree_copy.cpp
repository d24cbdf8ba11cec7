// SPDX-License-Identifier: MIT
#include <user/tools/kit/source.hpp>
#include <user/tools/kit/tree_copy.hpp>

namespace kit {

namespace {

using abi::files::Fault;
using ipc::files::File;

Outcome<void> copy_contents(File& from, File& to) {
  const auto room = std::as_writable_bytes(block());
  for (;;) {
    const u64 count = TRY(from.read(room));
    if (count == 0) return {};
    TRY(to.write(room.first(count)));
  }
}

Outcome<void> copy_link(Place from, Place to) {
  char text[abi::files::max_path];
  const auto target = TRY(read_link(from, text));
  const auto made = make_link(target, to);
  if (made.ok() || !is(made.error(), abi::Error::occupied)) return made;
  // As a file would be: what was there goes.
  TRY(remove(to, abi::files::Removes::files));
  return make_link(target, to);
}

// The directories of the copy that are open, from the root of the copy down. A list of its own
// beside the walk's: the copy goes down and up as the walk does.
class Target {
 public:
  Target(std::string_view root, bool keeps_times) : keeps_times(keeps_times), root_(root) {}
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() {
    while (top_ != nullptr) leave();
  }

  const bool keeps_times;
  u64 root_id = 0;  // of the directory that is the copy's root, once it is made

  [[nodiscard]] Place place(std::string_view name) const {
    return top_ == nullptr ? Place{root_} : Place{name, top_->number};
  }
  // The directory that was made last for that name.
  Outcome<void> enter(std::string_view name) {
    auto directory =
        TRY(open(place(name), open_flag::read | open_flag::directory | no_follow_below()));
    const auto before = levels_.mark();
    const auto level = levels_.allocate<Level>(1);
    if (level.empty()) return Problem{abi::Error::no_memory};
    level[0] = {top_, directory.release(), before};
    top_ = level.data();
    return {};
  }
  void leave() {
    static_cast<void>(ipc::files::ask(files, abi::files::Close{.number = top_->number}));
    const Level level = *top_;
    top_ = level.above;
    levels_.rewind(level.before);
  }

 private:
  struct Level {
    Level* above = nullptr;
    u64 number = 0;
    ipc::Arena::Mark before;
  };

  [[nodiscard]] u64 no_follow_below() const { return top_ == nullptr ? 0 : open_flag::no_follow; }

  std::string_view root_;
  Level* top_ = nullptr;
  ipc::Arena levels_;
};

// A directory as long as it is filled: its own mode, which may forbid that, comes afterwards.
Outcome<void> begin_directory(Target& target, const Step& step) {
  // Whoever copies a tree into itself meets the copy on the way, and would never end.
  if (target.root_id != 0 && TRY(stat(step.place)).id == target.root_id)
    return Problem{abi::Error::bad_argument, Fault::into_itself};
  const Place place = target.place(step.name);
  const auto made = make_directory(place, 0700);
  const auto present = stat(place);
  if (!made.ok() && (!present.ok() || present->kind != Kind::directory)) return made;
  if (target.root_id == 0) target.root_id = TRY(present).id;
  return target.enter(step.name);
}

Outcome<void> end_directory(Target& target, const Step& step) {
  target.leave();
  const auto attributes = TRY(stat(step.place));
  const Place copy = target.place(step.name);
  if (target.keeps_times) TRY(set_time(copy, attributes.modified));
  return set_mode(copy, attributes.mode);
}

Outcome<void> copy_other(Target& target, const Step& step) {
  const Place to = target.place(step.name);
  switch (step.kind) {
    case Kind::symbolic_link: return copy_link(step.place, to);
    case Kind::file: return copy_file(step.place, to, target.keeps_times);
    case Kind::none:
    case Kind::directory:
    case Kind::device:
    case Kind::pipe: break;
  }
  return Problem{abi::Error::wrong_object, Fault::not_a_file};
}

}  // namespace

Outcome<void> copy_file(Place from, Place to, bool keeps_time) {
  File source = TRY(open(from));
  const auto attributes = TRY(source.stat());
  if (attributes.kind == Kind::directory)
    return Problem{abi::Error::wrong_object, Fault::is_a_directory};
  const auto present = stat(to);
  // Emptying it would leave nothing to be copied.
  if (present.ok() && present->id == attributes.id && present->kind == Kind::file)
    return Problem{abi::Error::bad_argument, Fault::in_use};
  const auto mode = static_cast<abi::u16>(attributes.mode);
  File copy = TRY(open(to, open_flag::write | open_flag::create | open_flag::truncate, mode));
  TRY(copy_contents(source, copy));
  return keeps_time ? set_time(to, attributes.modified) : Outcome<void>{};
}

bool copy_tree(std::string_view from, std::string_view to, bool keeps_times) {
  Target target{to, keeps_times};
  Walk walk{from};
  bool is_whole = true;
  for (Step step; walk.next(step);) {
    Outcome<void> done;
    switch (step.event) {
      case Event::directory:
        done = begin_directory(target, step);
        if (!done.ok()) walk.skip();
        break;
      case Event::leave: done = end_directory(target, step); break;
      case Event::other: done = copy_other(target, step); break;
      case Event::failed:
        // Its copy was begun when it was told as a directory.
        if (step.kind == Kind::directory) target.leave();
        done = step.problem;
        break;
    }
    if (done.ok()) continue;
    complain(step.path, done.error());
    is_whole = false;
  }
  return is_whole;
}

}  // namespace kit
