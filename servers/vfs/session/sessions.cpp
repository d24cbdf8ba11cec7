// SPDX-License-Identifier: MIT
#include <abi/object/cnode.hpp>
#include <algorithm>
#include <libipc/invoke.hpp>
#include <libipc/process/memory.hpp>
#include <libipc/process/self.hpp>
#include <new>
#include <servers/vfs/pipes/pipes.hpp>
#include <servers/vfs/server.hpp>

namespace vfs {

namespace {

namespace cnode = abi::cnode;
namespace files = abi::files;
namespace flag = files::open_flag;
using abi::SlotName;

constexpr u64 root_badge = 1;
// A whole page, though it needs less: so a hog of sessions stops at its account long before the
// places for all sessions are used up.
constexpr u64 session_bytes = base::page_size;
constexpr u64 closed_at_once = 64;
constexpr u64 anchors_at_once = 16;

// Of the leaf with this number. Leaves above share bits.
constexpr u64 bit_of(u64 leaf, u64 bits) { return u64{1} << leaf % bits; }

}  // namespace

void release_open_file(OpenFile& file) {
  if (--file.references != 0) return;
  Node& node = *file.node;
  if (file.has(flag::write)) {
    --node.writers;
    // What was written through a mapping, nobody told.
    if (file.has_contents) node.modified = node.changed = now();
  }
  if (file.has_contents) --node.holders;
  --server.open_files;
  if (node.is(Kind::pipe)) end_has_closed(node, file);
  server.tree.release(node);
  Store::owner_of(&file).release(&file, sizeof(OpenFile));
}

void close_number(Session& session, u64 number) {
  OpenFile* file = session.files.find(number);
  session.files.remove(number);
  if (file->node->is(Kind::pipe)) leave_end(session, number, *file);
  release_open_file(*file);
}

void Sessions::begin(Node& root) {
  server.tree.retain(root);
  server.tree.retain(root);
  root_.root = &root;
  root_.directory = &root;
  root_.place = max_leaves << abi::leaf_bits;  // behind all that have an anchor
  root_.store = &own_payer().store;
  root_.rights = abi::files::session_right::all;
}

Session* Sessions::find(abi::Badge badge) {
  if (badge.value() == root_badge) return &root_;
  const SessionBadge word{badge.value()};
  const u64 place = word.place();
  if (place >> abi::leaf_bits >= leaf_count_) return nullptr;
  const Leaf& leaf = *leaves_[place >> abi::leaf_bits];
  const u64 index = place & (abi::leaf_slots - 1);
  return leaf.generations[index] == word.generation() ? leaf.sessions[index] : nullptr;
}

// Empty leaves are passed over, so this looks at all leaves and at most two leaves' places. Those
// that are being closed belong to nobody any more.
const Session* Sessions::next(u64& cursor) const {
  if (cursor == 0) return ++cursor, &root_;
  for (u64 i = (cursor - 1) >> abi::leaf_bits; i < leaf_count_; ++i) {
    const Leaf& leaf = *leaves_[i];
    const u64 first = i << abi::leaf_bits;
    u64 place = std::max(cursor - 1, first);
    if (leaf.used == 0) place = first + abi::leaf_slots;
    for (; place < first + abi::leaf_slots; ++place) {
      const Session* session = leaf.sessions[place - first];
      if (session == nullptr || ending_.contains(session)) continue;
      cursor = place + 2;
      return session;
    }
  }
  return nullptr;
}

u64 Sessions::badge_of(const Session& session) const {
  if (&session == &root_) return root_badge;
  const u64 index = session.place & (abi::leaf_slots - 1);
  const u32 generation = leaves_[session.place >> abi::leaf_bits]->generations[index];
  return SessionBadge::make(generation, session.place).raw;
}

abi::Result<Sessions::Leaf*> Sessions::make_leaf() {
  static_assert(sizeof(Leaf) <= Store::max_block);
  const auto block = own_payer().store.allocate(sizeof(Leaf));
  if (!block.ok()) return block.error();
  auto* leaf = new (*block) Leaf{};
  // The endpoint outlives this server. What clients still hold of a server before it must not mean
  // a session of this one.
  for (u32& generation : leaf->generations)
    generation = static_cast<u32>(ipc::process_page().random[1]);
  // Without all of it there is no leaf. (The CNode goes with this process.)
  const auto prepare = [&] -> abi::Status {
    leaf->cnode = TRY(make_outer_leaf());
    const abi::CapPtr at = TRY(ipc::slots().allocate());
    const SlotPlace to = place_of(at);
    TRY(ipc::invoke(to.cnode, cnode::Mint{.index = to.index,
                                          .source = SlotName::own(server.notification.at()),
                                          .rights = abi::notification_right::signal,
                                          .data = bit_of(leaf_count_, signal_bits)}));
    const Owned<ipc::Notification> signal{ipc::slots(), at};
    TRY(ipc::invoke(leaf->cnode, cnode::Configure{.notification = at}));
    return {};
  };
  const abi::Status prepared = prepare();
  if (!prepared.ok()) {
    own_payer().store.release(leaf, sizeof(Leaf));
    return prepared.error();
  }
  leaves_[leaf_count_++] = leaf;
  return leaf;
}

abi::Result<u64> Sessions::find_place() {
  for (; first_free_ < max_leaves; ++first_free_) {
    if (first_free_ == leaf_count_) TRY(make_leaf());
    const Leaf& leaf = *leaves_[first_free_];
    if (leaf.used == abi::leaf_slots) continue;
    u64 index = 0;
    while (leaf.sessions[index] != nullptr) ++index;
    return first_free_ << abi::leaf_bits | index;
  }
  return abi::Error::no_space;
}

// The anchor in its leaf, and a child of it in a slot.
abi::Result<Owned<Endpoint>> Sessions::make_anchor(u64 place) {
  Leaf& leaf = *leaves_[place >> abi::leaf_bits];
  const u64 index = place & (abi::leaf_slots - 1);
  const u64 badge = SessionBadge::make(leaf.generations[index], place).raw;
  const abi::CapPtr at = TRY(ipc::slots().allocate());
  Owned<Endpoint> child{ipc::slots(), at};
  TRY(ipc::invoke(leaf.cnode,
                  cnode::Mint{.index = index,
                              .source = SlotName::own(server.endpoint.at()),
                              .rights = abi::endpoint_right::send | abi::endpoint_right::grant,
                              .data = badge}));
  const auto derive = [&] -> abi::Status {
    TRY(ipc::invoke(leaf.cnode, cnode::Anchor{.index = index}));
    const SlotPlace to = place_of(at);
    TRY(ipc::invoke(to.cnode, cnode::Copy{.index = to.index,
                                          .source = SlotName::in(leaf.cnode.at(), index),
                                          .rights = abi::all_rights}));
    return {};
  };
  const abi::Status derived = derive();
  if (derived.ok()) return child;
  static_cast<void>(ipc::invoke(leaf.cnode, cnode::Delete{.index = index}));
  return derived.error();
}

abi::Result<Sessions::Made> Sessions::make(Store& store) {
  const u64 place = TRY(find_place());
  void* block = TRY(store.allocate(session_bytes));
  auto capability = make_anchor(place);
  if (!capability.ok()) {
    store.release(block, session_bytes);
    return capability.error();
  }
  auto* session = new (block) Session{.store = &store, .place = place};
  Leaf& leaf = *leaves_[place >> abi::leaf_bits];
  leaf.sessions[place & (abi::leaf_slots - 1)] = session;
  ++leaf.used;
  ++count_;
  return Made{session, std::move(*capability)};
}

// The badge means nobody from now on; the place is used again when all is closed.
void Sessions::collect_leaf(Leaf& leaf) {
  for (u64 i = 0; i < anchors_at_once; ++i) {
    const auto found = ipc::invoke(leaf.cnode, cnode::NextUnreferenced{});
    if (!found.ok()) return;
    Session* session = leaf.sessions[found->index];
    if (session == nullptr || ending_.contains(session)) continue;
    ++leaf.generations[found->index];
    ending_.push_back(session);
  }
  // There may be more: they are looked for when these have ended.
  pending_ = ~u64{0};
}

void Sessions::collect(u64 bits) { pending_ |= bits; }

bool Sessions::end_some() {
  const u64 bits = std::exchange(pending_, 0);
  for (u64 i = 0; bits != 0 && i < leaf_count_; ++i)
    if ((bits & bit_of(i, signal_bits)) != 0) collect_leaf(*leaves_[i]);
  Session* session = ending_.front();
  if (session == nullptr) return pending_ != 0;
  for (u64 i = 0; i < closed_at_once; ++i) {
    const u64 number = session->files.any();
    if (number == OpenTable::max_number) {
      finish(*session);
      break;
    }
    close_number(*session, number);
  }
  return true;
}

void Sessions::finish(Session& session) {
  ending_.remove(&session);
  Leaf& leaf = *leaves_[session.place >> abi::leaf_bits];
  const u64 index = session.place & (abi::leaf_slots - 1);
  static_cast<void>(ipc::invoke(leaf.cnode, cnode::Delete{.index = index}));
  leaf.sessions[index] = nullptr;
  --leaf.used;
  first_free_ = std::min(first_free_, session.place >> abi::leaf_bits);
  --count_;
  Store& store = *session.store;
  if (session.mailbox != nullptr)
    static_cast<void>(
        ipc::unmap({reinterpret_cast<std::byte*>(session.mailbox), files::mailbox_bytes}));
  if (session.system != nullptr) leave_system_handle(*session.system);
  session.files.end(store);
  server.tree.release(*session.root);
  server.tree.release(*session.directory);
  store.release(&session, session_bytes);
  store.leave();
}

}  // namespace vfs
