// SPDX-License-Identifier: MIT
// Argument blocks of any bytes, and messages of any words: what is accepted becomes pointers to
// strings that end within the block.
#include <algorithm>
#include <cstring>
#include <memory>
#include <servers/procmgr/image/arguments.hpp>

namespace {

using namespace procmgr;

void require(bool promise) {
  if (!promise) __builtin_trap();
}

struct Block {
  std::unique_ptr<u8[]> pages[2] = {std::make_unique<u8[]>(4096), std::make_unique<u8[]>(4096)};

  static u8* page(void* context, u64 index) {
    require(index < 2);
    return static_cast<Block*>(context)->pages[index].get();
  }
  [[nodiscard]] BlockPages view() { return {page, this, 2}; }
  [[nodiscard]] u64 word(u64 index) const {
    u64 value = 0;
    std::memcpy(&value, &pages[index / 512][index % 512 * 8], 8);
    return value;
  }
};

void check_pointers(const Block& block, const Arguments& arguments) {
  require(block.word(0) == arguments.argc && block.word(1 + arguments.argc) == 0);
  require(block.word(2 + arguments.entries()) == 0);
  for (u64 i = 0; i < arguments.entries(); ++i) {
    const u64 pointer = block.word(1 + i + (i < arguments.argc ? 0U : 1U));
    u64 at = pointer - abi::process_layout::stack_top;
    require(at >= arguments.strings_offset() && at < arguments.bytes());
    while (block.pages[at / 4096][at % 4096] != 0) require(++at < arguments.bytes());
  }
}

void check_and_relocate(Block& block, const ArgumentClaim& claim) {
  const auto arguments = check_arguments(block.view(), claim);
  require(arguments.ok() || arguments.error().fault != abi::procmgr::SpawnFault::none);
  if (!arguments.ok()) return;
  const AuxiliaryEntry auxiliary[] = {{6, 4096}};
  relocate(block.view(), *arguments, auxiliary);
  check_pointers(block, *arguments);
}

}  // namespace

// The claim, three words; then a block as well as the words of a message.
extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  ArgumentClaim claim;
  if (size < sizeof claim) return 0;
  std::memcpy(&claim, data, sizeof claim);
  data += sizeof claim;
  size = std::min<std::size_t>(size - sizeof claim, 8192);

  Block block;
  for (std::size_t i = 0; i < size; ++i) block.pages[i / 4096][i % 4096] = data[i];
  check_and_relocate(block, claim);

  const std::unique_ptr<u64[]> words = std::make_unique<u64[]>(size / 8);
  std::memcpy(words.get(), data, size / 8 * 8);
  Block fresh;
  if (expand_inline(fresh.view(), claim, {words.get(), size / 8}).ok())
    check_and_relocate(fresh, claim);
  return 0;
}
