// SPDX-License-Identifier: MIT
// Images of programs, of any bytes: what procmgr accepts keeps the promises of its header.
#include <algorithm>
#include <servers/procmgr/image/elf.hpp>

namespace {

using namespace procmgr;
namespace layout = abi::process_layout;

void require(bool promise) {
  if (!promise) __builtin_trap();
}

void check(const Image& image, u64 file_size) {
  bool entry_found = false;
  require(image.count != 0 && image.count <= Image::max_segments);
  for (const Segment& segment : image.all()) {
    require(segment.memory_size != 0 && segment.file_size <= segment.memory_size);
    require(segment.file_offset <= file_size || segment.file_size == 0);
    require(segment.file_size <= file_size - std::min(segment.file_offset, file_size));
    require(segment.first_page() >= layout::lowest && segment.first_page() < segment.pages_end());
    require(segment.pages_end() <= layout::image_end && segment.pages_end() <= image.end);
    require(!(segment.write && segment.execute));
    require(segment.file_size == 0 || (segment.address - segment.file_offset) % 4096 == 0);
    for (const Segment& other : image.all())
      require(&other == &segment || other.pages_end() <= segment.first_page() ||
              segment.pages_end() <= other.first_page());
    if (segment.execute && image.entry >= segment.address && image.entry < segment.end())
      entry_found = true;
  }
  require(entry_found && image.entry % 4 == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, std::size_t size) {
  const auto image = read_image({data, std::min<std::size_t>(size, 4096)}, size);
  require(image.ok() || image.error().fault != abi::procmgr::SpawnFault::none);
  if (image.ok()) check(*image, size);
  return 0;
}
