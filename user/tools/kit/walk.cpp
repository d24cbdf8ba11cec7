// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/walk.hpp>

namespace kit {

using abi::files::Close;
using ipc::files::ask;
using ipc::files::File;

Walk::~Walk() {
  while (top_ != nullptr) leave();
}

bool Walk::next(Step& step) {
  if (!was_told_) {
    step = {.place = {root_}, .path = root_, .name = base_name(root_)};
    was_told_ = true;
    return tell_root(step);
  }
  if (enters_) {
    enters_ = false;
    const auto entered = enter(last_);
    if (!entered.ok()) {
      step = last_;
      step.event = Event::failed;
      step.problem = entered.error();
      return true;
    }
  }
  if (top_ == nullptr) return false;
  if (top_->next != nullptr)
    tell_next(step);
  else
    tell_leave(step);
  last_ = step;
  enters_ = step.event == Event::directory;
  return true;
}

bool Walk::tell_root(Step& step) {
  const auto attributes = stat(step.place, links_);
  if (!attributes.ok() || !append_to_path(0, root_)) {
    step.event = Event::failed;
    step.problem = attributes.ok() ? Problem{abi::Error::no_memory} : attributes.error();
    return true;
  }
  step.kind = attributes->kind;
  step.event = step.kind == Kind::directory ? Event::directory : Event::other;
  last_ = step;
  enters_ = step.event == Event::directory;
  return true;
}

void Walk::tell_next(Step& step) {
  const Name& name = *top_->next;
  top_->next = name.next;
  step = {.place = {name.text, top_->directory},
          .name = name.text,
          .kind = name.kind,
          .depth = depth_,
          .is_last = name.next == nullptr};
  step.event = name.kind == Kind::directory ? Event::directory : Event::other;
  if (!append_to_path(top_->path_bytes, name.text)) {
    step.event = Event::failed;
    step.problem = Problem{abi::Error::no_memory};
    step.path = name.text;
    return;
  }
  step.path = {path_.data(), path_bytes_};
}

void Walk::tell_leave(Step& step) {
  path_bytes_ = top_->path_bytes;
  step = {.event = Event::leave,
          .place = place_of(*top_),
          .path = {path_.data(), path_bytes_},
          .name = top_->name,
          .kind = Kind::directory,
          .depth = depth_ - 1};
  // The name stands in the level above, and stays.
  leave();
}

Place Walk::place_of(const Level& level) const {
  return level.parent == nullptr ? Place{root_} : Place{level.name, level.parent->directory};
}

Outcome<void> Walk::enter(const Step& step) {
  u64 flags = open_flag::read | open_flag::directory;
  // Somebody may have put a link in its place.
  if (top_ != nullptr || links_ == Links::kept) flags |= open_flag::no_follow;
  File directory = TRY(open(step.place, flags));
  const auto before = levels_.mark();
  const auto level = levels_.allocate<Level>(1);
  if (level.empty()) return Problem{abi::Error::no_memory};
  const auto names = read_names(directory, levels_, is_wanted_);
  if (!names.ok()) {
    levels_.rewind(before);
    return names.error();
  }
  level[0] = {.parent = top_,
              .directory = directory.release(),
              .next = *names,
              .name = step.name,
              .path_bytes = path_bytes_,
              .before = before};
  top_ = level.data();
  ++depth_;
  return {};
}

void Walk::leave() {
  static_cast<void>(ask(files, Close{.number = top_->directory}));
  const auto before = top_->before;
  top_ = top_->parent;
  --depth_;
  levels_.rewind(before);
}

// The path's first `start` bytes, a slash if one is needed, and the name.
bool Walk::append_to_path(u64 start, std::string_view name) {
  const bool needs_slash = start != 0 && path_[start - 1] != '/';
  const u64 bytes = start + (needs_slash ? 1 : 0) + name.size();
  if (bytes > path_.size()) {
    const auto longer = text_.extend(path_, std::max<u64>(2 * bytes, 256));
    if (longer.empty()) return false;
    path_ = longer;
  }
  if (needs_slash) path_[start] = '/';
  std::memcpy(path_.data() + bytes - name.size(), name.data(), name.size());
  path_bytes_ = bytes;
  return true;
}

}  // namespace kit
