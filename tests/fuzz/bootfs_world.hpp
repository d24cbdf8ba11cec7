// SPDX-License-Identifier: MIT
// Boot archives as trees, for fuzzers: what is kept is counted, what is lost is told, names lead
// where they say, and all of it can be taken away again.
#pragma once

#include <cstdlib>
#include <servers/vfs/archive/overlay.hpp>
#include <servers/vfs/contents/objects.hpp>
#include <servers/vfs/tree/path.hpp>
#include <vector>

void vfs::drop_object(ObjectNumber) {}
void vfs::end_pipe(Contents&) {}

namespace bootfs {

using namespace vfs;

inline void require(bool promise) {
  if (!promise) __builtin_trap();
}

inline base::u64 pages = 0;

inline abi::Result<void*> allocate(void*) {
  ++pages;
  return std::aligned_alloc(base::page_size, base::page_size);
}
inline void release(void*, void* page) {
  --pages;
  std::free(page);
}

// Each name once, in a directory that knows how many it has; and the way up is the way down.
inline void check(const Tree& tree) {
  std::vector<const Node*> folders{tree.root()};
  base::u64 named = 1;
  while (!folders.empty()) {
    const Node& folder = *folders.back();
    folders.pop_back();
    NameReader names{folder.directory.names, 0};
    base::u64 count = 0;
    while (const Entry* entry = names.next()) {
      const Node& node = *entry->node;
      require(entry->name().size() - 1 < abi::files::max_name && !is_above(entry->name()));
      require(folder.directory.names.find(entry->name()) == entry && node.links == 1);
      require(node.directory.parent == &folder && node.directory.entry == entry);
      require(node.is(Kind::directory) || node.directory.names.empty());
      if (node.is(Kind::directory)) folders.push_back(&node);
      ++count;
    }
    require(count == folder.directory.count);
    named += count;
  }
  require(named == tree.nodes());
}

// Always the first name of the deepest first folder, so that nothing recurses.
inline void clear(Tree& tree, const View& view) {
  for (;;) {
    Node* folder = tree.root();
    Entry* entry = NameReader{folder->directory.names, 0}.next();
    if (entry == nullptr) return;
    while (entry->node->is(Kind::directory) && !entry->node->directory.names.empty()) {
      folder = entry->node;
      entry = NameReader{folder->directory.names, 0}.next();
    }
    View at = view;
    at.base = folder;
    require(tree.remove(at, entry->name(), Tree::Removes::anything).ok());
  }
}

inline OverlayReport run(std::span<const base::u8> archive) {
  Store store{PageSource{nullptr, allocate, release, nullptr}};
  Tree tree;
  const auto root = tree.make_root(store);
  const View view{.root = *root, .base = *root, .store = &store, .ignores_modes = true};
  base::u64 told = 0;
  const OverlayReport report = overlay_archive(
      tree, view, archive, {&told, [](void* at, std::string_view, std::string_view) {
                              ++*static_cast<base::u64*>(at);
                            }});
  require(told == report.lost);
  check(tree);
  clear(tree, view);
  require(tree.nodes() == 1);
  tree.root()->links = 0;
  tree.release(*tree.root());
  require(store.blocks() == 0 && pages == 0);
  return report;
}

}  // namespace bootfs
