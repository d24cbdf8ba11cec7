// SPDX-License-Identifier: MIT
// The line discipline: what becomes of each byte that is typed. Knows no device, no client and no
// message.
//
//        read()                         type()
//   <----------[ tail .. ready )[ ready .. head )<----------
//               can be read      is edited: empty unless canonical
//
// A mark on a byte says that a line ends there: a line feed, or the end-of-file character, which is
// no input itself. Positions only grow; a byte stands at its position modulo the capacity.
#pragma once

#include <abi/proto/console.hpp>
#include <servers/console/byte_ring.hpp>

namespace console {

namespace mode = abi::console::mode;

// What the one who types has caused.
struct Typed {
  bool is_ready = false;    // something can be read that could not be before
  bool interrupts = false;  // he wants the foreground program to stop
};

class Line {
 public:
  static constexpr u64 capacity = 4096;

  static constexpr u8 interrupt_key = 3;     // Ctrl-C
  static constexpr u8 end_of_file_key = 4;   // Ctrl-D
  static constexpr u8 backspace_key = 8;     // Ctrl-H
  static constexpr u8 kill_line_key = 0x15;  // Ctrl-U
  static constexpr u8 kill_word_key = 0x17;  // Ctrl-W
  static constexpr u8 suspend_key = 0x1a;    // Ctrl-Z
  static constexpr u8 delete_key = 0x7f;

  [[nodiscard]] u64 mode() const { return mode_; }
  // What has not been read is kept; see abi::console::SetMode.
  Typed set_mode(u64 mode, OutputRing& echo);

  // Whether the next byte finds room, whatever it is. If not, it has to wait where it is until
  // something has been read, or the echo has gone out.
  [[nodiscard]] bool can_type(const OutputRing& echo) const;
  // One byte, for which there is room.
  Typed type(u8 byte, OutputRing& echo);
  // Whether bytes are input as they are and nothing else, so that many can come at once.
  [[nodiscard]] bool is_raw() const { return (mode_ & ~mode::lf_to_crlf) == 0; }
  // As `type` for each, as far as there is room for them; how many those were.
  u64 type_raw(std::span<const u8> bytes);

  [[nodiscard]] bool is_readable() const { return tail_ != ready_; }
  [[nodiscard]] u64 readable() const { return ready_ - tail_; }

  // Takes out at most as much as fits, in canonical mode at most a line. 0 although it is readable:
  // the end of the file, once.
  u64 read(std::span<u8> into);

  void discard() { tail_ = ready_ = head_; }

 private:
  [[nodiscard]] bool has(u64 bits) const { return (mode_ & bits) == bits; }
  [[nodiscard]] u8 at(u64 position) const { return bytes_[position % capacity]; }
  [[nodiscard]] bool is_marked(u64 position) const;
  void put(u8 byte, bool marked);

  Typed type_canonical(u8 byte, OutputRing& echo);
  Typed interrupt(OutputRing& echo);
  void end_line(u8 byte, OutputRing& echo);
  void insert(u8 byte, OutputRing& echo);
  void erase_character(OutputRing& echo);
  void erase_word(OutputRing& echo);
  [[nodiscard]] u64 start_of_last_character() const;
  [[nodiscard]] u64 columns_from(u64 start) const;

  u64 mode_ = mode::cooked;
  u64 tail_ = 0;
  u64 ready_ = 0;
  u64 head_ = 0;
  u8 bytes_[capacity];  // what was never put is never read
  u64 marks_[capacity / 64] = {};
};

}  // namespace console
