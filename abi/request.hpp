// SPDX-License-Identifier: MIT
// One idea, used twice: a method of a kernel object and a request to a server are both a struct of
// words with an `op`, a `name` and a `Reply`. The struct is its own wire form.
//
//   struct Map {
//     static constexpr u32 op = ...;
//     static constexpr std::string_view name = "frame.map";
//     CapPtr vspace; u64 address; ...
//     struct Reply { u64 pages; };
//   };
#pragma once

#include <abi/error.hpp>
#include <abi/message.hpp>
#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace abi {

// A struct that may cross a boundary: whole words, no padding (so that no stack byte leaks), no
// constructor that could be skipped. An empty struct travels as no words.
template <class T>
concept Wire = std::is_trivially_copyable_v<T> &&
               (std::is_empty_v<T> ||
                (std::has_unique_object_representations_v<T> && sizeof(T) % sizeof(u64) == 0 &&
                 sizeof(T) <= max_message_words * sizeof(u64)));

template <class T>
concept Request = Wire<T> && Wire<typename T::Reply> && requires {
  { T::op } -> std::convertible_to<u32>;
  { T::name } -> std::convertible_to<std::string_view>;
};

template <Wire T>
inline constexpr u64 words_of = std::is_empty_v<T> ? 0 : sizeof(T) / sizeof(u64);

// A struct whose last words may stay away where they would mean nothing: `words()` says how many
// travel, at least `least_words`. Neither side of libipc accepts another number than that.
template <class T>
concept Shortened = Wire<T> && requires(const T& value) {
  { T::least_words } -> std::convertible_to<u64>;
  { value.words() } -> std::same_as<u64>;
};

// How many words of `value` travel.
template <Wire T>
constexpr u64 words_in(const T& value) {
  if constexpr (Shortened<T>)
    return value.words() < words_of<T> ? value.words() : words_of<T>;
  else
    return words_of<T>;
}

// Whether so many words can be a T.
template <Wire T>
constexpr bool is_length_of(u64 words) {
  if constexpr (Shortened<T>)
    return words >= T::least_words && words <= words_of<T>;
  else
    return words == words_of<T>;
}

template <Wire T>
using WordArray = std::array<u64, words_of<T> == 0 ? 1 : words_of<T>>;

template <Wire T>
constexpr WordArray<T> to_words(const T& value) {
  if constexpr (std::is_empty_v<T>) {
    return {};
  } else {
    return std::bit_cast<WordArray<T>>(value);
  }
}

// `words` has at least words_of<T> elements.
template <Wire T>
constexpr T from_words(std::span<const u64> words) {
  if constexpr (std::is_empty_v<T>) {
    return {};
  } else {
    WordArray<T> copy{};
    for (u64 i = 0; i < words_of<T>; ++i) copy[i] = words[i];
    return std::bit_cast<T>(copy);
  }
}

// The requests that one kind of object or server understands.
template <Request... Rs>
struct RequestList {
  static constexpr u64 size = sizeof...(Rs);

  // Calls `visit.template operator()<R>()` for the request whose op is `op`. False: there is none.
  template <class Visit>
  static constexpr bool find(u32 op, Visit&& visit) {
    return ((op == Rs::op ? (visit.template operator()<Rs>(), true) : false) || ...);
  }

  // Calls it for each, in order.
  template <class Visit>
  static constexpr void for_each(Visit&& visit) {
    (visit.template operator()<Rs>(), ...);
  }

  // The name of an op, for people; empty if unknown.
  static constexpr std::string_view name_of(u32 op) {
    std::string_view name;
    find(op, [&]<Request R>() { name = R::name; });
    return name;
  }

  static constexpr bool ops_are_distinct() {
    constexpr std::array<u32, sizeof...(Rs)> ops{Rs::op...};
    for (u64 i = 0; i < ops.size(); ++i)
      for (u64 j = 0; j < i; ++j)
        if (ops[i] == ops[j]) return false;
    return true;
  }
};

}  // namespace abi
