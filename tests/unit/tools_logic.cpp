// SPDX-License-Identifier: MIT
// What else the small tools are made of: sums, dates, lists, sorting, archives' headers.
#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <user/tools/kit/base64.hpp>
#include <user/tools/kit/byte_list.hpp>
#include <user/tools/kit/calendar.hpp>
#include <user/tools/kit/cpio_header.hpp>
#include <user/tools/kit/escape.hpp>
#include <user/tools/kit/path.hpp>
#include <user/tools/kit/ranges.hpp>
#include <user/tools/kit/sha256.hpp>
#include <user/tools/kit/show.hpp>
#include <user/tools/kit/sorted_list.hpp>
#include <vector>

namespace {

using kit::u64;
using kit::u8;

std::string sha256(std::string_view text, u64 piece = 1000) {
  kit::Sha256 hash;
  for (; !text.empty(); text.remove_prefix(std::min<u64>(piece, text.size())))
    hash.add({reinterpret_cast<const u8*>(text.data()), std::min<u64>(piece, text.size())});
  std::string digits;
  for (const u8 byte : hash.finish()) {
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  return digits;
}

// FIPS 180-4's examples, and the million of NIST.
TEST(ToolSums, AreThoseOfTheStandard) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(ToolSums, DoNotHangOnHowBytesCome) {
  const std::string text(200, 'x');
  for (u64 length = 0; length < 200; ++length) {
    const std::string_view part{text.data(), length};
    EXPECT_EQ(sha256(part, 1), sha256(part)) << length;
    EXPECT_EQ(sha256(part, 63), sha256(part)) << length;
  }
}

std::string date(u64 seconds, std::string_view format) {
  base::Text<512> text;
  kit::write_date(text, seconds * 1'000'000'000, format);
  return std::string{text.view()};
}

TEST(ToolDates, AreFilledUpAsIsWanted) {
  EXPECT_EQ(date(0, "%-d|%_m|%0e|%^a|%-H"), "1| 1|01|THU|0");
  EXPECT_EQ(date(0, "%Q %-Q %-"), "%Q %-Q %-");
}

TEST(ToolDates, AreThoseOfTheLibrary) {
  std::mt19937_64 random{1};
  constexpr const char* format =
      "%Y-%m-%d %H:%M:%S %a %A %b %B %e %j %y %C %I %l %k %p %u %w %s %F %T %R %D %c %x %X %r %h "
      "%n%t%%";
  for (int i = 0; i < 5'000; ++i) {
    const auto seconds = static_cast<std::time_t>(random() % 18'000'000'000);
    char expected[512];
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::strftime(expected, sizeof expected, format, &parts);
    ASSERT_EQ(date(static_cast<u64>(seconds), format), std::string{expected});
  }
}

TEST(ToolLists, AreReadAndRefused) {
  kit::Range room[4];
  const auto ranges = kit::parse_ranges("1,3-5,-2,7-", room);
  ASSERT_EQ(ranges.size(), 4U);
  std::string shown;
  for (u64 i = 1; i <= 9; ++i) shown += kit::contains(ranges, i) ? 'x' : '.';
  EXPECT_EQ(shown, "xxxxx.xxx");
  EXPECT_EQ(kit::count_ranges("1,2,3"), 3U);
  for (const char* wrong : {"", "0", "3-2", "a", "1,", ",1", "-", "1-2-3"})
    EXPECT_TRUE(kit::parse_ranges(wrong, room).empty()) << wrong;
}

std::string bytes(std::string_view text) {
  kit::ByteList list;
  EXPECT_EQ(list.add(text), kit::ListFault::none) << text;
  return {list.view().begin(), list.view().end()};
}

TEST(ToolLists, OfBytesHaveRangesAndNames) {
  EXPECT_EQ(bytes("a-e"), "abcde");
  EXPECT_EQ(bytes("-a-"), "-a-");
  EXPECT_EQ(bytes("\\n\\101\\-"), "\nA-");
  EXPECT_EQ(bytes("[:digit:]x"), "0123456789x");
  kit::ByteList list;
  EXPECT_EQ(list.add("z-a"), kit::ListFault::range);
  EXPECT_EQ(list.add("[:none:]"), kit::ListFault::name);
}

TEST(ToolLists, OfBytesAreFilledUp) {
  EXPECT_EQ(bytes("a[b*3]c"), "abbbc");
  EXPECT_EQ(bytes("[b*012]"), "bbbbbbbbbb");
  EXPECT_EQ(bytes("[b*"), "[b*");
  kit::ByteList list;
  ASSERT_EQ(list.add("a[b*]c"), kit::ListFault::none);
  list.fill_to(1);
  EXPECT_EQ(list.count, 2U);
  list.fill_to(5);
  EXPECT_EQ(std::string(list.view().begin(), list.view().end()), "abbbc");
  EXPECT_EQ(list.add("[d*]"), kit::ListFault::several_fillers);
  EXPECT_EQ(kit::ByteList{}.add("[d*5000]"), kit::ListFault::too_long);
}

TEST(ToolEscapes, MeanBytes) {
  const auto meaning = [](std::string_view text, kit::EscapeForm form = {}) {
    const auto byte = kit::take_escape(text, form);
    return (byte ? std::string{*byte} : "none") + "|" + std::string{text};
  };
  EXPECT_EQ(meaning("nx"), "\n|x");
  EXPECT_EQ(meaning("1011"), "A|1");
  EXPECT_EQ(meaning("01011", {.zero_first = true}), "A|1");
  EXPECT_EQ(meaning("x41z", {.hexadecimal = true}), "A|z");
  EXPECT_EQ(meaning("ez", {.escape = true}), "\033|z");
  EXPECT_EQ(meaning("e"), "none|e");
  EXPECT_EQ(meaning("q"), "none|q");
  EXPECT_EQ(meaning(""), "none|");
}

TEST(ToolPaths, HaveTwoParts) {
  for (const auto& [path, folder, name] :
       {std::array{"/usr/lib", "/usr", "lib"}, std::array{"/usr/", "/", "usr"},
        std::array{"usr", ".", "usr"}, std::array{"/", "/", "/"}, std::array{"//", "/", "/"},
        std::array{"a//b//", "a", "b"}, std::array{".", ".", "."}, std::array{"", ".", ""}}) {
    EXPECT_EQ(kit::folder_name(path), folder) << path;
    EXPECT_EQ(kit::base_name(path), name) << path;
  }
}

std::string human(u64 size) {
  base::Text<32> text;
  kit::write_human(text, size);
  return std::string{text.view()};
}

TEST(ToolSizes, AreRoundedUpForPeople) {
  EXPECT_EQ(human(0), "0");
  EXPECT_EQ(human(1023), "1023");
  EXPECT_EQ(human(1024), "1.0K");
  EXPECT_EQ(human(1025), "1.1K");
  EXPECT_EQ(human(10 * 1024), "10K");
  EXPECT_EQ(human(10 * 1024 + 1), "11K");
  EXPECT_EQ(human(1024 * 1024 - 1), "1.0M");
  EXPECT_EQ(human(~u64{0}), "16E");
}

struct Node {
  int key = 0;
  int order = 0;
  Node* next = nullptr;
};

TEST(ToolSorting, KeepsTheOrderOfEquals) {
  std::mt19937 random{1};
  const auto less = [](const Node& a, const Node& b) { return a.key < b.key; };
  for (const int count : {0, 1, 2, 3, 100, 1000}) {
    std::vector<Node> nodes(static_cast<std::size_t>(count));
    kit::Sorter<Node, decltype(less)> sorter{less};
    for (int i = 0; i < count; ++i) {
      nodes[static_cast<std::size_t>(i)] = {static_cast<int>(random() % 20), i, nullptr};
      sorter.add(nodes[static_cast<std::size_t>(i)]);
    }
    int seen = 0;
    const Node* last = nullptr;
    for (const Node* node = sorter.finish(); node != nullptr;
         last = node, node = node->next, ++seen)
      if (last != nullptr)
        ASSERT_TRUE(last->key < node->key || (last->key == node->key && last->order < node->order));
    EXPECT_EQ(seen, count);
  }
}

TEST(ToolArchives, HaveHeadersThatCanBeReadAgain) {
  const kit::CpioHeader header{
      .id = 7, .mode = 0100644, .links = 1, .modified = 1'700'000'000, .size = 5, .name_bytes = 4};
  char text[kit::CpioHeader::bytes];
  header.write(text);
  const auto again = kit::CpioHeader::read(text);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->mode, 0100644U);
  EXPECT_EQ(again->modified, 1'700'000'000U);
  EXPECT_EQ(again->size, 5U);
  EXPECT_EQ(header.name_padding(), 2U);
  EXPECT_EQ(header.data_padding(), 3U);
  // The reader of whole archives agrees.
  std::string whole{text, sizeof text};
  whole += std::string("abc\0", 4) + std::string(2, '\0') + "12345" + std::string(3, '\0');
  base::ArchiveEntry entry;
  base::ArchiveReader reader{{reinterpret_cast<const u8*>(whole.data()), whole.size()}};
  ASSERT_TRUE(reader.next(entry).ok());
  EXPECT_EQ(entry.name, "abc");
  EXPECT_EQ(std::string(entry.data.begin(), entry.data.end()), "12345");
  text[20] = 'x';
  EXPECT_FALSE(kit::CpioHeader::read(text).has_value());
}

TEST(ToolLetters, Of64) {
  const auto encoded = [](std::string_view text) {
    char letters[4];
    kit::encode_base64({reinterpret_cast<const u8*>(text.data()), text.size()}, letters);
    return std::string{letters, 4};
  };
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(kit::base64_value('/'), 63);
  EXPECT_EQ(kit::base64_value('='), std::nullopt);
}

}  // namespace
