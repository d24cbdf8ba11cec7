// SPDX-License-Identifier: MIT
// Why a request to vfs failed: an Error, and what it was about.
#pragma once

#include <abi/error.hpp>
#include <string_view>

namespace abi::files {

// What a request was refused for, beside the Error that its label is.
enum class Fault : base::u32 {
  none = 0,
  not_a_directory = 1,      // wrong_object
  is_a_directory = 2,       // wrong_object
  not_a_link = 3,           // wrong_object
  not_a_file = 4,           // wrong_object
  not_empty = 5,            // busy
  in_use = 6,               // busy: the root, a running image
  into_itself = 7,          // bad_argument
  name_too_long = 8,        // too_big
  path_too_long = 9,        // too_big
  too_many_links = 10,      // too_big: symbolic links that were followed
  too_deep = 11,            // too_big: directories below each other
  no_such_name = 12,        // not_found
  no_such_number = 13,      // not_found: it is not open
  name_exists = 14,         // occupied
  mode_forbids = 15,        // denied
  session_forbids = 16,     // denied
  not_opened_so = 17,       // denied: reading or writing, for which it was not opened
  too_many_same_hash = 18,  // no_space
  not_a_pipe = 19,          // wrong_object
};

// How a request failed.
struct Problem {
  Error error = Error::none;
  Fault fault = Fault::none;

  constexpr Problem() = default;
  constexpr Problem(Error why, Fault what = Fault::none) : error(why), fault(what) {}
  friend constexpr bool operator==(const Problem&, const Problem&) = default;
};

template <class T>
using Outcome = base::Result<T, Problem>;

// Why something was refused, for people.
constexpr std::string_view sentence(const Problem& problem) {
  switch (problem.fault) {
    case Fault::none:
      // Of files, more is said by it than that a table is full.
      return problem.error == Error::no_space ? "there is no room left"
                                              : abi::sentence(problem.error);
    case Fault::not_a_directory: return "it is no directory";
    case Fault::is_a_directory: return "it is a directory";
    case Fault::not_a_link: return "it is no symbolic link";
    case Fault::not_a_file: return "it is no file";
    case Fault::not_empty: return "the directory is not empty";
    case Fault::in_use: return "it is in use";
    case Fault::into_itself: return "a directory cannot go below itself";
    case Fault::name_too_long: return "a name is longer than 255 bytes";
    case Fault::path_too_long: return "the path is longer than 1,024 bytes";
    case Fault::too_many_links: return "more than 40 symbolic links lie on the way";
    case Fault::too_deep: return "the directories are nested too deep for this";
    case Fault::no_such_name: return "there is nothing of this name";
    case Fault::no_such_number: return "no open file has this number";
    case Fault::name_exists: return "the name exists already";
    case Fault::mode_forbids: return "its mode forbids it";
    case Fault::session_forbids: return "the session may not do this";
    case Fault::not_opened_so: return "it was not opened for this";
    case Fault::not_a_pipe: return "it is no pipe";
    case Fault::too_many_same_hash: return "too many names there are too much alike";
  }
  return "something unknown is wrong";
}

}  // namespace abi::files
