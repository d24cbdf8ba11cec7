// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/bits.hpp>
#include <libipc/memory/arena.hpp>
#include <libipc/memory/pages.hpp>

namespace ipc {

namespace {

constexpr u64 least_chunk = 64 * base::kib;

u64 whole_pages(u64 bytes) {
  return base::align_down(bytes + base::page_size - 1, base::page_size);
}

}  // namespace

void* Arena::take(u64 bytes, u64 alignment) {
  u64 start = base::align_down(used_ + alignment - 1, alignment);
  if (newest_ == nullptr || start > newest_->bytes || bytes > newest_->bytes - start) {
    if (!grow(bytes + alignment)) return nullptr;
    start = base::align_down(used_ + alignment - 1, alignment);
  }
  used_ = start + bytes;
  return reinterpret_cast<std::byte*>(newest_) + start;
}

// Each chunk is twice as long as the one before, so that many small pieces make few chunks.
bool Arena::grow(u64 bytes) {
  const u64 needed = whole_pages(bytes + sizeof(Chunk));
  Chunk* chunk = nullptr;
  if (spare_ != nullptr && spare_->bytes >= needed) {
    chunk = std::exchange(spare_, nullptr);
  } else {
    const u64 wanted = newest_ == nullptr ? least_chunk : std::min(2 * newest_->bytes, max_piece);
    auto pages = take_pages(std::max(needed, wanted));
    // Perhaps there is enough for this one.
    if (pages.empty() && wanted > needed) pages = take_pages(needed);
    if (pages.empty()) return false;
    chunk = reinterpret_cast<Chunk*>(pages.data());
    chunk->bytes = pages.size();
  }
  chunk->older = newest_;
  chunk->used_below = used_;
  newest_ = chunk;
  used_ = sizeof(Chunk);
  return true;
}

void Arena::give_back(Chunk* chunk) {
  give_pages({reinterpret_cast<std::byte*>(chunk), chunk->bytes});
}

void Arena::rewind(Mark to) {
  while (newest_ != to.chunk) {
    Chunk* const chunk = newest_;
    newest_ = chunk->older;
    used_ = chunk->used_below;
    Chunk* const smaller = spare_ != nullptr && spare_->bytes < chunk->bytes ? spare_ : chunk;
    Chunk* const larger = smaller == chunk ? spare_ : chunk;
    spare_ = larger == nullptr ? chunk : larger;
    if (larger != nullptr) give_back(smaller);
  }
  used_ = to.used;
  if (to.chunk == nullptr && spare_ != nullptr) give_back(std::exchange(spare_, nullptr));
}

std::span<char> Arena::extend(std::span<char> text, u64 bytes) {
  auto* const start = reinterpret_cast<std::byte*>(text.data());
  auto* const base = reinterpret_cast<std::byte*>(newest_);
  if (newest_ != nullptr && start + text.size() == base + used_ && start > base &&
      bytes <= newest_->bytes - static_cast<u64>(start - base)) {
    used_ = static_cast<u64>(start - base) + bytes;
    return {text.data(), bytes};
  }
  if (bytes > max_piece) return {};
  char* const copy = static_cast<char*>(take(bytes, 1));
  if (copy == nullptr) return {};
  std::ranges::copy(text.first(std::min<u64>(text.size(), bytes)), copy);
  return {copy, bytes};
}

}  // namespace ipc
