// SPDX-License-Identifier: MIT
// Which of the machine's PL011 ports carries the messages: the one that /chosen names as
// `stdout-path`, or the first one found.
#pragma once

#include <boot/decode/board.hpp>
#include <boot/decode/interrupt.hpp>

namespace boot {

class SerialChoice {
 public:
  void consider(const Node& node, Range registers);
  void see_aliases(const Node& node) { aliases_offset_ = node.offset; }
  void see_stdout_path(std::string_view path) { stdout_path_ = path; }

  // With all that was seen. `controller`: the phandle of the GIC.
  [[nodiscard]] SerialBoard choose(const u8* tree, u32 controller) const;

 private:
  struct Candidate {
    Range registers;
    InterruptClaim interrupt;
    std::size_t path_length = 0;  // 0: longer than there is room for, so it matches nothing
    char path[120] = {};
  };

  [[nodiscard]] std::string_view wanted_path(const u8* tree) const;

  abi::BoundedArray<Candidate, 4> candidates_;
  std::string_view stdout_path_;
  int aliases_offset_ = -1;
};

}  // namespace boot
