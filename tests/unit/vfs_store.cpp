// SPDX-License-Identifier: MIT
// Blocks and names: the records that the tree is made of.
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <tests/unit/vfs_world.hpp>
#include <vector>

// What the tree asks of the server: here it is only noted.
void vfs::drop_object(ObjectNumber number) { vfs_test::dropped().insert(number); }

void vfs::end_pipe(Contents&) {}

namespace {

using namespace vfs_test;

TEST(VfsStore, BlocksOfAllSizesAreApartAndComeBack) {
  Pages pages;
  Store store{pages.source()};
  struct Block {
    u64 bytes;
    unsigned char mark;
  };
  std::map<void*, Block> blocks;
  std::mt19937_64 random{1};
  for (int i = 0; i < 40'000; ++i) {
    if (blocks.empty() || random() % 100 < (i < 20'000 ? 60 : 35)) {
      const u64 bytes = 1 + random() % (random() % 8 == 0 ? Store::max_block : 300);
      const auto block = store.allocate(bytes);
      ASSERT_TRUE(block.ok());
      ASSERT_TRUE(blocks.emplace(*block, Block{bytes, static_cast<unsigned char>(i)}).second);
      ASSERT_GE(Store::capacity_of(bytes), bytes);
      std::memset(*block, i & 255, bytes);
      if (bytes <= 2016) ASSERT_EQ(&Store::owner_of(*block), &store);
    } else {
      auto at =
          std::next(blocks.begin(), static_cast<long>(random() % std::min<u64>(blocks.size(), 50)));
      const auto* bytes = static_cast<unsigned char*>(at->first);
      for (u64 k = 0; k < at->second.bytes; ++k) ASSERT_EQ(bytes[k], at->second.mark);
      store.release(at->first, at->second.bytes);
      blocks.erase(at);
    }
    ASSERT_EQ(store.blocks(), blocks.size());
    ASSERT_EQ(store.pages(), pages.used());
  }
  for (const auto& [block, what] : blocks) store.release(block, what.bytes);
  EXPECT_EQ(pages.used(), 0U);
}

TEST(VfsStore, WithoutPagesThereIsAnErrorAndNothingElse) {
  Pages pages{1};
  Store store{pages.source()};
  const auto small = store.allocate(100);
  ASSERT_TRUE(small.ok());
  EXPECT_EQ(store.allocate(4096).error(), abi::Error::over_quota);
  EXPECT_EQ(store.allocate(200).error(), abi::Error::over_quota);
  EXPECT_TRUE(store.allocate(128).ok());
  EXPECT_EQ(store.blocks(), 2U);
  store.release(*small, 100);
}

TEST(VfsStore, ItIsIdleWithTheLastBlockAndTheLastUser) {
  static int idle = 0;
  Pages pages;
  PageSource source = pages.source();
  source.idle = [](void*) { ++idle; };
  Store store{source};
  store.retain();
  const auto block = store.allocate(64);
  store.leave();
  EXPECT_EQ(idle, 0);
  store.release(*block, 64);
  EXPECT_EQ(idle, 1);
}

// Entries with names of the test's choice.
struct Names {
  std::vector<std::unique_ptr<char[]>> memory;
  Entry& make(std::string_view name) {
    memory.push_back(std::make_unique<char[]>(entry_bytes(name.size())));
    auto* entry = new (memory.back().get()) Entry{.length = name.size()};
    std::memcpy(entry + 1, name.data(), name.size());
    return *entry;
  }
};

TEST(VfsNames, RandomNamesAreFoundAndReadInTheOrderOfTheirKeys) {
  Names names;
  NameIndex index;
  std::map<u64, Entry*> by_key;
  std::map<std::string, Entry*> by_name;
  std::mt19937_64 random{2};
  for (int i = 0; i < 30'000; ++i) {
    const std::string name = "name" + std::to_string(random() % 2'000);
    auto known = by_name.find(name);
    ASSERT_EQ(index.find(name), known == by_name.end() ? nullptr : known->second);
    if (known == by_name.end()) {
      Entry& entry = names.make(name);
      ASSERT_TRUE(index.insert(entry));
      by_name[name] = by_key[entry.key] = &entry;
    } else if (random() % 8 == 0) {
      Entry& entry = names.make(name);
      index.replace(*known->second, entry);
      by_key[entry.key] = known->second = &entry;
    } else {
      index.remove(*known->second);
      by_key.erase(known->second->key);
      by_name.erase(known);
    }
    const u64 key = random() % 4 == 0 && !by_key.empty() ? by_key.begin()->first + 1 : random();
    const auto above = by_key.lower_bound(key);
    ASSERT_EQ((NameReader{index, key}.next()), above == by_key.end() ? nullptr : above->second);
  }
  EXPECT_EQ(index.empty(), by_name.empty());
  // All at once, and from each place on.
  for (int i = 0; i < 300; ++i) {
    const u64 from = i == 0 ? 0 : std::next(by_key.begin(), i)->first + static_cast<u64>(i % 2);
    NameReader reader{index, from};
    for (auto at = by_key.lower_bound(from); at != by_key.end(); ++at)
      ASSERT_EQ(reader.next(), at->second);
    ASSERT_EQ(reader.next(), nullptr);
  }
}

// Of two words of eight bytes the second can be chosen so that any first one gives the same hash.
std::string with_same_hash(u64 number) {
  const auto mix = [](u64 value) {
    value *= 0x9e37'79b9'7f4a'7c15;
    return value ^ value >> 32;
  };
  const u64 first = 0x4141'4141'4141'4141 + number;
  const u64 second = mix(16 ^ first) ^ 0x1234'5678'9abc'def0;
  std::string name(16, '\0');
  std::memcpy(name.data(), &first, 8);
  std::memcpy(name.data() + 8, &second, 8);
  return name;
}

TEST(VfsNames, NamesWithOneHashAreKeptApartAndAreFew) {
  Names names;
  NameIndex index;
  std::vector<Entry*> entries;
  ASSERT_EQ(NameIndex::hash(with_same_hash(0)), NameIndex::hash(with_same_hash(9)));
  for (u64 i = 0; i < NameIndex::max_same_hash; ++i) {
    entries.push_back(&names.make(with_same_hash(i)));
    ASSERT_TRUE(index.insert(*entries.back()));
  }
  EXPECT_FALSE(index.insert(names.make(with_same_hash(8))));
  index.remove(*entries[0]);
  for (u64 i = 0; i < entries.size(); ++i)
    EXPECT_EQ(index.find(with_same_hash(i)), i == 0 ? nullptr : entries[i]);
  EXPECT_TRUE(index.insert(names.make(with_same_hash(8))));
  EXPECT_NE(index.find(with_same_hash(8)), nullptr);
}

}  // namespace
