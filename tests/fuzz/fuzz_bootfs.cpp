// SPDX-License-Identifier: MIT
// Boot archives of any bytes as a tree: what is kept is counted, what is lost is told, and all of
// it can be taken away again.
#include <cstdlib>
#include <servers/vfs/archive/overlay.hpp>
#include <servers/vfs/contents/objects.hpp>

void vfs::drop_object(ObjectNumber) {}
void vfs::end_pipe(Contents&) {}

namespace {

using namespace vfs;

void require(bool promise) {
  if (!promise) __builtin_trap();
}

base::u64 pages = 0;

abi::Result<void*> allocate(void*) {
  ++pages;
  return std::aligned_alloc(base::page_size, base::page_size);
}
void release(void*, void* page) {
  --pages;
  std::free(page);
}

// Always the first name of the deepest first folder, so that nothing recurses.
void clear(Tree& tree, const View& view) {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  Store store{PageSource{nullptr, allocate, release, nullptr}};
  Tree tree;
  const auto root = tree.make_root(store);
  const View view{.root = *root, .base = *root, .store = &store, .ignores_modes = true};
  base::u64 told = 0;
  const OverlayReport report = overlay_archive(
      tree, view, {data, size}, {&told, [](void* at, std::string_view, std::string_view) {
                                   ++*static_cast<base::u64*>(at);
                                 }});
  require(told == report.lost);
  clear(tree, view);
  require(tree.nodes() == 1);
  tree.root()->links = 0;
  tree.release(*tree.root());
  require(store.blocks() == 0 && pages == 0);
  return 0;
}
