// SPDX-License-Identifier: MIT
#include <cstring>
#include <user/tools/kit/cpio_header.hpp>
#include <user/tools/kit/number.hpp>

namespace kit {

namespace {

// Fields of eight hexadecimal digits behind the six characters that name the form.
constexpr std::string_view form = "070701";
constexpr u64 field_digits = 8;
enum Field : u64 { id, mode, user, group, links, modified, size, device, name_bytes = 11 };
constexpr u64 fields = 13;
static_assert(form.size() + fields * field_digits == CpioHeader::bytes);

constexpr u64 offset_of(u64 field) { return form.size() + field * field_digits; }

}  // namespace

void CpioHeader::write(std::span<char, bytes> to) const {
  u32 values[fields] = {};
  values[Field::id] = id;
  values[Field::mode] = mode;
  values[Field::links] = links;
  values[Field::modified] = modified;
  values[Field::size] = size;
  values[Field::name_bytes] = name_bytes;
  std::memcpy(to.data(), form.data(), form.size());
  for (u64 field = 0; field < fields; ++field)
    for (u64 digit = 0; digit < field_digits; ++digit)
      to[offset_of(field) + digit] = "0123456789abcdef"[values[field] >> (28 - 4 * digit) & 15];
}

std::optional<CpioHeader> CpioHeader::read(std::span<const char, bytes> from) {
  const std::string_view text{from.data(), from.size()};
  if (!text.starts_with(form)) return std::nullopt;
  u32 values[fields] = {};
  for (u64 field = 0; field < fields; ++field) {
    const auto value = parse_number(text.substr(offset_of(field), field_digits), 16);
    if (!value) return std::nullopt;
    values[field] = static_cast<u32>(*value);
  }
  return CpioHeader{.id = values[Field::id],
                    .mode = values[Field::mode],
                    .links = values[Field::links],
                    .modified = values[Field::modified],
                    .size = values[Field::size],
                    .name_bytes = values[Field::name_bytes]};
}

}  // namespace kit
