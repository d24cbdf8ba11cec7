// SPDX-License-Identifier: MIT
// Archives of any bytes.
#include <boot/decode/archive.hpp>

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  const std::span<const base::u8> archive{data, size};
  const std::string_view names[] = {"kernel.elf", "root.elf"};
  std::span<const base::u8> files[2];
  base::u64 position = 0;
  (void)boot::find_files(archive, names, files, position);
  for (const auto& file : files)
    if (file.data() != nullptr && (file.data() < data || file.data() + file.size() > data + size))
      __builtin_trap();
  (void)boot::check_end(archive);
  return 0;
}
