// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/procmgr/memory/page_tree.hpp>

namespace procmgr {

namespace {

constexpr u64 node_words = u64{1} << PageTree::level_bits;
constexpr u64 used_mask = base::page_size - 1;
static_assert(node_words * sizeof(u64) == base::page_size);

u64* node_of(u64 link) { return reinterpret_cast<u64*>(link & ~used_mask); }
u64 used_of(u64 link) { return link & used_mask; }
u64 link_to(void* node, u64 used) { return reinterpret_cast<u64>(node) | used; }

// Where the way to `index` goes on in a node whose words have height `level`.
u64 slot(u64 index, unsigned level) {
  return index >> (level * PageTree::level_bits) & (node_words - 1);
}

unsigned height_for(u64 index) {
  if (index < PageTree::inline_pages) return 0;
  unsigned height = 1;
  while (index >> (height * PageTree::level_bits) != 0) ++height;
  return height;
}

}  // namespace

// The nodes that an insertion needs, taken before anything changes. The most are 5: three above the
// four words of a tree without nodes, and two beside them.
struct PageTree::Spares {
  void* nodes[2 * max_height - 1];
  u64 count = 0;

  [[nodiscard]] bool take(u64 wanted, const NodeSource& source) {
    while (count < wanted) {
      void* node = source.allocate(source.context);
      if (node == nullptr) {
        while (count != 0) source.release(source.context, nodes[--count]);
        return false;
      }
      nodes[count++] = node;
    }
    return true;
  }
  void* next() { return nodes[--count]; }
};

PageTree::Place PageTree::walk(u64 index, unsigned stop) const {
  if (height_ == 0) return {&words_[index], 0};
  const u64* word = &words_[0];
  unsigned level = height_;
  while (level > stop && *word != 0) {
    --level;
    word = &node_of(*word)[slot(index, level)];
  }
  return {word, level};
}

// How many nodes an insertion needs when the tree has the height that `index` asks for.
u64 PageTree::missing_nodes(u64 index, unsigned height) const {
  if (count_ == 0) return height;
  if (height == height_) return height == 0 ? 0 : walk(index, 0).level;
  // Roots above the one that is there. The way to `index` leaves the highest at once: it would not
  // have been needed otherwise.
  return height - height_ + (height - 1);
}

// Puts roots above what is there until the height is reached.
void PageTree::grow(unsigned height, Spares& spares) {
  if (count_ == 0) height_ = height;
  for (; height_ < height; ++height_) {
    void* node = spares.next();
    if (height_ == 0) {
      std::copy(std::begin(words_), std::end(words_), static_cast<u64*>(node));
      std::fill(std::begin(words_), std::end(words_), 0);
      words_[0] = link_to(node, count_);
    } else {
      *static_cast<u64*>(node) = words_[0];
      words_[0] = link_to(node, 1);
    }
  }
}

abi::Status PageTree::insert(u64 index, PageEntry entry, const NodeSource& source) {
  if (index >= max_pages) return abi::Error::out_of_range;
  const unsigned height = std::max(height_, height_for(index));
  const u64 missing = missing_nodes(index, height);
  Spares spares;
  if (!spares.take(missing, source)) return abi::Error::no_memory;

  nodes_ += missing;
  grow(height, spares);
  ++count_;
  u64* holder = nullptr;  // the link to the node in which `word` stands
  u64* word = height_ == 0 ? &words_[index] : &words_[0];
  for (unsigned level = height_; level != 0; --level) {
    if (*word == 0) {
      *word = link_to(spares.next(), 0);
      if (holder != nullptr) ++*holder;
    }
    holder = word;
    word = &node_of(*word)[slot(index, level - 1)];
  }
  *word = entry.raw;
  if (holder != nullptr) ++*holder;
  return {};
}

void PageTree::replace(u64 index, PageEntry entry) {
  *const_cast<u64*>(walk(index, 0).word) = entry.raw;
}

PageEntry PageTree::remove(u64 index, const NodeSource& source) {
  const PageEntry entry = find(index);
  if (!entry.is_present()) return entry;
  --count_;
  u64* links[max_height] = {};  // by the height of the node, less one
  u64* word = height_ == 0 ? &words_[index] : &words_[0];
  for (unsigned level = height_; level != 0; --level) {
    links[level - 1] = word;
    word = &node_of(*word)[slot(index, level - 1)];
  }
  *word = 0;
  for (unsigned level = 0; level < height_; ++level) {
    u64& link = *links[level];
    if (used_of(--link) != 0) return entry;
    source.release(source.context, node_of(link));
    --nodes_;
    link = 0;
  }
  if (count_ == 0) height_ = 0;
  return entry;
}

PageTree::Found PageTree::next(u64 index, u64 end) const {
  const u64 stop = std::min(end, capacity());
  while (index < stop) {
    const Place place = walk(index, 0);
    if (*place.word != 0) return {index, PageEntry{*place.word}};
    // Nothing lies below a zero word: on behind all that it stands for.
    const unsigned bits = place.level * level_bits;
    index = ((index >> bits) + 1) << bits;
  }
  return {end, {}};
}

u64 PageTree::run_length(u64 index, u64 most) const {
  if (most == 0 || !find(index).is_present()) return 0;
  const u64* word = walk(index, 0).word;
  const u64 in_node = height_ == 0 ? inline_pages - index : node_words - slot(index, 0);
  const u64 end = std::min(in_node, most);
  u64 length = 1;
  while (length < end && word[length] == word[0] + (length << base::page_bits)) ++length;
  return length;
}

const char* PageTree::check() const {
  if (count_ == 0 && height_ != 0) return "an empty tree has a height";
  u64 nodes = 0;
  u64 entries = 0;
  if (height_ == 0)
    entries = static_cast<u64>(
        std::count_if(std::begin(words_), std::end(words_), [](u64 word) { return word != 0; }));
  for (unsigned level = 1; level <= height_; ++level)
    if (const char* broken = check_level(level, nodes, entries)) return broken;
  if (nodes != nodes_) return "the number of nodes is wrong";
  if (entries != count_) return "the number of entries is wrong";
  return nullptr;
}

// All nodes of one height. Adds what it finds to `nodes` and, at the lowest, to `entries`.
const char* PageTree::check_level(unsigned level, u64& nodes, u64& entries) const {
  for (u64 index = 0; index < capacity();) {
    const Place place = walk(index, level);
    if (*place.word != 0) {
      const u64* node = node_of(*place.word);
      const auto used = static_cast<u64>(
          std::count_if(node, node + node_words, [](u64 word) { return word != 0; }));
      if (used == 0) return "a node is empty";
      if (used != used_of(*place.word)) return "a link counts its node's words wrongly";
      ++nodes;
      if (level == 1) entries += used;
    }
    const unsigned bits = place.level * level_bits;
    index = ((index >> bits) + 1) << bits;
  }
  return nullptr;
}

}  // namespace procmgr
