// SPDX-License-Identifier: MIT
// The pages of a memory object, beside a std::map of the same entries.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <servers/procmgr/memory/page_tree.hpp>

namespace {

using namespace procmgr;

// Nodes from the host's memory, as many as `left` says.
struct Nodes {
  u64 out = 0;
  u64 left = ~u64{0};

  static void* allocate(void* context) {
    auto& self = *static_cast<Nodes*>(context);
    if (self.left == 0) return nullptr;
    --self.left;
    ++self.out;
    void* node = std::aligned_alloc(base::page_size, base::page_size);
    std::memset(node, 0, base::page_size);
    return node;
  }
  static void release(void* context, void* node) {
    --static_cast<Nodes*>(context)->out;
    std::free(node);
  }
};

struct PageTreeTest : testing::Test {
  Nodes nodes;
  NodeSource source{&nodes, Nodes::allocate, Nodes::release};
  PageTree tree;
  std::map<u64, PageEntry> model;

  ~PageTreeTest() override {
    while (!model.empty()) remove(model.begin()->first);
    EXPECT_EQ(nodes.out, 0U);
    EXPECT_STREQ(tree.check(), nullptr);
  }
  void insert(u64 index, u64 page = 7) {
    const auto entry = PageEntry::of(page);
    ASSERT_TRUE(tree.insert(index, entry, source).ok());
    model[index] = entry;
  }
  void remove(u64 index) {
    EXPECT_EQ(tree.remove(index, source), model[index]);
    model.erase(index);
  }
  void compare() {
    ASSERT_STREQ(tree.check(), nullptr);
    ASSERT_EQ(tree.count(), model.size());
    ASSERT_EQ(tree.nodes(), nodes.out);
    u64 index = 0;
    for (const auto& [expected, entry] : model) {
      const auto found = tree.next(index, PageTree::max_pages);
      ASSERT_EQ(found.index, expected);
      ASSERT_EQ(found.entry, entry);
      ASSERT_EQ(tree.find(expected), entry);
      index = expected + 1;
    }
    ASSERT_FALSE(tree.next(index, PageTree::max_pages).entry.is_present());
  }
};

TEST_F(PageTreeTest, AnEntryKeepsPageAndFlags) {
  const auto entry = PageEntry::of(0x12345, PageEntry::committed).with(PageEntry::foreign);
  EXPECT_EQ(entry.page(), 0x12345U);
  EXPECT_EQ(entry.address(), 0x1234'5000U);
  EXPECT_TRUE(entry.has(PageEntry::committed) && entry.has(PageEntry::foreign));
  EXPECT_FALSE(entry.has(PageEntry::coherent));
  EXPECT_TRUE(PageEntry::of(0).is_present());
  EXPECT_FALSE(PageEntry{}.is_present());
}

TEST_F(PageTreeTest, AnEmptyTreeHasNothingAnywhere) {
  for (const u64 index : {u64{0}, u64{3}, u64{4}, PageTree::max_pages, ~u64{0}})
    EXPECT_FALSE(tree.find(index).is_present());
  EXPECT_EQ(tree.next(0, ~u64{0}).index, ~u64{0});
  EXPECT_FALSE(tree.remove(5, source).is_present());
  compare();
}

TEST_F(PageTreeTest, FourPagesNeedNoNode) {
  for (u64 index = 0; index < 4; ++index) insert(index, index);
  compare();
  EXPECT_EQ(nodes.out, 0U);
}

TEST_F(PageTreeTest, ATreeGrowsAsHighAsItsLargestIndexAsks) {
  insert(1);
  const u64 expected[][2] = {{4, 1}, {512, 3}, {u64{1} << 18, 6}, {PageTree::max_pages - 1, 8}};
  for (const auto& [index, count] : expected) {
    insert(index, index);
    compare();
    EXPECT_EQ(tree.nodes(), count);
  }
  EXPECT_EQ(tree.insert(PageTree::max_pages, PageEntry::of(1), source).error(),
            abi::Error::out_of_range);
}

TEST_F(PageTreeTest, AnEmptyTreeGoesStraightToAnyHeight) {
  for (const u64 index : {u64{0}, u64{511}, u64{1000}, PageTree::max_pages - 1}) {
    insert(index);
    compare();
    remove(index);
    compare();
    EXPECT_EQ(nodes.out, 0U);
  }
}

TEST_F(PageTreeTest, WithoutMemoryNothingChanges) {
  for (const u64 low : {u64{0}, u64{5}, u64{600}})
    for (const u64 high : {u64{4}, u64{700}, u64{1} << 17, PageTree::max_pages - 1})
      for (u64 given = 0; given < 6; ++given) {
        insert(low);
        const u64 before = nodes.out;
        nodes.left = given;
        const auto status = tree.insert(high, PageEntry::of(9), source);
        nodes.left = ~u64{0};
        if (status.ok()) {
          EXPECT_LE(nodes.out - before, given);
          model[high] = PageEntry::of(9);
        } else {
          EXPECT_EQ(status.error(), abi::Error::no_memory);
          EXPECT_EQ(nodes.out, before);
        }
        compare();
        while (!model.empty()) remove(model.begin()->first);
      }
}

TEST_F(PageTreeTest, NextStopsAtTheEndThatItIsGiven) {
  insert(1000);
  EXPECT_FALSE(tree.next(0, 1000).entry.is_present());
  EXPECT_EQ(tree.next(0, 1000).index, 1000U);
  EXPECT_TRUE(tree.next(0, 1001).entry.is_present());
  EXPECT_TRUE(tree.next(1000, 1001).entry.is_present());
  EXPECT_FALSE(tree.next(1001, ~u64{0}).entry.is_present());
}

TEST_F(PageTreeTest, ARunEndsWherePagesOrFlagsDiffer) {
  for (u64 i = 0; i < 600; ++i) insert(i, 100 + i);
  EXPECT_EQ(tree.run_length(0, 600), 512U);  // its node
  EXPECT_EQ(tree.run_length(500, 600), 12U);
  EXPECT_EQ(tree.run_length(512, 600), 88U);
  EXPECT_EQ(tree.run_length(512, 5), 5U);
  EXPECT_EQ(tree.run_length(512, 0), 0U);
  EXPECT_EQ(tree.run_length(600, 5), 0U);
  tree.replace(520, PageEntry::of(620, PageEntry::coherent));
  EXPECT_EQ(tree.run_length(512, 600), 8U);
  EXPECT_EQ(tree.run_length(520, 600), 1U);
  tree.replace(520, PageEntry::of(620));
  tree.replace(530, PageEntry::of(7));
  EXPECT_EQ(tree.run_length(512, 600), 18U);
  model[530] = PageEntry::of(7);
}

TEST_F(PageTreeTest, ARunWithoutNodesEndsWithTheFourth) {
  for (u64 i = 0; i < 3; ++i) insert(i, 10 + i);
  EXPECT_EQ(tree.run_length(1, 9), 2U);
  insert(3, 13);
  EXPECT_EQ(tree.run_length(0, 9), 4U);
  EXPECT_EQ(tree.run_length(7, 9), 0U);
}

TEST_F(PageTreeTest, CheckFindsAnEntryThatIsNone) {
  insert(600);
  tree.replace(600, PageEntry{});
  EXPECT_NE(tree.check(), nullptr);
  tree.replace(600, model[600]);
}

TEST_F(PageTreeTest, RandomOperationsAgreeWithAMap) {
  const u64 seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (u64 i = 0; i < 300'000; ++i) {
    // Crowded below, and lonely above.
    const u64 index = random() & ((u64{1} << (1 + random() % 27)) - 1);
    const u64 page = random() >> 30;
    if (!model.contains(index)) {
      if (random() % 8 < (i / 50'000 % 2 == 0 ? 7 : 1)) insert(index, page);
      ASSERT_EQ(tree.find(index), model.contains(index) ? model[index] : PageEntry{});
    } else if (random() % 4 == 0) {
      model[index] = PageEntry::of(page, PageEntry::coherent);
      tree.replace(index, model[index]);
    } else {
      remove(index);
    }
    const auto found = tree.next(index, PageTree::max_pages);
    const auto expected = model.lower_bound(index);
    ASSERT_EQ(found.entry, expected == model.end() ? PageEntry{} : expected->second);
    if (i % 20'000 == 0) compare();
  }
  compare();
}

}  // namespace
