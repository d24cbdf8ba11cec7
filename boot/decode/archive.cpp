// SPDX-License-Identifier: MIT
#include <base/cpio.hpp>
#include <boot/decode/archive.hpp>

namespace boot {

namespace {

// Writers fill the last block with zeros; blocks are 512 bytes to a few KiB.
constexpr std::size_t max_padding = 64 * base::kib;

Fault fault_of(base::CpioFault fault) {
  switch (fault) {
    case base::CpioFault::none: return Fault::none;
    case base::CpioFault::not_newc: return Fault::archive_not_newc;
    case base::CpioFault::truncated: return Fault::archive_truncated;
    case base::CpioFault::field_damaged: return Fault::archive_field_damaged;
    case base::CpioFault::name_damaged: return Fault::archive_name_damaged;
  }
  return Fault::archive_not_newc;
}

}  // namespace

Result<void> check_end(std::span<const u8> archive) {
  std::size_t end = archive.size();
  const std::size_t stop = end > max_padding ? end - max_padding : 0;
  while (end > stop && archive[end - 1] == 0) --end;
  if (end < base::archive_trailer.size()) return Fault::archive_without_trailer;
  const std::string_view last{
      reinterpret_cast<const char*>(archive.data()) + end - base::archive_trailer.size(),
      base::archive_trailer.size()};
  if (last != base::archive_trailer) return Fault::archive_without_trailer;
  return {};
}

Result<void> find_files(std::span<const u8> archive, std::span<const std::string_view> names,
                        std::span<std::span<const u8>> found, u64& position) {
  base::ArchiveReader reader(archive);
  base::ArchiveEntry entry;
  std::size_t missing = names.size();
  while (missing != 0) {
    const auto more = reader.next(entry);
    position = reader.position();
    if (!more.ok()) return fault_of(more.error());
    if (!*more) break;
    if (!entry.regular_file) continue;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (found[i].data() != nullptr || entry.name != names[i]) continue;
      found[i] = entry.data;
      --missing;
    }
  }
  return {};
}

}  // namespace boot
