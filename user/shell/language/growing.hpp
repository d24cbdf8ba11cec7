// SPDX-License-Identifier: MIT
// An array that grows in an arena. Without memory it stops growing and says so at the end, so that
// whoever fills it need not ask after each item.
#pragma once

#include <algorithm>
#include <string_view>
#include <user/shell/language/memory.hpp>

namespace shell {

template <class T>
class Growing {
 public:
  explicit Growing(Arena& arena) : arena_(&arena) {}

  void push(const T& item) {
    if (count_ == room_.size() && !grow(count_ + 1)) return;
    room_[count_++] = item;
  }
  void push(std::span<const T> items) {
    if (items.size() > room_.size() - count_ && !grow(count_ + items.size())) return;
    std::copy(items.begin(), items.end(), room_.begin() + static_cast<std::ptrdiff_t>(count_));
    count_ += items.size();
  }

  [[nodiscard]] bool ok() const { return !has_failed_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] u64 size() const { return count_; }
  [[nodiscard]] std::span<T> items() const { return room_.first(count_); }

  // Forgets what stands behind; the memory stays.
  void shrink(u64 count) { count_ = std::min(count, count_); }
  // What there is belongs to somebody else now, and the next items stand elsewhere.
  std::span<T> take() {
    const auto taken = items();
    room_ = room_.subspan(count_);
    count_ = 0;
    return taken;
  }

 private:
  // Twice as much each time, so that all copying together costs as much as the items.
  bool grow(u64 least) {
    const u64 wanted = std::max<u64>({least, 2 * count_, 64 / sizeof(T) + 1});
    const std::span<T> larger = arena_->allocate<T>(wanted);
    if (larger.empty()) {
      has_failed_ = true;
      return false;
    }
    std::copy(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(count_), larger.begin());
    room_ = larger;
    return true;
  }

  Arena* arena_;
  std::span<T> room_;
  u64 count_ = 0;
  bool has_failed_ = false;
};

// Text that grows.
class TextBuilder : public Growing<char> {
 public:
  using Growing::Growing;

  TextBuilder& operator<<(std::string_view text) {
    push(std::span{text.data(), text.size()});
    return *this;
  }
  TextBuilder& operator<<(char c) {
    push(c);
    return *this;
  }

  [[nodiscard]] std::string_view view() const { return {items().data(), size()}; }
  std::string_view take_view() {
    const auto text = take();
    return {text.data(), text.size()};
  }
};

}  // namespace shell
