// SPDX-License-Identifier: MIT
// The protocol of a console. A capability for its endpoint is a terminal: the badge says which.
// What may have to wait is answered later, or, with the flag `poll`, with would_block.
//
// Any request can answer not_found (no such terminal, or its device is not there) and gone (its
// other end has hung up).
#pragma once

#include <abi/request.hpp>

namespace abi::console {

constexpr u64 words_for(u64 bytes) { return (bytes + sizeof(u64) - 1) / sizeof(u64); }

// Text in one message, behind one word. Up to 56 bytes of it travel in registers.
inline constexpr u64 max_text = (max_message_words - 1) * sizeof(u64);

namespace flag {
inline constexpr u32 poll = 1;
inline constexpr u32 all = 1;
}  // namespace flag

// `bytes` of `text`, first byte lowest. All of them, or an error and none. Whole writes are never
// mixed with others'. The answer comes when there is room, and that is how fast one can write.
// Errors: bad_argument, would_block, no_space (too many wait already).
struct Write {
  static constexpr u32 op = 0x2001;
  static constexpr std::string_view name = "console.write";
  static constexpr u64 least_words = 1;
  u32 bytes;
  u32 flags;
  u64 text[max_text / 8];
  struct Reply {};

  [[nodiscard]] constexpr u64 words() const { return 1 + words_for(bytes); }
};

// What has been typed, at most `max` bytes and not 0: in canonical mode up to the end of a line,
// else whatever is there. No bytes mean the end of the file. Errors: bad_argument, would_block,
// no_space, cancelled (somebody typed the interrupt character).
struct Read {
  static constexpr u32 op = 0x2002;
  static constexpr std::string_view name = "console.read";
  u32 max;
  u32 flags;
  struct Reply {
    static constexpr u64 least_words = 1;
    u64 bytes;
    u64 text[max_text / 8];

    [[nodiscard]] constexpr u64 words() const { return 1 + words_for(bytes); }
  };
};

// How a terminal treats what passes through it.
namespace mode {
inline constexpr u64 canonical = 1;    // lines, which can be edited until they are ended
inline constexpr u64 echo = 2;         // what is typed is shown
inline constexpr u64 signals = 4;      // Ctrl-C is an event and no input; Ctrl-Z is reserved
inline constexpr u64 cr_to_lf = 8;     // of what is typed
inline constexpr u64 lf_to_crlf = 16;  // of what is written
inline constexpr u64 cooked = 31;      // for people
inline constexpr u64 line_editor = lf_to_crlf;  // for programs that edit by themselves
inline constexpr u64 raw = 0;                   // each byte as it is
}  // namespace mode

// What has been typed and not read stays: with `canonical` as if it were typed now, without it as
// it stands. Error: bad_argument.
struct SetMode {
  static constexpr u32 op = 0x2003;
  static constexpr std::string_view name = "console.set_mode";
  u64 mode;
  struct Reply {
    u64 previous;
  };
};

struct Info {
  static constexpr u32 op = 0x2004;
  static constexpr std::string_view name = "console.info";
  struct Reply {
    u64 mode;
    u32 columns;  // 0: nobody has said
    u32 rows;
    u64 readable;  // bytes; in canonical mode of whole lines. 1 at the end of the file
    u64 writable;  // bytes that a Write can have without waiting
    u64 is_hung_up;
    u64 watchers;
  };
};

// What the window's size is from now on, for whoever asks.
struct SetWindow {
  static constexpr u32 op = 0x2005;
  static constexpr std::string_view name = "console.set_window";
  u32 columns;
  u32 rows;
  struct Reply {};
};

// Asks the terminal emulator, which sends a report as if it were typed. With `poll` nobody waits:
// the answer is what was known before, and `resized` is signalled if there is news. Errors:
// would_block (it has not answered within a third of a second), busy (somebody else is asking).
struct AskWindow {
  static constexpr u32 op = 0x2006;
  static constexpr std::string_view name = "console.ask_window";
  u64 flags;
  struct Reply {
    u32 columns;
    u32 rows;
  };
};

namespace event {
inline constexpr u64 readable = 1;   // there is something to read that was not there before
inline constexpr u64 interrupt = 2;  // Ctrl-C
inline constexpr u64 hang_up = 4;    // nobody is at the other end any more
inline constexpr u64 resized = 8;    // the window has another size
inline constexpr u64 writable = 16;  // all that was written is out
inline constexpr u64 all = 31;
}  // namespace event

// From now on any of `events` signals the notification (right signal). It gets `interrupt` alone as
// long as nobody watches for it later: whoever is in the foreground. What holds already is
// signalled at once. It is forgotten when its notification goes. Capabilities: the notification.
// Errors: bad_argument, no_space.
struct Watch {
  static constexpr u32 op = 0x2007;
  static constexpr std::string_view name = "console.watch";
  static constexpr u64 caps = 1;
  u64 events;
  struct Reply {
    u64 number;
  };
};

// Error: not_found.
struct Unwatch {
  static constexpr u32 op = 0x2008;
  static constexpr std::string_view name = "console.unwatch";
  u64 number;
  struct Reply {};
};

// Answered when all that has been written so far is out.
struct Flush {
  static constexpr u32 op = 0x2009;
  static constexpr std::string_view name = "console.flush";
  u64 flags;
  struct Reply {};
};

// Forgets what has been typed and not read.
struct Discard {
  static constexpr u32 op = 0x200a;
  static constexpr std::string_view name = "console.discard";
  struct Reply {};
};

using Protocol =
    RequestList<Write, Read, SetMode, Info, SetWindow, AskWindow, Watch, Unwatch, Flush, Discard>;

}  // namespace abi::console
