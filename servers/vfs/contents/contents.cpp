// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <servers/vfs/contents/contents.hpp>
#include <servers/vfs/contents/objects.hpp>

namespace vfs {

namespace {

using Place = Contents::Place;

void release_block(Contents& contents) {
  if (contents.place == Place::block) contents.store->release(contents.bytes, contents.capacity);
}

// A block of at least `bytes` in `store` with the first `kept` bytes of the contents. Nothing
// changes without memory.
Outcome<void> move_to_block(Contents& contents, u64 kept, u64 bytes, Store& store) {
  const auto block = store.allocate(bytes);
  if (!block.ok()) return abi::files::Problem{block.error()};
  auto* to = static_cast<u8*>(*block);
  if (kept != 0) std::memcpy(to, contents.bytes, kept);
  release_block(contents);
  // What was an archived file has perhaps a slice of the archive, which is not its contents now.
  if (contents.object != 0) drop_object(contents.object);
  contents.place = Place::block;
  contents.object = 0;
  contents.size = kept;
  contents.bytes = to;
  contents.capacity = Store::capacity_of(bytes);
  contents.store = &store;
  return {};
}

// The file is a block with room for `size` bytes.
Outcome<void> make_room(Contents& contents, u64 size, Store& store) {
  if (size > Contents::max_block) return abi::files::Problem{abi::Error::too_big};
  if (contents.place == Place::block && size <= contents.capacity) return {};
  return move_to_block(contents, contents.size, size, store);
}

}  // namespace

u64 read_contents(const Contents& contents, u64 offset, std::span<u8> to) {
  if (offset >= contents.size) return 0;
  const u64 count = std::min(contents.size - offset, to.size());
  if (count != 0) std::memcpy(to.data(), contents.bytes + offset, count);
  return count;
}

Outcome<void> write_block(Contents& contents, u64 offset, std::span<const u8> from, Store& store) {
  if (from.empty()) return {};
  if (offset > Contents::max_block) return abi::files::Problem{abi::Error::too_big};
  const u64 end = offset + from.size();
  if (std::max(end, contents.size) > Contents::max_block)
    return abi::files::Problem{abi::Error::too_big};
  // Whoever sends as much as fits into a message will send more.
  const u64 wanted = from.size() == abi::files::max_write ? Contents::max_block : end;
  TRY(make_room(contents, std::max(wanted, contents.size), store));
  if (offset > contents.size)
    std::memset(contents.bytes + contents.size, 0, offset - contents.size);
  std::memcpy(contents.bytes + offset, from.data(), from.size());
  contents.size = std::max(contents.size, end);
  return {};
}

Outcome<void> resize_block(Contents& contents, u64 size, Store& store) {
  if (size == 0) {
    clear_contents(contents);
    return {};
  }
  if (size > Contents::max_block) return abi::files::Problem{abi::Error::too_big};
  if (contents.place == Place::block && size <= contents.capacity) {
    if (size > contents.size) std::memset(contents.bytes + contents.size, 0, size - contents.size);
    contents.size = size;
    return {};
  }
  const u64 kept = std::min(size, contents.size);
  TRY(move_to_block(contents, kept, size, store));
  std::memset(contents.bytes + kept, 0, size - kept);
  contents.size = size;
  return {};
}

void clear_contents(Contents& contents) {
  release_block(contents);
  if (contents.object != 0) drop_object(contents.object);
  contents = {};
}

}  // namespace vfs
