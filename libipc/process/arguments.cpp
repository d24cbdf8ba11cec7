// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <libipc/process/arguments.hpp>

namespace ipc {
namespace {

using abi::procmgr::SpawnFault;
using abi::procmgr::SpawnStep;
namespace block_format = abi::argument_block;

constexpr u64 words_for(u64 bytes) { return (bytes + sizeof(u64) - 1) / sizeof(u64); }

SpawnError refuse(abi::Error error, SpawnFault fault, u64 detail) {
  return {.error = error, .step = SpawnStep::arguments, .fault = fault, .detail = detail};
}

// Each string with the zero byte behind it; stops above the limit, and so cannot wrap.
u64 bytes_of(Strings strings) {
  u64 bytes = 0;
  for (const std::string_view text : strings) {
    bytes += std::min<u64>(text.size(), block_format::max_string_bytes) + 1;
    if (bytes > block_format::max_string_bytes) break;
  }
  return bytes;
}

// The index of the first string with a zero byte; strings.size() if there is none.
u64 find_zero(Strings strings) {
  u64 index = 0;
  while (index < strings.size() && strings[index].find('\0') == std::string_view::npos) ++index;
  return index;
}

// Writes each string, and where it starts as the next of the words.
class Writer {
 public:
  Writer(std::span<u64> words, std::span<u64> strings)
      : words_(words), strings_(reinterpret_cast<char*>(strings.data())) {
    // Up to a whole word: what stood there before goes to nobody.
    if (!strings.empty()) strings.back() = 0;
  }

  void word(u64 value) { words_[used_++] = value; }

  void strings(Strings texts) {
    for (const std::string_view text : texts) {
      word(offset_);
      // An empty view may point nowhere.
      if (!text.empty()) std::memcpy(strings_ + offset_, text.data(), text.size());
      offset_ += text.size();
      strings_[offset_++] = '\0';
    }
  }

 private:
  std::span<u64> words_;
  char* strings_;
  u64 used_ = 0;
  u64 offset_ = 0;
};

}  // namespace

SpawnResult<ArgumentList> ArgumentList::check(Strings arguments, Strings environment) {
  const u64 entries = arguments.size() + environment.size();
  if (entries > block_format::max_entries)
    return refuse(abi::Error::too_big, SpawnFault::too_many_arguments, entries);
  const u64 bytes = bytes_of(arguments) + bytes_of(environment);
  if (bytes > block_format::max_string_bytes)
    return refuse(abi::Error::too_big, SpawnFault::arguments_too_long, bytes);
  u64 bad = find_zero(arguments);
  if (bad == arguments.size()) bad += find_zero(environment);
  if (bad != entries) return refuse(abi::Error::bad_argument, SpawnFault::unterminated_string, bad);
  return ArgumentList{arguments, environment, bytes};
}

u64 ArgumentList::message_words() const { return argc() + envc() + words_for(string_bytes_); }

bool ArgumentList::fits_in_message() const {
  return message_words() <= abi::procmgr::max_inline_words;
}

u64 ArgumentList::block_bytes() const {
  return block_format::strings_offset(argc(), envc()) + string_bytes_;
}

void ArgumentList::write_message(std::span<u64> words) const {
  const u64 entries = argc() + envc();
  Writer writer{words, words.subspan(entries, words_for(string_bytes_))};
  writer.strings(arguments_);
  writer.strings(environment_);
}

void ArgumentList::write_block(std::span<u64> block) const {
  const u64 start = block_format::strings_offset(argc(), envc()) / sizeof(u64);
  Writer writer{block, block.subspan(start, words_for(string_bytes_))};
  writer.word(argc());
  writer.strings(arguments_);
  writer.word(0);
  writer.strings(environment_);
  writer.word(0);
  for (u64 i = 0; i < block_format::auxiliary_words; ++i) writer.word(0);
}

}  // namespace ipc
