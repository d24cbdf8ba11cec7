// SPDX-License-Identifier: MIT
// A tree with a store over the host's memory, which can be made to run out.
#pragma once

#include <cstdlib>
#include <servers/vfs/contents/objects.hpp>
#include <servers/vfs/tree/tree.hpp>
#include <set>
#include <string>

namespace vfs_test {

using namespace vfs;
using base::u64;

// Pages that are counted; `left` is how many more there are.
struct Pages {
  explicit Pages(u64 there = ~u64{0}) : left(there) {}
  Pages(const Pages&) = delete;
  ~Pages() {
    for (void* page : pages) std::free(page);
  }

  u64 left;
  std::set<void*> pages;  // in use
  [[nodiscard]] u64 used() const { return pages.size(); }

  PageSource source() {
    return {
        this,
        [](void* context) -> abi::Result<void*> {
          auto& pages = *static_cast<Pages*>(context);
          if (pages.left == 0) return abi::Error::over_quota;
          --pages.left;
          return *pages.pages.insert(std::aligned_alloc(base::page_size, base::page_size)).first;
        },
        [](void* context, void* page) {
          auto& pages = *static_cast<Pages*>(context);
          ++pages.left;
          pages.pages.erase(page);
          std::free(page);
        },
        nullptr};
  }
};

// The numbers of objects that were dropped.
inline std::set<ObjectNumber>& dropped() {
  static std::set<ObjectNumber> numbers;
  return numbers;
}

struct World {
  Pages pages;
  Store store{pages.source()};
  Tree tree;
  View view;

  World() {
    view = {.root = *tree.make_root(store), .store = &store, .ignores_modes = false};
    view.base = view.root;
  }

  abi::files::Outcome<Node*> file(std::string_view path) {
    const auto at = walk(view, path, false);
    if (!at.ok()) return at.error();
    return tree.create(view, *at, Kind::file, 0644);
  }
  abi::files::Outcome<Node*> folder(std::string_view path) {
    return tree.make_directory(view, path, 0755);
  }
  abi::files::Outcome<Node*> link(std::string_view path, std::string_view text) {
    return tree.make_link(view, path, text);
  }
  abi::files::Outcome<Node*> find(std::string_view path) { return look_up(view, path, true); }
  Fault fault(std::string_view path) { return find(path).error().fault; }
};

inline std::string text(const Node& node) {
  return {reinterpret_cast<const char*>(node.contents.bytes), node.contents.size};
}

}  // namespace vfs_test
