// SPDX-License-Identifier: MIT
#include <libipc/machine.hpp>
#include <libipc/start/relocate.hpp>

namespace ipc::start {
namespace {

// System V ABI, chapter 5: types of segments, and tags of the dynamic section.
constexpr u32 segment_dynamic = 2;
constexpr u32 segment_headers = 6;
constexpr u64 tag_end = 0;
constexpr u64 tag_relocations = 7;
constexpr u64 tag_relocation_bytes = 8;
// Forms that this start-up does not read: with separate entries for calls, without addends, packed.
constexpr u64 tags_unknown[] = {2, 17, 36};

struct DynamicEntry {
  u64 tag;
  u64 value;
};

struct Relocation {
  u64 offset;
  u64 info;
  u64 addend;
};

const ProgramHeader* find(std::span<const ProgramHeader> headers, u32 type) {
  for (const ProgramHeader& header : headers)
    if (header.type == type) return &header;
  return nullptr;
}

struct Table {
  u64 address = 0;
  u64 bytes = 0;
  bool is_understood = true;
};

Table find_table(const DynamicEntry* entry) {
  Table table;
  for (; entry->tag != tag_end; ++entry) {
    if (entry->tag == tag_relocations) table.address = entry->value;
    if (entry->tag == tag_relocation_bytes) table.bytes = entry->value;
    for (const u64 unknown : tags_unknown)
      if (entry->tag == unknown && entry->value != 0) table.is_understood = false;
  }
  return table;
}

}  // namespace

bool relocate(std::span<const ProgramHeader> headers) {
  const ProgramHeader* dynamic = find(headers, segment_dynamic);
  if (dynamic == nullptr) return true;
  // The headers know where they were linked, and we know where they are.
  const ProgramHeader* own = find(headers, segment_headers);
  if (own == nullptr) return false;
  const u64 distance = reinterpret_cast<u64>(headers.data()) - own->address;

  const Table table =
      find_table(reinterpret_cast<const DynamicEntry*>(distance + dynamic->address));
  const std::span relocations{reinterpret_cast<const Relocation*>(distance + table.address),
                              table.bytes / sizeof(Relocation)};
  if (!table.is_understood) return false;
  for (const Relocation& relocation : relocations)
    if (static_cast<u32>(relocation.info) != machine::relative_relocation) return false;

  for (const Relocation& relocation : relocations)
    *reinterpret_cast<u64*>(distance + relocation.offset) = distance + relocation.addend;
  return true;
}

}  // namespace ipc::start
