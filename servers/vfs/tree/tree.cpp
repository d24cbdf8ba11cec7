// SPDX-License-Identifier: MIT
#include <algorithm>
#include <new>
#include <servers/vfs/contents/objects.hpp>
#include <servers/vfs/tree/tree.hpp>

namespace vfs {

namespace {

namespace mode = abi::files::mode;

// The record of a name, in no directory yet.
Outcome<Entry*> make_entry(Store& store, std::string_view name, Node& node) {
  const auto block = store.allocate(entry_bytes(name.size()));
  if (!block.ok()) return Problem{block.error()};
  auto* entry = new (*block) Entry{.node = &node, .length = name.size()};
  std::ranges::copy(name, reinterpret_cast<char*>(entry + 1));
  return entry;
}

void release_entry(Entry* entry) {
  Store::owner_of(entry).release(entry, entry_bytes(entry->length));
}

// A new name may stand there.
Outcome<void> check_new_name(const View& view, const Destination& at) {
  if (at.node != nullptr) return Problem{Error::occupied, Fault::name_exists};
  TRY(check_may_change(view, *at.directory));
  return {};
}

Outcome<void> check_removable(const Node& node) {
  if (!node.is(Kind::directory)) return {};
  if (!node.directory.names.empty()) return Problem{Error::busy, Fault::not_empty};
  return {};
}

void touch(Node& node, u64 now) {
  node.modified = now;
  node.changed = now;
}

void stand(Node& node, Node* directory, Entry* entry) {
  node.directory.parent = directory;
  node.directory.entry = entry;
}

// A file may have got another name meanwhile.
void forget(Node& node, const Entry& name) {
  if (node.directory.entry == &name) stand(node, nullptr, nullptr);
}

}  // namespace

Outcome<void> check_may_change(const View& view, const Node& directory) {
  if (!view.may_change) return Problem{Error::denied, Fault::session_forbids};
  // It was removed, and somebody still stands in it.
  if (directory.links == 0) return Problem{Error::not_found, Fault::no_such_name};
  if (!view.ignores_modes && !directory.allows(mode::write | mode::execute))
    return Problem{Error::denied, Fault::mode_forbids};
  return {};
}

Outcome<Node*> Tree::make_node(const View& view, Kind kind, u32 bits) {
  const auto block = view.store->allocate(sizeof(Node));
  if (!block.ok()) return Problem{block.error()};
  ++nodes_;
  return new (*block) Node{.kind = kind,
                           .mode = bits & mode::all,
                           .id = next_id_++,
                           .references = 1,
                           .modified = view.now,
                           .changed = view.now};
}

Outcome<Node*> Tree::make_root(Store& store) {
  root_ = TRY(make_node({.store = &store}, Kind::directory, 0755));
  root_->links = 1;
  return root_;
}

// All that can fail comes before the first change.
Outcome<void> Tree::give_name(const View& view, const Destination& at, Node& node) {
  Entry* entry = TRY(make_entry(*view.store, at.name, node));
  if (!at.directory->directory.names.insert(*entry)) {
    release_entry(entry);
    return Problem{Error::no_space, Fault::too_many_same_hash};
  }
  ++at.directory->directory.count;
  ++node.links;
  node.changed = view.now;
  touch(*at.directory, view.now);
  stand(node, at.directory, entry);
  return {};
}

void Tree::take_name(const View& view, Node& directory, Entry& entry) {
  Node& node = *entry.node;
  directory.directory.names.remove(entry);
  --directory.directory.count;
  touch(directory, view.now);
  node.changed = view.now;
  forget(node, entry);
  release_entry(&entry);
  --node.links;
}

Outcome<Node*> Tree::create(const View& view, const Destination& at, Kind kind, u32 bits) {
  TRY(check_new_name(view, at));
  if (at.wants_directory && kind != Kind::directory)
    return Problem{Error::wrong_object, Fault::not_a_directory};
  Node* node = TRY(make_node(view, kind, bits));
  const auto named = give_name(view, at, *node);
  release(*node);  // its name keeps it, if it has got one
  if (!named.ok()) return named.error();
  return node;
}

Outcome<Node*> Tree::make_directory(const View& view, std::string_view path, u32 bits) {
  const Destination at = TRY(walk(view, path, false));
  return create(view, at, Kind::directory, bits);
}

// The text first: a link without one would be seen if there were no memory for it.
Outcome<Node*> Tree::make_link(const View& view, std::string_view path, std::string_view text) {
  if (text.empty()) return Problem{Error::bad_argument};
  if (text.size() > abi::files::max_path) return Problem{Error::too_big, Fault::path_too_long};
  const Destination at = TRY(walk(view, path, false));
  TRY(check_new_name(view, at));
  if (at.wants_directory) return Problem{Error::wrong_object, Fault::not_a_directory};
  Node* node = TRY(make_node(view, Kind::symbolic_link, 0777));
  auto made = write_block(node->contents, 0,
                          {reinterpret_cast<const u8*>(text.data()), text.size()}, *view.store);
  if (made.ok()) made = give_name(view, at, *node);
  release(*node);
  if (!made.ok()) return made.error();
  return node;
}

Outcome<Node*> Tree::make_device(const View& view, std::string_view path, u64 number, u32 bits) {
  const Destination at = TRY(walk(view, path, false));
  Node* node = TRY(create(view, at, Kind::device, bits));
  node->contents.size = number;
  return node;
}

Outcome<void> Tree::add_name(const View& view, Node& node, std::string_view path) {
  if (node.is(Kind::directory)) return Problem{Error::wrong_object, Fault::is_a_directory};
  const Destination at = TRY(walk(view, path, false));
  TRY(check_new_name(view, at));
  if (at.wants_directory) return Problem{Error::wrong_object, Fault::not_a_directory};
  return give_name(view, at, node);
}

Outcome<void> Tree::remove(const View& view, std::string_view path, Removes what) {
  const Destination at = TRY(walk(view, path, false));
  if (at.node == nullptr) return Problem{Error::not_found, Fault::no_such_name};
  // The root, or a directory by the name of "." or "..".
  if (at.entry == nullptr) return Problem{Error::busy, Fault::in_use};
  const bool is_directory = at.node->is(Kind::directory);
  if (is_directory && what == Removes::files)
    return Problem{Error::wrong_object, Fault::is_a_directory};
  if (!is_directory && what == Removes::directories)
    return Problem{Error::wrong_object, Fault::not_a_directory};
  TRY(check_may_change(view, *at.directory));
  TRY(check_removable(*at.node));
  Node& node = *at.node;
  take_name(view, *at.directory, *at.entry);
  end_if_unused(node);
  return {};
}

namespace {

// What may stand where something of another name comes to.
Outcome<void> check_replaceable(const Node& moved, const Destination& to) {
  const bool is_directory = moved.is(Kind::directory);
  if (!is_directory && to.wants_directory)
    return Problem{Error::wrong_object, Fault::not_a_directory};
  if (to.node == nullptr) return {};
  if (is_directory && !to.node->is(Kind::directory))
    return Problem{Error::wrong_object, Fault::not_a_directory};
  if (!is_directory && to.node->is(Kind::directory))
    return Problem{Error::wrong_object, Fault::is_a_directory};
  return check_removable(*to.node);
}

}  // namespace

// The name at the destination is made, or taken over, before the old one goes.
Outcome<void> Tree::rename(const View& view, std::string_view from, const View& to_view,
                           std::string_view to) {
  const Destination source = TRY(walk(view, from, false));
  if (source.node == nullptr) return Problem{Error::not_found, Fault::no_such_name};
  const Destination target = TRY(walk(to_view, to, false));
  if (source.entry == nullptr || (target.node != nullptr && target.entry == nullptr))
    return Problem{Error::busy, Fault::in_use};
  TRY(check_may_change(view, *source.directory));
  TRY(check_may_change(to_view, *target.directory));
  Node& node = *source.node;
  if (target.node == &node) return {};
  if (node.is(Kind::directory) && TRY(is_within(*target.directory, node)))
    return Problem{Error::bad_argument, Fault::into_itself};
  TRY(check_replaceable(node, target));

  Node* old = target.node;
  if (old == nullptr) {
    TRY(give_name(to_view, target, node));
    take_name(view, *source.directory, *source.entry);
    return {};
  }
  target.entry->node = &node;
  ++node.links;
  take_name(view, *source.directory, *source.entry);
  stand(node, target.directory, target.entry);
  touch(*target.directory, to_view.now);
  forget(*old, *target.entry);
  --old->links;
  end_if_unused(*old);
  return {};
}

void Tree::release(Node& node) {
  --node.references;
  end_if_unused(node);
}

// A directory without a name is empty, so nothing below it is to be ended with it.
void Tree::end_if_unused(Node& node) {
  if (node.links != 0 || node.references != 0) return;
  if (node.is(Kind::file) || node.is(Kind::symbolic_link)) clear_contents(node.contents);
  if (node.is(Kind::pipe)) end_pipe(node.contents);
  --nodes_;
  Store::owner_of(&node).release(&node, sizeof(Node));
}

abi::files::Attributes attributes_of(const Node& node) {
  const Contents& contents = node.contents;
  const bool is_device = node.is(Kind::device);
  u64 size = contents.size;
  if (node.is(Kind::directory)) size = node.directory.count;
  if (is_device) size = 0;
  const u64 held = contents.place == Contents::Place::block ? contents.capacity : size;
  return {.id = node.id,
          .kind = node.kind,
          .mode = node.mode,
          .size = size,
          .links = node.links,
          .modified = node.modified,
          .changed = node.changed,
          .device = is_device ? contents.size : 0,
          .pages = (held + base::page_size - 1) / base::page_size};
}

}  // namespace vfs
