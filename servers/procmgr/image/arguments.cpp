// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <servers/procmgr/image/arguments.hpp>

namespace procmgr {

namespace {

namespace block = abi::argument_block;
constexpr u64 word_size = sizeof(u64);

// Words and bytes of the block, wherever their pages are.
class BlockBytes {
 public:
  explicit BlockBytes(ArgumentPages pages) : pages_(pages) {}

  // Null: there is no memory for the page.
  u64* word(u64 index) { return reinterpret_cast<u64*>(at(index * word_size)); }
  u8* at(u64 offset) {
    const u64 index = offset / base::page_size;
    if (index != latest_index_ || latest_ == nullptr) {
      latest_ = pages_.page(pages_.context, index);
      latest_index_ = index;
    }
    return latest_ == nullptr ? nullptr : latest_ + offset % base::page_size;
  }

 private:
  ArgumentPages pages_;
  u64 latest_index_ = 0;
  u8* latest_ = nullptr;
};

ImageFault check_counts(const Counts& counts) {
  if (counts.argc > block::max_entries || counts.envc > block::max_entries - counts.argc)
    return {SpawnFault::too_many_arguments, counts.entries()};
  if (counts.string_bytes > block::max_string_bytes)
    return {SpawnFault::arguments_too_long, counts.string_bytes};
  return {};
}

// Where the offset of entry `i` stands: behind argc, and behind argv's end for the environment.
u64 place_of(const Counts& counts, u64 i) { return 1 + i + (i < counts.argc ? 0 : 1); }

// An offset begins a string if a zero stands in front of it.
template <class ByteAt>
ImageFault check_offset(u64 offset, u64 i, const Counts& counts, ByteAt byte_at) {
  if (offset >= counts.string_bytes) return {SpawnFault::argument_offset, i};
  if (offset == 0) return {};
  const u8* before = byte_at(offset - 1);
  if (before == nullptr || *before != 0) return {SpawnFault::argument_offset, i};
  return {};
}

template <class ByteAt>
ImageFault check_end(const Counts& counts, ByteAt byte_at) {
  if (counts.string_bytes == 0) return {};
  const u8* last = byte_at(counts.string_bytes - 1);
  if (last == nullptr || *last != 0) return {SpawnFault::unterminated_string};
  return {};
}

bool is_fault(const ImageFault& fault) { return fault.fault != SpawnFault::none; }

}  // namespace

base::Result<void, ImageFault> check_arguments(ArgumentPages pages, const Counts& counts) {
  ImageFault fault = check_counts(counts);
  if (is_fault(fault)) return fault;
  if (pages.count * base::page_size < counts.strings_offset() + counts.string_bytes)
    return ImageFault{SpawnFault::block_too_small, pages.count * base::page_size};
  if (pages.count * base::page_size > block::max_bytes + base::page_size)
    return ImageFault{SpawnFault::arguments_too_long, pages.count * base::page_size};
  BlockBytes bytes{pages};
  // Offsets and strings lie in different pages: a view for each.
  BlockBytes strings{pages};
  const auto byte_at = [&](u64 offset) { return strings.at(counts.strings_offset() + offset); };
  for (u64 i = 0; i < counts.entries(); ++i) {
    const u64* offset = bytes.word(place_of(counts, i));
    if (offset == nullptr) return ImageFault{SpawnFault::block_too_small, i};
    fault = check_offset(*offset, i, counts, byte_at);
    if (is_fault(fault)) return fault;
  }
  fault = check_end(counts, byte_at);
  if (is_fault(fault)) return fault;
  return {};
}

base::Result<void, ImageFault> check_inline(std::span<const u64> words, const Counts& counts) {
  ImageFault fault = check_counts(counts);
  if (is_fault(fault)) return fault;
  const u64 needed = counts.entries() + (counts.string_bytes + word_size - 1) / word_size;
  if (words.size() != needed) return ImageFault{SpawnFault::block_too_small, words.size()};
  const auto* strings = reinterpret_cast<const u8*>(words.data() + counts.entries());
  const auto byte_at = [&](u64 offset) { return strings + offset; };
  for (u64 i = 0; i < counts.entries(); ++i) {
    fault = check_offset(words[i], i, counts, byte_at);
    if (is_fault(fault)) return fault;
  }
  fault = check_end(counts, byte_at);
  if (is_fault(fault)) return fault;
  return {};
}

void expand_inline(ArgumentPages pages, std::span<const u64> words, const Counts& counts) {
  BlockBytes bytes{pages};
  for (u64 i = 0; i < counts.entries(); ++i) *bytes.word(place_of(counts, i)) = words[i];
  std::memcpy(bytes.at(counts.strings_offset()), words.data() + counts.entries(),
              counts.string_bytes);
}

void relocate(ArgumentPages pages, const Counts& counts, std::span<const Auxiliary> vector) {
  const u64 strings = abi::process_layout::stack_top + counts.strings_offset();
  BlockBytes bytes{pages};
  *bytes.word(0) = counts.argc;
  for (u64 i = 0; i < counts.entries(); ++i) *bytes.word(place_of(counts, i)) += strings;
  *bytes.word(1 + counts.argc) = 0;
  u64 at = 1 + counts.entries() + 1;
  *bytes.word(at++) = 0;
  for (u64 i = 0; i < block::auxiliary_words / 2; ++i) {
    const Auxiliary entry = i < vector.size() ? vector[i] : Auxiliary{};
    *bytes.word(at++) = entry.type;
    *bytes.word(at++) = entry.value;
  }
}

}  // namespace procmgr
