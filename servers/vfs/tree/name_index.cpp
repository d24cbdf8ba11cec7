// SPDX-License-Identifier: MIT
#include <bit>
#include <cstring>
#include <servers/vfs/tree/name_index.hpp>

namespace vfs {

namespace {

constexpr u64 key_bits = 64;

// Which way to go from an entry at this depth.
u64 bit_at(u64 key, u64 depth) { return key >> (key_bits - 1 - depth) & 1; }

u64 mix(u64 value) {
  value *= 0x9e37'79b9'7f4a'7c15;
  return value ^ value >> 32;
}

}  // namespace

// Eight bytes at a time; keys with the same hash differ in the lowest bits. The highest bit is
// free, so that there is always a cursor behind a key.
u64 NameIndex::hash(std::string_view name) {
  u64 value = name.size();
  while (name.size() >= sizeof(u64)) {
    u64 word = 0;
    std::memcpy(&word, name.data(), sizeof word);
    value = mix(value ^ word);
    name.remove_prefix(sizeof word);
  }
  u64 rest = 0;
  for (const char c : name) rest = rest << 8 | static_cast<unsigned char>(c);
  return mix(mix(value ^ rest)) >> 1 & ~(max_same_hash - 1);
}

Entry* NameIndex::with_key(u64 key) const {
  Entry* at = root_;
  for (u64 depth = 0; at != nullptr && at->key != key; ++depth) at = at->child[bit_at(key, depth)];
  return at;
}

// Names with one hash differ in the last bits of their keys only, so they follow each other on one
// way, from the first that was there. Which of the keys are in use says nothing about the others.
Entry* NameIndex::find(std::string_view name) const {
  const u64 first = hash(name);
  u64 depth = 0;
  for (Entry* at = root_; at != nullptr; ++depth) {
    if ((at->key ^ first) < max_same_hash) {
      if (at->name() == name) return at;
      for (u64 i = 0; i < max_same_hash; ++i) {
        Entry* other = with_key(first | i);
        if (other != nullptr && other->name() == name) return other;
      }
      return nullptr;
    }
    at = at->child[bit_at(first, depth)];
  }
  return nullptr;
}

Entry** NameIndex::place_of(u64 key) {
  Entry** place = &root_;
  for (u64 depth = 0; *place != nullptr && (*place)->key != key; ++depth)
    place = &(*place)->child[bit_at(key, depth)];
  return place;
}

bool NameIndex::insert(Entry& entry) {
  const u64 first = hash(entry.name());
  for (u64 i = 0; i < max_same_hash; ++i) {
    Entry** place = place_of(first | i);
    if (*place != nullptr) continue;
    entry.key = first | i;
    entry.child[0] = nullptr;
    entry.child[1] = nullptr;
    *place = &entry;
    return true;
  }
  return false;
}

// Any entry below it may take its place: the way that leads here is a part of its way too.
void NameIndex::remove(Entry& entry) {
  Entry** place = place_of(entry.key);
  Entry** last = place;
  while ((*last)->child[0] != nullptr || (*last)->child[1] != nullptr)
    last = &(*last)->child[(*last)->child[0] == nullptr ? 1 : 0];
  Entry* heir = *last;
  *last = nullptr;
  if (heir == &entry) return;
  heir->child[0] = entry.child[0];
  heir->child[1] = entry.child[1];
  *place = heir;
}

void NameIndex::replace(Entry& old, Entry& entry) {
  Entry** place = place_of(old.key);
  entry.key = old.key;
  entry.child[0] = old.child[0];
  entry.child[1] = old.child[1];
  *place = &entry;
}

NameReader::NameReader(const NameIndex& names, u64 from) : from_(from) {
  if (names.root() != nullptr) trees_[tree_count_++] = {names.root(), 0, 0};
}

// Its entry may come anywhere among those below it, and waits until the rest lies above it.
void NameReader::expand(const Tree& tree) {
  const u64 middle = tree.low | u64{1} << (key_bits - 1 - tree.depth);
  Entry* entry = tree.root;
  if (entry->child[1] != nullptr) trees_[tree_count_++] = {entry->child[1], middle, tree.depth + 1};
  if (entry->child[0] != nullptr && middle > from_)
    trees_[tree_count_++] = {entry->child[0], tree.low, tree.depth + 1};
  if (entry->key < from_) return;
  u64 at = early_count_++;
  for (; at != 0 && early_[at - 1]->key < entry->key; --at) early_[at] = early_[at - 1];
  early_[at] = entry;
}

Entry* NameReader::next() {
  while (tree_count_ != 0) {
    const Tree& lowest = trees_[tree_count_ - 1];
    if (early_count_ != 0 && early_[early_count_ - 1]->key < lowest.low) break;
    const Tree tree = lowest;
    --tree_count_;
    expand(tree);
  }
  return early_count_ == 0 ? nullptr : early_[--early_count_];
}

}  // namespace vfs
