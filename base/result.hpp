// SPDX-License-Identifier: MIT
// A value or an error, small enough to be returned in registers.
//
// The error type is an enumeration whose zero means "no error". `TRY(expression)` yields the value
// or returns the error to the caller; it is the only way in which errors travel upward.
#pragma once

#include <type_traits>
#include <utility>

namespace base {

// A type that is just an error code, to be converted into any Result.
template <class E>
struct Failure {
  E error;
};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  constexpr Result(T value) : value_(std::move(value)) {}
  constexpr Result(E error) : error_(error) {}
  constexpr Result(Failure<E> failure) : error_(failure.error) {}

  [[nodiscard]] constexpr bool ok() const { return error_ == E{}; }
  [[nodiscard]] constexpr explicit operator bool() const { return ok(); }
  [[nodiscard]] constexpr E error() const { return error_; }

  // Only where ok(); there is nothing to read otherwise.
  [[nodiscard]] constexpr T& value() & { return value_; }
  [[nodiscard]] constexpr const T& value() const& { return value_; }
  [[nodiscard]] constexpr T&& value() && { return std::move(value_); }
  [[nodiscard]] constexpr T& operator*() & { return value_; }
  [[nodiscard]] constexpr const T& operator*() const& { return value_; }
  [[nodiscard]] constexpr T* operator->() { return &value_; }
  [[nodiscard]] constexpr const T* operator->() const { return &value_; }

 private:
  T value_{};
  E error_{};
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  constexpr Result() = default;
  constexpr Result(E error) : error_(error) {}
  constexpr Result(Failure<E> failure) : error_(failure.error) {}

  [[nodiscard]] constexpr bool ok() const { return error_ == E{}; }
  [[nodiscard]] constexpr explicit operator bool() const { return ok(); }
  [[nodiscard]] constexpr E error() const { return error_; }
  constexpr void value() const {}

 private:
  E error_{};
};

}  // namespace base

#define TRY(expression)                                     \
  ({                                                        \
    auto&& try_result = (expression);                       \
    if (!try_result.ok()) [[unlikely]] {                    \
      return ::base::Failure{try_result.error()};           \
    }                                                       \
    std::forward<decltype(try_result)>(try_result).value(); \
  })
