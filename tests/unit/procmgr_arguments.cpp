// SPDX-License-Identifier: MIT
// Argument blocks, in pages that do not lie beside each other.
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <servers/procmgr/image/arguments.hpp>
#include <string>
#include <vector>

namespace {

using namespace procmgr;
using abi::procmgr::SpawnFault;
namespace block_layout = abi::argument_block;

struct ArgumentsTest : testing::Test {
  std::vector<std::unique_ptr<u8[]>> memory;
  std::vector<std::string> strings;
  ArgumentClaim claim;

  static u8* page(void* context, u64 index) {
    return static_cast<ArgumentsTest*>(context)->memory.at(index).get();
  }
  [[nodiscard]] BlockPages block() { return {page, this, memory.size()}; }
  void make(u64 bytes) {
    memory.clear();
    for (u64 i = 0; i < (bytes + 4095) / 4096; ++i)
      memory.push_back(std::make_unique<u8[]>(base::page_size));
  }
  u8& byte(u64 offset) { return memory.at(offset / 4096)[offset % 4096]; }
  u64 word(u64 index) {
    u64 value = 0;
    std::memcpy(&value, &byte(index * 8), 8);
    return value;
  }
  void set_word(u64 index, u64 value) { std::memcpy(&byte(index * 8), &value, 8); }
  // What a spawner writes.
  void write(const std::vector<std::string>& argv, const std::vector<std::string>& envp) {
    strings = argv;
    strings.insert(strings.end(), envp.begin(), envp.end());
    claim = {argv.size(), envp.size(), 0};
    for (const std::string& string : strings) claim.string_bytes += string.size() + 1;
    const u64 begin = block_layout::strings_offset(claim.argc, claim.envc);
    make(begin + claim.string_bytes);
    u64 offset = 0;
    for (u64 i = 0; i < strings.size(); ++i) {
      set_word(1 + i + (i < claim.argc ? 0U : 1U), offset);
      for (const char c : strings[i]) byte(begin + offset++) = static_cast<u8>(c);
      ++offset;
    }
  }
  std::string string_at(u64 address) {
    std::string text;
    for (u64 at = address - abi::process_layout::stack_top; byte(at) != 0; ++at)
      text += static_cast<char>(byte(at));
    return text;
  }
  // What a program reads.
  void expect_relocated(std::span<const AuxiliaryEntry> auxiliary = {}) {
    const auto arguments = check_arguments(block(), claim);
    ASSERT_TRUE(arguments.ok());
    relocate(block(), *arguments, auxiliary);
    u64 at = 0;
    ASSERT_EQ(word(at++), claim.argc);
    u64 next = 0;
    for (u64 i = 0; i < claim.argc; ++i) ASSERT_EQ(string_at(word(at++)), strings[next++]);
    ASSERT_EQ(word(at++), 0U);
    for (u64 i = 0; i < claim.envc; ++i) ASSERT_EQ(string_at(word(at++)), strings[next++]);
    ASSERT_EQ(word(at++), 0U);
    for (u64 i = 0; i < block_layout::auxiliary_words / 2; ++i) {
      const bool given = i < auxiliary.size() && i < max_auxiliary_entries;
      ASSERT_EQ(word(at++), given ? auxiliary[i].type : 0);
      ASSERT_EQ(word(at++), given ? auxiliary[i].value : 0);
    }
  }
  void expect(SpawnFault fault, u64 detail) {
    const auto result = check_arguments(block(), claim);
    EXPECT_EQ(result.error().fault, fault);
    EXPECT_EQ(result.error().detail, detail);
  }
};

TEST_F(ArgumentsTest, OffsetsBecomePointers) {
  write({"ls", "-l", ""}, {"HOME=/", "LANG=\xff\x01"});
  const AuxiliaryEntry auxiliary[] = {{3, 0x400040}, {6, 4096}};
  expect_relocated(auxiliary);
}

TEST_F(ArgumentsTest, NoArgumentsAreArgumentsToo) {
  write({}, {});
  expect_relocated();
}

TEST_F(ArgumentsTest, WhatStoodBetweenTheEntriesIsOverwritten) {
  write({"a"}, {"b"});
  for (const u64 index : {u64{0}, u64{2}, u64{4}, u64{5}, u64{36}}) set_word(index, ~u64{0});
  expect_relocated();
}

TEST_F(ArgumentsTest, TheAuxiliaryVectorAlwaysEnds) {
  write({"a"}, {});
  const std::vector<AuxiliaryEntry> many(40, AuxiliaryEntry{1, 2});
  expect_relocated(many);
}

TEST_F(ArgumentsTest, AsManyAndAsLongAsAllowed) {
  const std::string text(block_layout::max_string_bytes / block_layout::max_entries - 1, 'x');
  write(std::vector<std::string>(4000, text), std::vector<std::string>(96, text));
  ASSERT_EQ(claim.string_bytes, block_layout::max_string_bytes);
  ASSERT_EQ(check_arguments(block(), claim)->bytes(), block_layout::max_bytes);
  expect_relocated();
}

TEST_F(ArgumentsTest, TooMany) {
  make(block_layout::max_bytes);
  claim = {4097, 0, 1};
  expect(SpawnFault::too_many_arguments, 4097);
  claim = {4000, 97, 1};
  expect(SpawnFault::too_many_arguments, 97);
  claim = {1, ~u64{0}, 1};
  expect(SpawnFault::too_many_arguments, ~u64{0});
}

TEST_F(ArgumentsTest, TooLong) {
  make(block_layout::max_bytes + 4096);
  claim = {1, 0, block_layout::max_string_bytes + 1};
  expect(SpawnFault::arguments_too_long, block_layout::max_string_bytes + 1);
  claim.string_bytes = ~u64{0};
  expect(SpawnFault::arguments_too_long, ~u64{0});
}

TEST_F(ArgumentsTest, ABlockThatIsTooSmall) {
  write({"a"}, {});
  claim.string_bytes = 5000;
  expect(SpawnFault::block_too_small, block_layout::strings_offset(1, 0) + 5000);
  memory.clear();
  claim.string_bytes = 2;
  expect(SpawnFault::block_too_small, block_layout::strings_offset(1, 0) + 2);
}

TEST_F(ArgumentsTest, AnOffsetOutsideTheStrings) {
  write({"a", "b"}, {"c"});
  set_word(2, 6);
  expect(SpawnFault::argument_offset, 1);
  set_word(2, 5);  // the last byte: an empty string
  EXPECT_TRUE(check_arguments(block(), claim).ok());
  set_word(4, ~u64{0});
  expect(SpawnFault::argument_offset, 2);
  claim.string_bytes = 0;
  expect(SpawnFault::argument_offset, 0);
}

TEST_F(ArgumentsTest, AStringThatDoesNotEnd) {
  write({"abc"}, {});
  claim.string_bytes = 3;
  expect(SpawnFault::unterminated_string, 2);
}

TEST_F(ArgumentsTest, TheFormOfAMessageIsExpanded) {
  strings = {"echo", "hello world", "A=1"};
  claim = {2, 1, 21};
  const std::string text("echo\0hello world\0A=1\0", 21);
  std::vector<u64> words = {0, 5, 17, 0, 0, 0};
  std::memcpy(&words[3], text.data(), text.size());
  make(4096);
  ASSERT_TRUE(expand_inline(block(), claim, words).ok());
  expect_relocated();

  words.pop_back();
  EXPECT_EQ(expand_inline(block(), claim, words).error().fault, SpawnFault::block_too_small);
  memory.clear();
  words.push_back(0);
  EXPECT_EQ(expand_inline(block(), claim, words).error().fault, SpawnFault::block_too_small);
  claim.argc = ~u64{0};
  EXPECT_EQ(expand_inline(block(), claim, words).error().fault, SpawnFault::too_many_arguments);
}

}  // namespace
