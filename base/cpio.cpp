// SPDX-License-Identifier: MIT
#include <base/cpio.hpp>
#include <optional>

namespace base {

namespace {

constexpr std::size_t magic_size = 6;
constexpr std::size_t field_size = 8;
constexpr std::size_t header_size = magic_size + 13 * field_size;
static_assert(header_size == 110);

constexpr std::size_t field_mode = 1;
constexpr std::size_t field_links = 4;
constexpr std::size_t field_modified = 5;
constexpr std::size_t field_data_size = 6;
constexpr std::size_t field_name_size = 11;

std::optional<u32> hexadecimal_digit(u8 c) {
  if (c >= '0' && c <= '9') return c - u32{'0'};
  if (c >= 'a' && c <= 'f') return c - u32{'a'} + 10;
  if (c >= 'A' && c <= 'F') return c - u32{'A'} + 10;
  return std::nullopt;
}

std::optional<u32> read_field(const u8* header, std::size_t index) {
  const u8* digits = header + magic_size + index * field_size;
  u32 value = 0;
  for (std::size_t i = 0; i < field_size; ++i) {
    const std::optional<u32> digit = hexadecimal_digit(digits[i]);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

// "070701", or "070702" for the variant with checksums, which are not looked at.
bool has_magic(const u8* header) {
  const std::string_view magic{reinterpret_cast<const char*>(header), magic_size};
  return magic == "070701" || magic == "070702";
}

// Archives made of a folder have "./name", some have "/name".
std::string_view without_prefix(std::string_view name) {
  if (name.starts_with("./")) name.remove_prefix(2);
  while (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

constexpr u64 to_four(u64 value) { return (value + 3) & ~u64{3}; }

}  // namespace

Result<bool, CpioFault> ArchiveReader::next(ArchiveEntry& entry) {
  position_ = following_;
  const u64 size = archive_.size();
  // Fields have 32 bits and the position is at most the size: no sum below can wrap.
  if (position_ > size || size - position_ < header_size) return CpioFault::truncated;
  const u8* header = archive_.data() + position_;
  if (!has_magic(header)) return CpioFault::not_newc;
  const std::optional<u32> mode = read_field(header, field_mode);
  const std::optional<u32> links = read_field(header, field_links);
  const std::optional<u32> modified = read_field(header, field_modified);
  const std::optional<u32> data_size = read_field(header, field_data_size);
  const std::optional<u32> name_size = read_field(header, field_name_size);
  if (!mode || !links || !modified || !data_size || !name_size) return CpioFault::field_damaged;

  const u64 name_begin = position_ + header_size;
  const u64 data_begin = to_four(name_begin + *name_size);
  const u64 data_end = data_begin + *data_size;
  if (data_end > size) return CpioFault::truncated;

  // The name ends at its first zero; more of them are padding that puts the data at a page.
  const std::string_view room{reinterpret_cast<const char*>(archive_.data() + name_begin),
                              *name_size};
  const std::size_t length = room.find('\0');
  if (length == std::string_view::npos || length == 0) return CpioFault::name_damaged;
  const std::string_view name = room.substr(0, length);
  if (name == archive_trailer) return false;

  entry = {.name = without_prefix(name),
           .data = archive_.subspan(data_begin, *data_size),
           .regular_file = (*mode & archive_kind_mask) == archive_file,
           .mode = *mode,
           .links = *links,
           .modified = *modified};
  following_ = to_four(data_end);
  return true;
}

}  // namespace base
