// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/vfs/tree/path.hpp>
#include <servers/vfs/tree/walk.hpp>

namespace vfs {

namespace {

namespace files = abi::files;

// How far up anything looks. Deeper trees can be made and be used from within.
constexpr u64 max_depth = 1'024;

std::string_view text_of(const Node& link) {
  return {reinterpret_cast<const char*>(link.contents.bytes), link.contents.size};
}

class Walk {
 public:
  Walk(const View& view, std::string_view path)
      : view_(view), rest_(path), at_(path.starts_with('/') ? view.root : view.base) {}

  Outcome<Destination> run(bool follow) {
    if (rest_.empty()) return Problem{Error::not_found, Fault::no_such_name};
    Destination found;
    for (;;) {
      const std::string_view name = next();
      if (name.empty()) return end(found);
      found = {};
      if (is_here(name)) {
        TRY(check_directory());
        continue;
      }
      if (is_above(name)) {
        TRY(go_up());
        continue;
      }
      const bool is_last = waiting_ == 0 && is_blank(rest_);
      wants_directory_ = wants_directory_ || (is_last && !rest_.empty());
      found = TRY(step(name));
      if (found.node == nullptr) {
        if (is_last) return end(found);
        return Problem{Error::not_found, Fault::no_such_name};
      }
      if (found.node->is(Kind::symbolic_link) && (!is_last || follow || wants_directory_)) {
        TRY(expand(*found.node));
        continue;
      }
      if (!is_last && !found.node->is(Kind::directory))
        return Problem{Error::wrong_object, Fault::not_a_directory};
      at_ = found.node;
    }
  }

 private:
  // The next name of the path, or of what waits behind a link.
  std::string_view next() {
    for (;;) {
      const std::string_view name = next_name(rest_);
      if (!name.empty() || waiting_ == 0) return name;
      --waiting_;
      rest_ = {stack_[waiting_].start, stack_[waiting_].size};
    }
  }

  // What the path has led to. Without a last name it is a directory that stands for itself.
  Outcome<Destination> end(Destination found) {
    if (found.name.empty()) {
      TRY(check_directory());
      return Destination{.node = at_, .wants_directory = true};
    }
    found.wants_directory = wants_directory_;
    if (found.node != nullptr && wants_directory_ && !found.node->is(Kind::directory))
      return Problem{Error::wrong_object, Fault::not_a_directory};
    return found;
  }

  [[nodiscard]] Outcome<void> check_directory() const {
    if (!at_->is(Kind::directory)) return Problem{Error::wrong_object, Fault::not_a_directory};
    return {};
  }

  Outcome<void> go_up() {
    TRY(check_directory());
    if (at_ == view_.root) return {};
    Node* parent = at_->directory.parent;
    if (parent == nullptr) {
      // The root of all, for whoever sees all of it; or a directory that was removed.
      if (at_->links != 0) return {};
      return Problem{Error::not_found, Fault::no_such_name};
    }
    // A directory that was moved out of a session's root must not lead that session out too.
    const bool sees_all = view_.root->directory.parent == nullptr && view_.root->links != 0;
    if (!sees_all && !TRY(is_within(*parent, *view_.root)))
      return Problem{Error::denied, Fault::session_forbids};
    at_ = parent;
    return {};
  }

  Outcome<Destination> step(std::string_view name) {
    TRY(check_directory());
    if (name.size() > files::max_name) return Problem{Error::too_big, Fault::name_too_long};
    if (!view_.ignores_modes && !at_->allows(files::mode::execute))
      return Problem{Error::denied, Fault::mode_forbids};
    Entry* entry = at_->directory.names.find(name);
    return Destination{.directory = at_,
                       .entry = entry,
                       .name = name,
                       .node = entry == nullptr ? nullptr : entry->node};
  }

  // The link's text comes next. Slashes alone need not wait: they have been understood.
  Outcome<void> expand(const Node& link) {
    if (links_++ == files::max_links_followed)
      return Problem{Error::too_big, Fault::too_many_links};
    if (!is_blank(rest_)) stack_[waiting_++] = {rest_.data(), rest_.size()};
    rest_ = text_of(link);
    if (rest_.starts_with('/')) at_ = view_.root;
    return {};
  }

  const View& view_;
  std::string_view rest_;
  Node* at_;
  u64 links_ = 0;
  u64 waiting_ = 0;
  // Not a string_view, which would be cleared before each walk.
  struct Rest {
    const char* start;
    u64 size;
  };
  Rest stack_[files::max_links_followed];
  bool wants_directory_ = false;
};

}  // namespace

Outcome<Destination> walk(const View& view, std::string_view path, bool follow) {
  Walk walk{view, path};
  return walk.run(follow);
}

Outcome<Node*> look_up(const View& view, std::string_view path, bool follow) {
  const Destination found = TRY(walk(view, path, follow));
  if (found.node == nullptr) return Problem{Error::not_found, Fault::no_such_name};
  return found.node;
}

Outcome<std::string_view> path_of(const Node& root, const Node& node, std::span<char> to) {
  u64 start = to.size();
  for (const Node* at = &node; at != &root; at = at->directory.parent) {
    if (at->directory.entry == nullptr) return Problem{Error::not_found, Fault::no_such_name};
    const std::string_view name = at->directory.entry->name();
    if (name.size() + 1 > start) return Problem{Error::too_big, Fault::path_too_long};
    start -= name.size();
    std::ranges::copy(name, to.begin() + static_cast<std::ptrdiff_t>(start));
    to[--start] = '/';
  }
  if (start == to.size()) {
    if (start == 0) return Problem{Error::too_big, Fault::path_too_long};
    to[--start] = '/';
  }
  return std::string_view{to.data() + start, to.size() - start};
}

Outcome<bool> is_within(const Node& directory, const Node& above) {
  const Node* at = &directory;
  for (u64 i = 0; i < max_depth; ++i) {
    if (at == &above) return true;
    at = at->directory.parent;
    if (at == nullptr) return false;
  }
  return Problem{Error::too_big, Fault::too_deep};
}

}  // namespace vfs
