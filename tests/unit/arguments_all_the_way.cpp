// SPDX-License-Identifier: MIT
// Arguments all the way: as libipc packs them, procmgr checks and relocates them, and the new
// process finds them at its stack pointer.
#include <cstring>
#include <gtest/gtest.h>
#include <libipc/process/arguments.hpp>
#include <random>
#include <servers/procmgr/image/arguments.hpp>
#include <string>
#include <vector>

namespace {

using abi::u64;
using Texts = std::vector<std::string>;
using Views = std::vector<std::string_view>;

// Pages of a block, far apart from each other as procmgr's are.
class Pages {
 public:
  explicit Pages(u64 bytes) : pages_((bytes + base::page_size - 1) / base::page_size + 1) {
    for (auto& page : pages_) page.resize(base::page_size);
  }

  void write(const std::vector<u64>& words) {
    const auto* bytes = reinterpret_cast<const char*>(words.data());
    for (u64 i = 0; i < words.size() * sizeof(u64); ++i)
      pages_[i / base::page_size][i % base::page_size] = bytes[i];
  }

  procmgr::BlockPages view() {
    const auto page = [](void* self, u64 index) {
      return reinterpret_cast<base::u8*>(static_cast<Pages*>(self)->pages_.at(index).data());
    };
    return {.page = page, .context = this, .count = pages_.size()};
  }

  // As the process sees it: from the stack pointer up.
  char byte(u64 address) {
    const u64 offset = address - abi::process_layout::stack_top;
    return pages_.at(offset / base::page_size).at(offset % base::page_size);
  }
  u64 word(u64 index) {
    u64 value = 0;
    const u64 address = abi::process_layout::stack_top + index * sizeof(u64);
    for (u64 i = 0; i < sizeof(u64); ++i)
      value |= u64{static_cast<unsigned char>(byte(address + i))} << 8 * i;
    return value;
  }
  std::string string(u64 address) {
    std::string text;
    while (byte(address) != '\0') text.push_back(byte(address++));
    return text;
  }

 private:
  std::vector<std::vector<char>> pages_;
};

void expect_found(Pages& pages, const Texts& arguments, const Texts& environment) {
  ASSERT_EQ(pages.word(0), arguments.size());
  u64 at = 1;
  for (const std::string& text : arguments) EXPECT_EQ(pages.string(pages.word(at++)), text);
  EXPECT_EQ(pages.word(at++), 0U);
  for (const std::string& text : environment) EXPECT_EQ(pages.string(pages.word(at++)), text);
  EXPECT_EQ(pages.word(at++), 0U);
  EXPECT_EQ(pages.word(at), 6U) << "the auxiliary vector follows";
  EXPECT_EQ(pages.word(at + 1), base::page_size);
}

void expect_arrives(const Texts& arguments, const Texts& environment) {
  const Views argument_views{arguments.begin(), arguments.end()};
  const Views environment_views{environment.begin(), environment.end()};
  const auto list = ipc::ArgumentList::check(argument_views, environment_views);
  ASSERT_TRUE(list.ok());
  const procmgr::ArgumentClaim claim{list->argc(), list->envc(), list->string_bytes()};
  const procmgr::AuxiliaryEntry auxiliary[] = {{6, base::page_size}};

  Pages block{list->block_bytes()};
  std::vector<u64> words((list->block_bytes() + 7) / 8);
  list->write_block(words);
  block.write(words);
  const auto checked = procmgr::check_arguments(block.view(), claim);
  ASSERT_TRUE(checked.ok());
  procmgr::relocate(block.view(), *checked, auxiliary);
  expect_found(block, arguments, environment);

  if (!list->fits_in_message()) return;
  Pages page{base::page_size};
  std::vector<u64> buffer(abi::procmgr::max_inline_words);
  const std::span message{buffer.data(), list->message_words()};
  list->write_message(message);
  ASSERT_TRUE(procmgr::expand_inline(page.view(), claim, message).ok());
  ASSERT_TRUE(procmgr::check_arguments(page.view(), claim).ok());
  procmgr::relocate(page.view(), *checked, auxiliary);
  expect_found(page, arguments, environment);
}

TEST(ArgumentsAllTheWay, FewAndNone) {
  expect_arrives({}, {});
  expect_arrives({"hello"}, {});
  expect_arrives({"", "", ""}, {"", "A=b"});
}

TEST(ArgumentsAllTheWay, AsManyAndAsLongAsTheLimits) {
  expect_arrives(Texts(abi::argument_block::max_entries, "x"), {});
  expect_arrives({std::string(abi::argument_block::max_string_bytes - 1, 'x')}, {});
  expect_arrives(Texts(2048, std::string(61, 'x')), Texts(2048, std::string(61, 'y')));
}

TEST(ArgumentsAllTheWay, AtRandom) {
  std::mt19937 random{11};
  const auto strings = [&] {
    Texts texts(random() % 300);
    for (std::string& text : texts)
      for (u64 i = random() % 60; i != 0; --i)
        text.push_back(static_cast<char>(1 + random() % 255));
    return texts;
  };
  for (int i = 0; i < 30; ++i) expect_arrives(strings(), strings());
}

}  // namespace
