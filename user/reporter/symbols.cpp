// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/elf.hpp>
#include <cstring>
#include <user/reporter/symbols.hpp>

namespace reporter {

namespace {

using base::u16;
using base::u32;
using base::u8;
namespace elf = base::elf;

// What base/elf.hpp has not: only who looks for names needs it.
struct SectionHeader {
  u32 name;
  u32 type;
  u64 flags;
  u64 address;
  u64 offset;
  u64 size;
  u32 link;
  u32 info;
  u64 alignment;
  u64 entry_size;
};

struct Entry {
  u32 name;
  u8 info;
  u8 other;
  u16 section;
  u64 value;
  u64 size;
};

constexpr u32 section_symbols = 2;
constexpr u32 section_strings = 3;
constexpr u8 kind_none = 0;  // labels of assembly
constexpr u8 kind_function = 2;

// The part of `bytes` that begins at `offset`; empty if it does not lie inside.
Bytes part(Bytes bytes, u64 offset, u64 size) {
  return elf::fits(offset, size, bytes.size()) ? bytes.subspan(offset, size) : Bytes{};
}

// The i-th struct of an array. Nothing in a file need be aligned.
template <class T>
std::optional<T> item(Bytes array, u64 i) {
  if (i >= array.size() / sizeof(T)) return std::nullopt;
  return elf::read_at<T>(array, i * sizeof(T));
}

// Which of two candidates is the better answer: the one that begins later; of two that begin
// together, the one that says how long it is.
bool is_better(const Entry& entry, const std::optional<Entry>& best) {
  if (!best || entry.value != best->value) return !best || entry.value > best->value;
  return best->size == 0 && entry.size != 0;
}

}  // namespace

Symbols::Symbols(Bytes file) : file_(file) {
  const auto header = item<elf::FileHeader>(file, 0);
  if (!header || !elf::has_magic(file) || header->file_class != elf::class_64 ||
      header->data_encoding != elf::little_endian)
    return;
  if (header->machine != elf::machine_aarch64 ||
      header->section_header_size != sizeof(SectionHeader))
    return;
  is_position_independent_ = header->type == elf::type_position_independent;
  section_count_ = std::min<u64>(header->section_header_count, max_sections);
  sections_ = part(file, header->section_headers_offset, section_count_ * sizeof(SectionHeader));
  for (u64 i = 0; i < section_count_ && count_ == 0; ++i) take_table(i);
}

void Symbols::take_table(u64 index) {
  const auto table = item<SectionHeader>(sections_, index);
  if (!table || table->type != section_symbols || table->entry_size != sizeof(Entry)) return;
  const auto strings = item<SectionHeader>(sections_, table->link);
  if (!strings || strings->type != section_strings) return;
  table_ = part(file_, table->offset, table->size);
  strings_ = part(file_, strings->offset, strings->size);
  count_ = std::min<u64>(table_.size() / sizeof(Entry), max_symbols);
}

std::optional<Symbols::Section> Symbols::section(u64 index) const {
  const auto header = item<SectionHeader>(sections_, index);
  if (!header) return std::nullopt;
  return Section{header->address, header->size};
}

// Up to the zero behind it, or as much as there is.
std::string_view Symbols::name_at(u64 offset) const {
  if (offset >= strings_.size()) return {};
  const u64 most = std::min<u64>(strings_.size() - offset, max_name);
  const auto* start = reinterpret_cast<const char*>(strings_.data() + offset);
  const auto* end = static_cast<const char*>(std::memchr(start, 0, most));
  return {start, end == nullptr ? most : static_cast<u64>(end - start)};
}

std::optional<Place> Symbols::find(u64 address) const {
  std::optional<Entry> best;
  for (u64 i = 0; i < count_; ++i) {
    const auto entry = item<Entry>(table_, i);
    const u8 kind = entry->info & 15;
    if ((kind != kind_function && kind != kind_none) || entry->value > address) continue;
    if (entry->size != 0 && address - entry->value >= entry->size) continue;
    if (!is_better(*entry, best)) continue;
    // Nothing is said of addresses outside the section in which the function is.
    const auto home = section(entry->section);
    if (!home || entry->value < home->address || address - home->address >= home->size) continue;
    // Marks of the assembler ("$x": here is code) are no functions.
    const std::string_view name = name_at(entry->name);
    if (name.empty() || name.front() == '$') continue;
    best = entry;
  }
  if (!best) return std::nullopt;
  return Place{name_at(best->name), address - best->value};
}

}  // namespace reporter
