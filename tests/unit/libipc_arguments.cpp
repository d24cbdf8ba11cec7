// SPDX-License-Identifier: MIT
// Arguments on their way to a new process: as procmgr reads them, byte for byte, up to the limits.
#include <gtest/gtest.h>
#include <libipc/process/arguments.hpp>
#include <random>
#include <string>
#include <vector>

namespace {

using abi::u64;
using abi::procmgr::SpawnFault;
using abi::procmgr::SpawnStep;
using ipc::ArgumentList;
using Views = std::vector<std::string_view>;
using Texts = std::vector<std::string>;

constexpr u64 max_entries = abi::argument_block::max_entries;
constexpr u64 max_string_bytes = abi::argument_block::max_string_bytes;
constexpr u64 rubbish = 0xeeee'eeee'eeee'eeee;

Views views_of(const Texts& texts) { return {texts.begin(), texts.end()}; }

// The list borrows: `arguments` and `environment` must outlive it.
ArgumentList checked(const Views& arguments, const Views& environment = {}) {
  const auto list = ArgumentList::check(arguments, environment);
  EXPECT_TRUE(list.ok());
  return *list;
}

// What stands at each offset, up to its zero byte.
Texts read_strings(std::span<const u64> offsets, std::span<const u64> strings) {
  const auto* start = reinterpret_cast<const char*>(strings.data());
  Texts texts;
  for (const u64 offset : offsets) {
    EXPECT_LT(offset, strings.size_bytes());
    texts.emplace_back(start + offset);
  }
  return texts;
}

struct Received {
  Texts arguments;
  Texts environment;
};

Received through_message(const ArgumentList& list) {
  std::vector<u64> words(list.message_words() + 1, rubbish);
  list.write_message(words);
  EXPECT_EQ(words.back(), rubbish) << "it wrote behind the end";
  const std::span all{words.data(), list.message_words()};
  const auto strings = all.subspan(list.argc() + list.envc());
  return {read_strings(all.first(list.argc()), strings),
          read_strings(all.subspan(list.argc(), list.envc()), strings)};
}

Received through_block(const ArgumentList& list) {
  const u64 size = (list.block_bytes() + 7) / 8;
  std::vector<u64> words(size + 1, rubbish);
  list.write_block(words);
  EXPECT_EQ(words.back(), rubbish) << "it wrote behind the end";
  const std::span all{words.data(), size};
  EXPECT_EQ(all[0], list.argc());
  const auto arguments = all.subspan(1, list.argc());
  EXPECT_EQ(all[1 + list.argc()], 0U);
  const auto environment = all.subspan(2 + list.argc(), list.envc());
  const u64 auxiliary = 3 + list.argc() + list.envc();
  for (u64 i = auxiliary - 1; i < auxiliary + abi::argument_block::auxiliary_words; ++i)
    EXPECT_EQ(all[i], 0U) << "word " << i;
  const auto strings = all.subspan(auxiliary + abi::argument_block::auxiliary_words);
  return {read_strings(arguments, strings), read_strings(environment, strings)};
}

void expect_arrives(const Texts& arguments, const Texts& environment) {
  const Views argument_views = views_of(arguments);
  const Views environment_views = views_of(environment);
  const ArgumentList list = checked(argument_views, environment_views);
  for (const Received& received : {through_message(list), through_block(list)}) {
    EXPECT_EQ(received.arguments, arguments);
    EXPECT_EQ(received.environment, environment);
  }
}

void expect_refused(const Views& arguments, const Views& environment, ipc::SpawnError why) {
  const auto list = ArgumentList::check(arguments, environment);
  why.step = SpawnStep::arguments;
  EXPECT_EQ(list.error(), why);
}

TEST(Arguments, ArriveInBothForms) {
  expect_arrives({"hello", "42"}, {"HOME=/", "TERM=vt100"});
  expect_arrives({}, {});
  expect_arrives({}, {"only=environment"});
  expect_arrives({"only an argument"}, {});
}

TEST(Arguments, MayBeEmptyStrings) {
  expect_arrives({""}, {});
  expect_arrives({"", "", ""}, {"", ""});
  expect_arrives({"before", "", "after"}, {""});
  const Views nowhere(1);
  EXPECT_EQ(checked(nowhere).string_bytes(), 1U);
  EXPECT_EQ(through_block(checked(nowhere)).arguments, Texts{""});
}

TEST(Arguments, HoldBytesOfEveryValueButZero) {
  std::string all;
  for (int value = 1; value < 256; ++value) all.push_back(static_cast<char>(value));
  expect_arrives({all, std::string(all.rbegin(), all.rend())}, {all});
}

TEST(Arguments, WithAZeroByteAreRefusedAndNamed) {
  const std::string_view bad{"a\0b", 3};
  const abi::Error why = abi::Error::bad_argument;
  const SpawnFault fault = SpawnFault::unterminated_string;
  expect_refused({bad}, {}, {.error = why, .fault = fault, .detail = 0});
  expect_refused({"a", "b", bad, bad}, {}, {.error = why, .fault = fault, .detail = 2});
  expect_refused({"a", "b"}, {"c", bad}, {.error = why, .fault = fault, .detail = 3});
}

TEST(Arguments, OfEveryLengthArriveAndLeaveNothingElseBehind) {
  for (u64 length = 0; length < 100; ++length)
    expect_arrives({std::string(length, 'x'), "y"}, {std::string(length / 2, 'z')});
  // The rest of the last word is zero, whatever stood there: it goes to another program.
  const Views arguments{"abc"};
  const ArgumentList list = checked(arguments);
  std::vector<u64> words(list.message_words(), rubbish);
  list.write_message(words);
  EXPECT_EQ(words, (std::vector<u64>{0, 0x63'6261}));
}

TEST(Arguments, TravelInTheMessageWhenTheyFit) {
  const u64 words = abi::procmgr::max_inline_words;
  const std::string longest((words - 1) * 8 - 1, 'x');
  EXPECT_TRUE(checked({longest}).fits_in_message());
  EXPECT_EQ(checked({longest}).message_words(), words);
  const std::string longer(longest.size() + 1, 'x');
  EXPECT_FALSE(checked({longer}).fits_in_message());
  // One entry with an empty string: a word for it, an eighth of one for its zero byte.
  EXPECT_TRUE(checked(Views(words * 8 / 9)).fits_in_message());
  EXPECT_FALSE(checked(Views(words * 8 / 9 + 1)).fits_in_message());
}

TEST(Arguments, MayBeAsManyAsTheLimitAndNotOneMore) {
  expect_arrives(Texts(max_entries, "x"), {});
  expect_arrives(Texts(max_entries / 2, "x"), Texts(max_entries / 2, "y=1"));
  const ipc::SpawnError why{.error = abi::Error::too_big,
                            .fault = SpawnFault::too_many_arguments,
                            .detail = max_entries + 1};
  expect_refused(Views(max_entries + 1, "x"), {}, why);
  expect_refused(Views(max_entries, "x"), {"y"}, why);
  expect_refused({"x"}, Views(max_entries, "y"), why);
}

TEST(Arguments, MayBeAsLongAsTheLimitAndNotOneByteMore) {
  const std::string half(max_string_bytes / 2 - 1, 'x');
  expect_arrives({half}, {half});
  expect_arrives({std::string(max_string_bytes - 1, 'x')}, {});
  const Views too_long{half, half};
  expect_refused(too_long, {""},
                 {.error = abi::Error::too_big,
                  .fault = SpawnFault::arguments_too_long,
                  .detail = max_string_bytes + 1});
}

TEST(Arguments, FarAboveTheLimitAreCountedWithoutWrapping) {
  const std::string_view huge{"x", ~u64{0} >> 1};  // never read: lengths alone are refused
  const auto list = ArgumentList::check(Views(max_entries / 2, huge), Views(max_entries / 2, huge));
  EXPECT_EQ(list.error().error, abi::Error::too_big);
  EXPECT_EQ(list.error().fault, SpawnFault::arguments_too_long);
}

TEST(Arguments, AtRandomArrive) {
  std::mt19937 random{7};
  const auto strings = [&] {
    Texts texts(random() % 40);
    for (std::string& text : texts)
      for (u64 i = random() % 30; i != 0; --i)
        text.push_back(static_cast<char>(1 + random() % 255));
    return texts;
  };
  for (int i = 0; i < 300; ++i) expect_arrives(strings(), strings());
}

TEST(SpawnError, IsASentence) {
  base::Text<> line;
  line << ipc::SpawnError{abi::Error::bad_argument, SpawnStep::image, SpawnFault::not_elf, 0};
  EXPECT_EQ(line.view(), "failed while checking the image: the file is no ELF file (0x0)");
  base::Text<> other;
  other << ipc::SpawnError{abi::Error::over_quota, SpawnStep::charge, SpawnFault::none, 0};
  EXPECT_EQ(other.view(),
            "failed while charging the account: the account that pays for this is exhausted");
}

TEST(SpawnError, HasASentenceOfItsOwnForEachFaultAndStep) {
  std::vector<std::string_view> seen;
  for (u64 i = 0; i <= static_cast<u64>(SpawnFault::injected); ++i)
    seen.push_back(sentence(static_cast<SpawnFault>(i)));
  for (u64 i = 0; i <= static_cast<u64>(SpawnStep::dispatch); ++i)
    seen.push_back(sentence(static_cast<SpawnStep>(i)));
  for (u64 i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].find("unknown"), std::string_view::npos) << i;
    for (u64 j = 0; j < i; ++j) EXPECT_NE(seen[i], seen[j]);
  }
}

}  // namespace
