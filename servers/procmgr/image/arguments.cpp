// SPDX-License-Identifier: MIT
#include <algorithm>
#include <servers/procmgr/image/arguments.hpp>

namespace procmgr {

namespace {

using abi::procmgr::SpawnFault;
namespace block_layout = abi::argument_block;

u8& byte_at(const BlockPages& block, u64 offset) {
  return block.page(block.context, offset / base::page_size)[offset % base::page_size];
}

// Words are aligned and so lie in one page each.
u64 read_word(const BlockPages& block, u64 index) {
  u64 value = 0;
  __builtin_memcpy(&value, &byte_at(block, index * sizeof(u64)), sizeof value);
  return value;
}

void write_word(const BlockPages& block, u64 index, u64 value) {
  __builtin_memcpy(&byte_at(block, index * sizeof(u64)), &value, sizeof value);
}

// A page's worth at a time. (Words hold their first byte lowest, as in memory.)
void write_bytes(const BlockPages& block, u64 offset, std::span<const u8> bytes) {
  while (!bytes.empty()) {
    const u64 room = base::page_size - offset % base::page_size;
    const auto part = bytes.first(std::min<u64>(bytes.size(), room));
    __builtin_memcpy(&byte_at(block, offset), part.data(), part.size());
    offset += part.size();
    bytes = bytes.subspan(part.size());
  }
}

// The word of an entry: argv begins behind argc, and envp behind the zero that ends argv.
u64 word_of(u64 entry, u64 argc) { return 1 + entry + (entry < argc ? 0 : 1); }

Checked<Arguments> measure_in(const BlockPages& block, const ArgumentClaim& claim) {
  const Arguments arguments = TRY(measure_arguments(claim));
  if (arguments.bytes() > block.bytes())
    return ImageFault{SpawnFault::block_too_small, arguments.bytes()};
  return arguments;
}

}  // namespace

Checked<Arguments> measure_arguments(const ArgumentClaim& claim) {
  if (claim.argc > block_layout::max_entries)
    return ImageFault{SpawnFault::too_many_arguments, claim.argc};
  if (claim.envc > block_layout::max_entries - claim.argc)
    return ImageFault{SpawnFault::too_many_arguments, claim.envc};
  if (claim.string_bytes > block_layout::max_string_bytes)
    return ImageFault{SpawnFault::arguments_too_long, claim.string_bytes};
  return Arguments{claim.argc, claim.envc, claim.string_bytes};
}

Checked<Arguments> check_arguments(const BlockPages& block, const ArgumentClaim& claim) {
  const Arguments arguments = TRY(measure_in(block, claim));
  for (u64 entry = 0; entry < arguments.entries(); ++entry)
    if (read_word(block, word_of(entry, arguments.argc)) >= arguments.string_bytes)
      return ImageFault{SpawnFault::argument_offset, entry};
  // One zero at the very end stops whatever string begins before it.
  if (arguments.string_bytes != 0 && byte_at(block, arguments.bytes() - 1) != 0)
    return ImageFault{SpawnFault::unterminated_string, arguments.string_bytes - 1};
  return arguments;
}

void relocate(const BlockPages& block, const Arguments& arguments,
              std::span<const AuxiliaryEntry> auxiliary) {
  const u64 strings = abi::process_layout::stack_top + arguments.strings_offset();
  write_word(block, 0, arguments.argc);
  for (u64 entry = 0; entry < arguments.entries(); ++entry) {
    const u64 word = word_of(entry, arguments.argc);
    write_word(block, word, strings + read_word(block, word));
  }
  write_word(block, 1 + arguments.argc, 0);
  write_word(block, 2 + arguments.entries(), 0);
  AuxiliaryEntry all[block_layout::auxiliary_words / 2] = {};
  std::ranges::copy(auxiliary.first(std::min<u64>(auxiliary.size(), max_auxiliary_entries)), all);
  write_bytes(block, (3 + arguments.entries()) * sizeof(u64),
              {reinterpret_cast<const u8*>(all), sizeof all});
}

Checked<void> expand_inline(const BlockPages& block, const ArgumentClaim& claim,
                            std::span<const u64> words) {
  const Arguments arguments = TRY(measure_in(block, claim));
  const u64 entries = arguments.entries();
  const u64 needed = entries + (arguments.string_bytes + sizeof(u64) - 1) / sizeof(u64);
  if (words.size() < needed) return ImageFault{SpawnFault::block_too_small, arguments.bytes()};
  for (u64 entry = 0; entry < entries; ++entry)
    write_word(block, word_of(entry, arguments.argc), words[entry]);
  write_bytes(block, arguments.strings_offset(),
              {reinterpret_cast<const u8*>(words.data() + entries), arguments.string_bytes});
  return {};
}

}  // namespace procmgr
