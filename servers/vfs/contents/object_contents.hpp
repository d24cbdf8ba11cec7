// SPDX-License-Identifier: MIT
// Contents that are memory objects of procmgr's: how a file gets one, grows, shrinks, and becomes
// an image that cannot change any more.
#pragma once

#include <servers/vfs/tree/node.hpp>

namespace vfs {

// The file's contents can be mapped and written: they become an object that nobody has sealed,
// which `store` pays for if it is a new one. What is there stays as it is. Errors: over_quota,
// no_memory; not_supported (a large file that begins within a page of the archive).
Outcome<void> make_writable(Node& node, Store& store);

// The file's contents can be mapped for reading: they are a memory object, whichever.
Outcome<void> make_mappable(Node& node, Store& store);

// They are a sealed object. Error: busy (somebody has them open or mapped for writing).
Outcome<void> make_image(Node& node, Store& store);

// [offset, offset + bytes) can be touched; with `grow` the file is at least that long. The contents
// are an object already. At most max_reserve bytes.
Outcome<void> reserve(Node& node, u64 offset, u64 bytes, bool grow);

// The new size. What cannot be done at once is done as far as contents.size then says.
Outcome<void> resize(Node& node, u64 size, Store& store);

}  // namespace vfs
