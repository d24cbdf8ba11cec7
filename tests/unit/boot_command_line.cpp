// SPDX-License-Identifier: MIT
#include <boot/decode/command_line.hpp>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <string>

namespace {

using boot::CommandLine;
using boot::Fault;
using boot::Notices;
using boot::Warning;

CommandLine parse(std::string_view text, Notices& notices) {
  const auto line = boot::read_command_line(text, notices);
  EXPECT_TRUE(line.ok()) << text;
  return *line;
}

CommandLine parse(std::string_view text) {
  Notices notices;
  const CommandLine line = parse(text, notices);
  EXPECT_EQ(notices.items.count, 0U) << text;
  return line;
}

TEST(BootCommandLine, HasDefaults) {
  const CommandLine line = parse("");
  EXPECT_EQ(line.root, "root.elf");
  EXPECT_EQ(line.log_level, abi::LogLevel::info);
  EXPECT_EQ(line.exit_device, abi::ExitDevice::none);
  EXPECT_EQ(line.arguments_offset, 0U);
}

TEST(BootCommandLine, SetsWhatTheKeysSay) {
  const CommandLine line = parse("  root=a/b.elf\texit=semihosting  log=quiet ");
  EXPECT_EQ(line.root, "a/b.elf");
  EXPECT_EQ(line.exit_device, abi::ExitDevice::semihosting);
  EXPECT_EQ(line.log_level, abi::LogLevel::quiet);
}

TEST(BootCommandLine, TakesTheLastOfTwoValues) {
  EXPECT_EQ(parse("log=quiet log=debug").log_level, abi::LogLevel::debug);
}

TEST(BootCommandLine, LeavesWhatFollowsTwoDashesToTheFirstProcess) {
  const std::string_view text = "log=info --  unknown=1 -- -x";
  EXPECT_EQ(text.substr(parse(text).arguments_offset), "unknown=1 -- -x");
  EXPECT_EQ(parse("--").arguments_offset, 2U);
  EXPECT_EQ(parse("log=info -- ").arguments_offset, 12U);
  EXPECT_EQ(parse("log=info ").arguments_offset, 9U);
}

TEST(BootCommandLine, WarnsOfKeysAndValuesThatItDoesNotKnow) {
  Notices notices;
  const CommandLine line = parse("colour=blue log=loud exit=now rot=x --x", notices);
  ASSERT_EQ(notices.items.count, 5U);
  EXPECT_EQ(notices.items.items[0].warning, Warning::unknown_key);
  EXPECT_EQ(notices.items.items[0].subject, "colour");
  EXPECT_EQ(notices.items.items[1].warning, Warning::unknown_value);
  EXPECT_EQ(notices.items.items[1].subject, "log=loud");
  EXPECT_EQ(notices.items.items[4].subject, "--x");
  EXPECT_EQ(line.log_level, abi::LogLevel::info);
}

TEST(BootCommandLine, CountsTheWarningsThatItHasNoRoomFor) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "x ";
  Notices notices;
  parse(text, notices);
  EXPECT_EQ(notices.items.count + notices.dropped, 100U);
}

TEST(BootCommandLine, RefusesARootWithoutAName) {
  Notices notices;
  EXPECT_EQ(boot::read_command_line("root=", notices).error(), Fault::root_name_empty);
  EXPECT_EQ(boot::read_command_line("root", notices).error(), Fault::root_name_empty);
}

TEST(BootCommandLine, RefusesALineThatBootInfoCannotHold) {
  Notices notices;
  const std::string longest(abi::max_command_line, ' ');
  EXPECT_TRUE(boot::read_command_line(longest, notices).ok());
  EXPECT_EQ(boot::read_command_line(longest + " ", notices).error(), Fault::command_line_too_long);
}

TEST(BootCommandLine, OfAnyBytesIsReadWithinItsBounds) {
  std::mt19937 random(13);  // NOLINT: the same lines in every run
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = "root=lgexi- \t\n\0\xff"[random() % 17];
    const auto copy = std::make_unique<char[]>(text.size());
    text.copy(copy.get(), text.size());
    Notices notices;
    const auto line = boot::read_command_line({copy.get(), text.size()}, notices);
    if (line.ok()) EXPECT_LE(line->arguments_offset, text.size());
  }
}

TEST(BootSentences, ExistForEachFaultAndWarningAndDiffer) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(Fault::entered_at_el3); ++i)
    EXPECT_TRUE(seen.insert(boot::sentence(static_cast<Fault>(i))).second) << i;
  for (int i = 0; i <= static_cast<int>(Warning::unknown_value); ++i)
    EXPECT_TRUE(seen.insert(boot::sentence(static_cast<Warning>(i))).second) << i;
  for (const std::string_view sentence : seen) EXPECT_GT(sentence.size(), 10U);
}

}  // namespace
