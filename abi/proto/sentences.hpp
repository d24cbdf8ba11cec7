// SPDX-License-Identifier: MIT
// What procmgr's answers mean, in words for people.
#pragma once

#include <abi/proto/procmgr.hpp>

namespace abi::procmgr {

// What a spawn was doing: "the process was not started while ...".
constexpr std::string_view sentence(SpawnStep step) {
  switch (step) {
    case SpawnStep::request: return "reading the request";
    case SpawnStep::image: return "checking the image";
    case SpawnStep::arguments: return "checking the arguments";
    case SpawnStep::charge: return "charging the account";
    case SpawnStep::shell: return "taking an empty address space";
    case SpawnStep::segments: return "mapping the image";
    case SpawnStep::stack: return "making the stack";
    case SpawnStep::bundle: return "handing over capabilities";
    case SpawnStep::dispatch: return "starting its first thread";
  }
  return "doing something unknown";
}

constexpr std::string_view sentence(SpawnFault fault) {
  switch (fault) {
    case SpawnFault::none: return "image and arguments are not to blame";
    case SpawnFault::not_sealed: return "the image is not sealed, so it could still change";
    case SpawnFault::no_execute_right: return "the image may not be executed with this handle";
    case SpawnFault::empty_file: return "the file is empty";
    case SpawnFault::not_elf: return "the file is no ELF file";
    case SpawnFault::foreign_machine: return "the program is for another kind of machine";
    case SpawnFault::wrong_type: return "the ELF file is no program but something else";
    case SpawnFault::truncated: return "a header or a segment lies outside the file";
    case SpawnFault::bad_header: return "the headers have sizes or counts that no linker writes";
    case SpawnFault::dynamic: return "the program needs a dynamic linker";
    case SpawnFault::no_segments: return "there is nothing to load in the file";
    case SpawnFault::too_many_segments: return "the file has too many segments";
    case SpawnFault::segment_sizes: return "a segment is longer in the file than in memory";
    case SpawnFault::segment_wraps: return "a segment goes beyond the end of all addresses";
    case SpawnFault::segment_outside: return "a segment lies where no program may lie";
    case SpawnFault::segments_overlap: return "two segments lie on the same page";
    case SpawnFault::writable_code: return "a segment is both writable and executable";
    case SpawnFault::misaligned_segment: return "a segment's address does not fit its offset";
    case SpawnFault::bad_entry: return "the entry point is not in executable memory";
    case SpawnFault::too_many_arguments: return "there are too many arguments";
    case SpawnFault::arguments_too_long: return "the arguments are too long together";
    case SpawnFault::argument_offset: return "an argument points outside the strings";
    case SpawnFault::unterminated_string: return "an argument is not a string that ends in zero";
    case SpawnFault::block_too_small: return "the argument block is shorter than its contents";
    case SpawnFault::injected: return "a test wanted it to fail";
  }
  return "something unknown is wrong";
}

constexpr std::string_view sentence(EndKind kind) {
  switch (kind) {
    case EndKind::running: return "it runs";
    case EndKind::exited: return "it ended by itself";
    case EndKind::killed: return "it was killed";
    case EndKind::faulted: return "it crashed";
    case EndKind::over_quota: return "its account had no memory left";
    case EndKind::parent_died: return "it was ended together with its parent";
  }
  return "it ended in an unknown way";
}

}  // namespace abi::procmgr
