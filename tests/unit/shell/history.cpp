// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <user/shell/editor/history.hpp>

namespace {

using shell::History;

TEST(ShellHistory, KeepsLinesOnce) {
  const auto history = std::make_unique<History>();
  for (const char* line : {"one", "two", "one", "", " secret", "three\n"}) history->add(line);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ((*history)[0], "two");
  EXPECT_EQ((*history)[1], "one");
  EXPECT_EQ((*history)[2], "three");
}

TEST(ShellHistory, ForgetsTheOldest) {
  const auto history = std::make_unique<History>();
  for (int i = 0; i < 600; ++i) history->add("line " + std::to_string(i));
  EXPECT_EQ(history->size(), History::max_entries);
  EXPECT_EQ((*history)[0], "line 100");
  for (int i = 0; i < 50; ++i) history->add(std::string(4'000, static_cast<char>('a' + i)));
  EXPECT_LT(history->size(), 15U);
  EXPECT_EQ((*history)[history->size() - 1][0], static_cast<char>('a' + 49));
  const auto before = history->size();
  history->add(std::string(History::max_line + 1, 'x'));
  EXPECT_EQ(history->size(), before);
}

TEST(ShellHistory, Finds) {
  const auto history = std::make_unique<History>();
  for (const char* line : {"ls", "echo a", "cat", "echo b"}) history->add(line);
  EXPECT_EQ(history->find("echo", 4), 3U);
  EXPECT_EQ(history->find("echo", 3), 1U);
  EXPECT_EQ(history->find("echo", 1), History::none);
  EXPECT_EQ(history->find("", 99), 3U);
}

}  // namespace
