// SPDX-License-Identifier: MIT
// Memory of one command line: taken from an arena, and given back when the line has been run.
#pragma once

#include <libipc/memory/arena.hpp>

namespace shell {

using base::i64;
using base::u32;
using base::u64;
using base::u8;
using ipc::Arena;

// One new value; null: there is no memory for it.
template <class T>
[[nodiscard]] T* make(Arena& arena) {
  return arena.allocate<T>(1).data();
}

// What was taken meanwhile goes back at the end of a block.
class Rewound {
 public:
  explicit Rewound(Arena& arena) : arena_(arena), mark_(arena.mark()) {}
  Rewound(const Rewound&) = delete;
  Rewound& operator=(const Rewound&) = delete;
  ~Rewound() { arena_.rewind(mark_); }

 private:
  Arena& arena_;
  Arena::Mark mark_;
};

}  // namespace shell
