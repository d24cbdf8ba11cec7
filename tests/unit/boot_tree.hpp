// SPDX-License-Identifier: MIT
// Device trees for tests: written with libfdt's own functions, or read from the seeds of the
// fuzzer.
#pragma once

#include <boot/decode/board.hpp>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace boot_test {

using base::u32;
using base::u64;
using base::u8;

// Bytes in a block of exactly their size, so that the sanitizer sees any read beyond them. At a
// multiple of 8, as a device tree must be.
class Blob {
 public:
  explicit Blob(std::span<const u8> bytes);

  [[nodiscard]] u8* data() { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<const u8> span() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::span<u8> span() { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<u8[]> bytes_;
  std::size_t size_;
};

// Writes a tree from its first node to its last.
class TreeWriter {
 public:
  TreeWriter();

  // Only before the first node.
  TreeWriter& reserve(u64 address, u64 size);

  TreeWriter& begin(const std::string& name);
  TreeWriter& end();
  TreeWriter& cells(const char* name, std::initializer_list<u32> values);
  TreeWriter& text(const char* name, const std::string& value);
  TreeWriter& texts(const char* name, const std::vector<std::string>& values);
  TreeWriter& flag(const char* name);
  TreeWriter& bytes(const char* name, std::span<const u8> value);

  // A node below the root, with 64-bit registers.
  TreeWriter& device(const std::string& name, const std::string& compatible, u64 address, u64 size);

  [[nodiscard]] Blob finish();

 private:
  void check(int result);

  std::vector<u8> buffer_;
  bool in_tree_ = false;
};

// What every working machine has, as QEMU's virt has it; call between begin("") and end().
void write_root_cells(TreeWriter& tree);
void write_memory(TreeWriter& tree, u64 address, u64 size);
void write_gic_v2(TreeWriter& tree);
void write_gic_v3(TreeWriter& tree);
void write_timer(TreeWriter& tree);
void write_serial(TreeWriter& tree, u64 address = 0x9000000);
void write_power(TreeWriter& tree, const std::string& method = "hvc");
void write_processors(TreeWriter& tree, u32 count);

// All of these, GICv2, 1 GiB at 0x40000000; `more` adds what a test is about.
template <class More>
Blob usual_tree(More more) {
  TreeWriter tree;
  tree.begin("");
  write_root_cells(tree);
  write_memory(tree, 0x4000'0000, 0x4000'0000);
  write_gic_v2(tree);
  write_timer(tree);
  write_serial(tree);
  write_power(tree);
  write_processors(tree, 1);
  more(tree);
  tree.end();
  return tree.finish();
}
inline Blob usual_tree() {
  return usual_tree([](TreeWriter&) {});
}

// A device tree of tests/fuzz/corpus.
Blob data_file(const std::string& name);

struct ReadTree {
  Blob tree;  // what the texts in `board` point into
  boot::Fault fault = boot::Fault::none;
  boot::Board board;
  boot::Notices notices;
};

// As boot/ does it: header first, then the tree. Through a pointer: it is large.
std::unique_ptr<ReadTree> read(Blob tree);

bool has_warning(const ReadTree& tree, boot::Warning warning);

// What must hold of a Board whatever the tree said. Empty if it does, otherwise what does not.
std::string broken_promise(const ReadTree& tree);

}  // namespace boot_test
