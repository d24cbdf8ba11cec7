// SPDX-License-Identifier: MIT
// Random bytes: the ChaCha20 stream (RFC 8439, 2.3) under a key that procmgr made for this process.
// After each request the key is replaced by a part of the stream, so what was read before cannot be
// found out from what this server knows later.
#pragma once

#include <base/units.hpp>
#include <span>

namespace vfs {

// The 16 words of one block.
void chacha20_block(std::span<const base::u32, 16> state, std::span<base::u32, 16> block);

void seed_random(std::span<const base::u64, 2> seed);
void fill_random(std::span<base::u8> to);

}  // namespace vfs
