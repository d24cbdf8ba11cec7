// SPDX-License-Identifier: MIT
// Records of one type, in pages of procmgr's own. Free ones form a list through themselves. Pages
// stay with their type; `live()` says how many records are in use.
#pragma once

#include <new>
#include <servers/procmgr/memory/pages.hpp>

namespace procmgr {

class SlabList {
 public:
  constexpr SlabList() = default;
  // Uninitialised memory of `size` bytes, or null. The same size each time.
  void* allocate(u64 size);
  void release(void* record);
  [[nodiscard]] u64 live() const { return live_; }

 private:
  struct Free {
    Free* next;
  };
  bool grow(u64 size);

  Free* first_ = nullptr;
  u64 live_ = 0;
};

template <class T>
class Slab {
 public:
  static_assert(sizeof(T) <= base::page_size && sizeof(T) >= sizeof(void*));
  constexpr Slab() = default;

  // A new T, or null.
  template <class... Arguments>
  T* make(Arguments&&... arguments) {
    void* memory = list_.allocate(sizeof(T));
    return memory == nullptr ? nullptr : new (memory) T{std::forward<Arguments>(arguments)...};
  }
  void release(T* record) {
    record->~T();
    list_.release(record);
  }
  [[nodiscard]] u64 live() const { return list_.live(); }

 private:
  SlabList list_;
};

}  // namespace procmgr
