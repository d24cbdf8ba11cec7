// SPDX-License-Identifier: MIT
// Memory for programs that cannot say beforehand how much they need: taken from the front, given
// back all at once, or down to a mark.
//
//   ipc::Arena arena;
//   const auto words = arena.allocate<std::string_view>(count);   // empty: there is no memory
//   const auto before = arena.mark();  ...  arena.rewind(before);
//
// It grows by chunks from procmgr, which are paid for when they are taken: without memory the
// request fails, and nobody ends because a page could not be had. Chunks that a rewind leaves empty
// go back, except one.
//
//   newest --> [ Chunk | used ....... | free ..... ] --> [ Chunk | used ... ] --> nothing
#pragma once

#include <abi/types.hpp>
#include <algorithm>
#include <base/units.hpp>
#include <cstddef>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ipc {

using abi::u64;

class Arena {
 public:
  // What one piece can have at most: procmgr makes so many pages in one request.
  static constexpr u64 max_piece = 16 * base::mib - base::page_size;

  constexpr Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { rewind({}); }

  // `count` of them, each made anew. Empty if there is no memory (or `count` is 0). Nobody destroys
  // what stands here, so it may hold nothing that has to be given back.
  template <class T>
    requires std::is_trivially_destructible_v<T>
  std::span<T> allocate(u64 count) {
    if (count > max_piece / sizeof(T)) return {};
    T* const first = static_cast<T*>(take(count * sizeof(T), alignof(T)));
    if (first == nullptr) return {};
    for (u64 i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }

  // A copy of the text. `data()` is null if there is no memory.
  std::string_view copy(std::string_view text) {
    char* const to = static_cast<char*>(take(text.size() + 1, 1));
    if (to == nullptr) return {};
    std::ranges::copy(text, to);
    to[text.size()] = '\0';
    return {to, text.size()};
  }

  // `text`, if it was the last piece, or a copy of it becomes `bytes` long; empty: no memory.
  std::span<char> extend(std::span<char> text, u64 bytes);

  // Everything that was taken since goes.
  struct Mark {
    void* chunk = nullptr;
    u64 used = 0;
  };
  [[nodiscard]] Mark mark() const { return {newest_, used_}; }
  void rewind(Mark to);

 private:
  struct Chunk {
    Chunk* older;
    u64 bytes;       // with this header
    u64 used_below;  // of the older one, when this was made
  };

  // Null: no memory. Pieces of no bytes have an address too.
  void* take(u64 bytes, u64 alignment);
  bool grow(u64 bytes);
  void give_back(Chunk* chunk);

  Chunk* newest_ = nullptr;
  u64 used_ = 0;            // of the newest, with its header
  Chunk* spare_ = nullptr;  // so that a mark at a border does not make and unmake a chunk each time
};

}  // namespace ipc
