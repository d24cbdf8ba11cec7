// SPDX-License-Identifier: MIT
// Damaged device trees: none may be read beyond its end, none may break a promise of the Board.
#include <boot/decode/tree_salvage.hpp>
#include <boot_tree.hpp>
#include <gtest/gtest.h>
#include <random>

namespace {

using boot::Fault;
using boot_test::Blob;
using boot_test::read;
using boot_test::u32;
using boot_test::u8;

const char* const file_names[] = {"virt-gicv2.dtb", "virt-gicv3-8-cpus.dtb", "virt-secure.dtb",
                                  "versal-virt.dtb"};

void set_word(Blob& tree, std::size_t offset, u32 value) {
  for (std::size_t i = 0; i < 4; ++i)
    tree.data()[offset + i] = static_cast<u8>(value >> (24 - 8 * i));
}

constexpr std::size_t offset_of_total_size = 4;

class BootDamagedTree : public testing::TestWithParam<const char*> {};

TEST_P(BootDamagedTree, CutAnywhereIsRefused) {
  const Blob whole = boot_test::data_file(GetParam());
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 64) {
    Blob cut(whole.span().first(size));
    EXPECT_NE(read(Blob(cut.span()))->fault, Fault::none) << "cut to " << size;
    if (size < boot::tree_header_size) continue;
    // A header that admits the cut.
    set_word(cut, offset_of_total_size, static_cast<u32>(size));
    EXPECT_NE(read(Blob(cut.span()))->fault, Fault::none) << "cut to " << size << ", and says so";
  }
}

TEST_P(BootDamagedTree, WithAnyOneWordReplacedKeepsThePromises) {
  const Blob whole = boot_test::data_file(GetParam());
  for (const u32 value : {0U, 1U, 3U, 0x7fff'ffffU, 0xffff'ffffU}) {
    for (std::size_t at = 0; at + 4 <= whole.size(); at += 4) {
      Blob damaged(whole.span());
      set_word(damaged, at, value);
      const auto result = read(Blob(damaged.span()));
      ASSERT_EQ(broken_promise(*result), "") << "word " << at << " = " << value;
    }
  }
}

TEST_P(BootDamagedTree, WithRandomBytesReplacedKeepsThePromises) {
  const Blob whole = boot_test::data_file(GetParam());
  std::mt19937 random(7);  // NOLINT: the same damage in every run
  for (int round = 0; round < 3000; ++round) {
    Blob damaged(whole.span());
    const auto count = 1 + random() % 20;
    for (u32 i = 0; i < count; ++i)
      damaged.data()[random() % damaged.size()] = static_cast<u8>(random());
    const auto result = read(Blob(damaged.span()));
    ASSERT_EQ(broken_promise(*result), "") << "round " << round;
    (void)boot::salvage_serial(damaged.span());
    (void)boot::salvage_power_conduit(damaged.span());
  }
}

INSTANTIATE_TEST_SUITE_P(All, BootDamagedTree, testing::ValuesIn(file_names));

TEST(BootTreeHeader, IsRefusedIfItIsNone) {
  Blob tree = boot_test::usual_tree();
  ASSERT_EQ(read(Blob(tree.span()))->fault, Fault::none);
  tree.data()[0] ^= 1;
  EXPECT_EQ(read(Blob(tree.span()))->fault, Fault::tree_header_damaged);
}

TEST(BootTreeHeader, IsRefusedIfTheTreeIsLargerThanTheProtocolAllows) {
  Blob tree = boot_test::usual_tree();
  set_word(tree, offset_of_total_size, 0x20'0001);
  EXPECT_EQ(boot::check_tree_header(tree.data()).error(), Fault::tree_too_large);
}

TEST(BootTreeSalvage, FindsTheSerialPortOfATreeWithoutAHeader) {
  Blob tree = boot_test::data_file("virt-gicv2.dtb");
  for (std::size_t i = 0; i < boot::tree_header_size; ++i) tree.data()[i] = 0xff;
  EXPECT_EQ(boot::salvage_serial(tree.span()), 0x900'0000U);
  EXPECT_EQ(boot::salvage_power_conduit(tree.span()), abi::PowerConduit::hvc);
}

TEST(BootTreeSalvage, LeavesADisabledPortAlone) {
  const Blob tree = boot_test::data_file("virt-secure.dtb");
  EXPECT_EQ(boot::salvage_serial(tree.span()), 0x900'0000U);
}

TEST(BootTreeSalvage, FindsNothingInNoise) {
  std::mt19937 random(3);  // NOLINT: the same noise in every run
  std::vector<u8> noise(100'000);
  for (u8& byte : noise) byte = static_cast<u8>(random());
  EXPECT_FALSE(boot::salvage_serial(noise));
  EXPECT_EQ(boot::salvage_power_conduit(noise), abi::PowerConduit::none);
  EXPECT_FALSE(boot::salvage_serial({}));
}

}  // namespace
