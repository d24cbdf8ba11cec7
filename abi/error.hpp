// SPDX-License-Identifier: MIT
// Every error that the kernel or a server answers. An error is an answer to the caller, never a
// state of the system: whoever gets one can go on as if the call had not been made.
#pragma once

#include <base/result.hpp>
#include <base/units.hpp>
#include <string_view>

namespace abi {

enum class Error : base::u32 {
  none = 0,
  invalid_capability = 1,
  wrong_object = 2,
  denied = 3,
  unknown_method = 4,
  bad_argument = 5,
  out_of_range = 6,
  occupied = 7,
  not_found = 8,
  busy = 9,
  no_memory = 10,
  no_space = 11,
  needs_table = 12,
  too_big = 13,
  would_block = 14,
  gone = 15,
  cancelled = 16,
  not_supported = 17,
  over_quota = 18,
  absent = 19,
};

inline constexpr base::u32 error_count = 20;

// One sentence for people. Which argument or address is meant stands in the reply's first word
// where the method says so.
constexpr std::string_view sentence(Error error) {
  switch (error) {
    case Error::none: return "no error";
    case Error::invalid_capability: return "the address names no capability";
    case Error::wrong_object: return "the capability is for another kind of object";
    case Error::denied: return "the capability lacks the right for this";
    case Error::unknown_method: return "the object has no such method";
    case Error::bad_argument: return "an argument is malformed or misaligned";
    case Error::out_of_range: return "an argument lies outside the object or the address space";
    case Error::occupied: return "the destination slot or mapping is not empty";
    case Error::not_found: return "there is nothing of that kind there";
    case Error::busy: return "the object is in use in a way that excludes this";
    case Error::no_memory: return "the memory given for this is used up";
    case Error::no_space: return "a fixed table (address-space numbers, slots) is full";
    case Error::needs_table: return "a page table is missing for this address";
    case Error::too_big: return "the message or the request is longer than allowed";
    case Error::would_block: return "this would have to wait";
    case Error::gone: return "the partner or the object has been destroyed";
    case Error::cancelled: return "the operation was cancelled before it ended";
    case Error::not_supported: return "this combination is not provided";
    case Error::over_quota: return "the account that pays for this is exhausted";
    case Error::absent: return "a page that is needed for this is not there";
  }
  return "an unknown error";
}

template <class T>
using Result = base::Result<T, Error>;
using Status = base::Result<void, Error>;

}  // namespace abi
