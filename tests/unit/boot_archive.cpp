// SPDX-License-Identifier: MIT
#include <boot/decode/archive.hpp>
#include <boot_tree.hpp>
#include <cstdio>
#include <gtest/gtest.h>
#include <random>
#include <string>

namespace {

using boot::Fault;
using boot_test::Blob;
using boot_test::u32;
using boot_test::u64;
using boot_test::u8;

constexpr u32 regular_file = 0100644;

std::string header(u32 mode, u32 size, u32 name_size) {
  char text[111] = {};
  std::snprintf(text, sizeof text, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1U,
                mode, 0U, 0U, 1U, 0U, size, 0U, 0U, 0U, 0U, name_size, 0U);
  return text;
}

void pad(std::string& archive) { archive.resize((archive.size() + 3) / 4 * 4, '\0'); }

// `padding`: zeros after the name, as our own archive tool adds them.
void add(std::string& archive, const std::string& name, const std::string& data,
         u32 mode = regular_file, std::size_t padding = 1) {
  archive += header(mode, static_cast<u32>(data.size()), static_cast<u32>(name.size() + padding));
  archive += name + std::string(padding, '\0');
  pad(archive);
  archive += data;
  pad(archive);
}

std::string with_trailer(std::string archive) {
  add(archive, "TRAILER!!!", "", 0);
  return archive;
}

Blob to_blob(const std::string& text) {
  return Blob({reinterpret_cast<const u8*>(text.data()), text.size()});
}

std::string as_text(std::span<const u8> bytes) { return {bytes.begin(), bytes.end()}; }

struct Found {
  Fault fault = Fault::none;
  std::string first;
  std::string second;
  bool has_first = false;
  bool has_second = false;
  u64 position = 0;
};

Found find(const std::string& archive, std::string_view first, std::string_view second) {
  const Blob blob = to_blob(archive);
  const std::string_view names[] = {first, second};
  std::span<const u8> files[2];
  Found found;
  found.fault = boot::find_files(blob.span(), names, files, found.position).error();
  found.has_first = files[0].data() != nullptr;
  found.has_second = files[1].data() != nullptr;
  found.first = as_text(files[0]);
  found.second = as_text(files[1]);
  return found;
}

std::string usual_archive() {
  std::string archive;
  add(archive, "kernel.elf", "the kernel");
  add(archive, "root.elf", "the first process");
  add(archive, "other", "something else");
  return with_trailer(archive);
}

TEST(BootArchive, GivesFilesByName) {
  const Found found = find(usual_archive(), "kernel.elf", "root.elf");
  EXPECT_EQ(found.fault, Fault::none);
  EXPECT_EQ(found.first, "the kernel");
  EXPECT_EQ(found.second, "the first process");
}

TEST(BootArchive, GivesFilesWhereverTheyStand) {
  std::string archive;
  for (u32 i = 0; i < 1000; ++i) add(archive, "file" + std::to_string(i), std::string(i % 7, 'x'));
  add(archive, "root.elf", "root");
  add(archive, "empty", "");
  add(archive, "kernel.elf", "kernel");
  const Found found = find(with_trailer(archive), "kernel.elf", "root.elf");
  EXPECT_EQ(found.fault, Fault::none);
  EXPECT_EQ(found.first, "kernel");
  EXPECT_EQ(found.second, "root");
}

TEST(BootArchive, IsReadNoFurtherThanToTheLastFileWanted) {
  std::string archive;
  add(archive, "kernel.elf", "kernel");
  add(archive, "root.elf", "root");
  const Found found = find(archive + "what follows is not looked at", "kernel.elf", "root.elf");
  EXPECT_EQ(found.fault, Fault::none);
}

TEST(BootArchive, SaysWhichFileIsMissing) {
  const Found found = find(usual_archive(), "kernel.elf", "missing.elf");
  EXPECT_EQ(found.fault, Fault::none);
  EXPECT_TRUE(found.has_first);
  EXPECT_FALSE(found.has_second);
}

TEST(BootArchive, GivesAnEmptyFileAsOneThatIsThere) {
  std::string archive;
  add(archive, "root.elf", "");
  EXPECT_TRUE(find(with_trailer(archive), "root.elf", "").has_first);
}

TEST(BootArchive, TakesNamesWithPaddingAndWithPrefixes) {
  std::string archive;
  add(archive, "./kernel.elf", "kernel", regular_file, 300);
  add(archive, "/root.elf", "root");
  const Found found = find(with_trailer(archive), "kernel.elf", "root.elf");
  EXPECT_EQ(found.first, "kernel");
  EXPECT_EQ(found.second, "root");
}

TEST(BootArchive, TakesNoFolderOrLinkForAFile) {
  std::string archive;
  add(archive, "kernel.elf", "", 0040755);
  add(archive, "root.elf", "/elsewhere", 0120777);
  const Found found = find(with_trailer(archive), "kernel.elf", "root.elf");
  EXPECT_FALSE(found.has_first);
  EXPECT_FALSE(found.has_second);
}

TEST(BootArchive, GivesTheFirstOfTwoFilesOfOneName) {
  std::string archive;
  add(archive, "root.elf", "one");
  add(archive, "root.elf", "two");
  EXPECT_EQ(find(with_trailer(archive), "root.elf", "none").first, "one");
}

TEST(BootArchive, CutAnywhereIsRefused) {
  const std::string whole = usual_archive();
  const std::size_t end_of_trailer = whole.rfind("TRAILER!!!") + 10;
  for (std::size_t size = 0; size < end_of_trailer; ++size) {
    const std::string cut = whole.substr(0, size);
    const Blob blob = to_blob(cut);
    const bool refused = find(cut, "kernel.elf", "root.elf").fault != Fault::none ||
                         !boot::check_end(blob.span()).ok();
    EXPECT_TRUE(refused) << "cut to " << size;
  }
  EXPECT_TRUE(boot::check_end(to_blob(whole).span()).ok());
}

TEST(BootArchive, MayEndInABlockOfZeros) {
  std::string archive = usual_archive();
  archive.resize(archive.size() + 20'000, '\0');
  EXPECT_TRUE(boot::check_end(to_blob(archive).span()).ok());
  archive.resize(archive.size() + 200'000, '\0');
  EXPECT_EQ(boot::check_end(to_blob(archive).span()).error(), Fault::archive_without_trailer);
}

Fault fault_with(std::size_t offset, const std::string& text) {
  std::string archive = usual_archive();
  archive.replace(offset, text.size(), text);
  return find(archive, "other", "missing").fault;
}

constexpr std::size_t field(std::size_t index) { return 6 + 8 * index; }

TEST(BootArchive, WithALyingHeaderIsRefused) {
  EXPECT_EQ(fault_with(0, "070707"), Fault::archive_not_newc);
  EXPECT_EQ(fault_with(0, "\x1f\x8b"), Fault::archive_not_newc);
  EXPECT_EQ(fault_with(field(6), "ffffffff"), Fault::archive_truncated);
  EXPECT_EQ(fault_with(field(6), "7fffffff"), Fault::archive_truncated);
  EXPECT_EQ(fault_with(field(6), "00000001"), Fault::archive_not_newc);
  EXPECT_EQ(fault_with(field(6), "12 45678"), Fault::archive_field_damaged);
  EXPECT_EQ(fault_with(field(6), "-0000001"), Fault::archive_field_damaged);
  EXPECT_EQ(fault_with(field(1), "0x0081a4"), Fault::archive_field_damaged);
  EXPECT_EQ(fault_with(field(11), "ffffffff"), Fault::archive_truncated);
  EXPECT_EQ(fault_with(field(11), "00000000"), Fault::archive_name_damaged);
  EXPECT_EQ(fault_with(field(11), "00000004"), Fault::archive_name_damaged);
  EXPECT_EQ(fault_with(110, std::string(1, '\0')), Fault::archive_name_damaged);
}

TEST(BootArchive, SaysWhereItIsDamaged) {
  std::string archive;
  add(archive, "kernel.elf", "kernel");
  const std::size_t second = archive.size();
  archive += std::string(200, 'x');
  const Found found = find(archive, "kernel.elf", "root.elf");
  EXPECT_EQ(found.fault, Fault::archive_not_newc);
  EXPECT_EQ(found.position, second);
}

TEST(BootArchive, WithRandomDamageIsNeverReadBeyondItsEnd) {
  const std::string whole = usual_archive();
  std::mt19937 random(5);  // NOLINT: the same damage in every run
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = whole;
    for (u32 i = random() % 8; i < 8; ++i)
      damaged[random() % damaged.size()] = "0123456789abcdef\0"[random() % 17];
    damaged.resize(random() % (damaged.size() + 1));
    (void)find(damaged, "kernel.elf", "root.elf");
    (void)boot::check_end(to_blob(damaged).span());
  }
}

}  // namespace
