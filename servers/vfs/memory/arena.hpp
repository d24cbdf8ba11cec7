// SPDX-License-Identifier: MIT
// Pages for one payer's store, in chunks of a few that procmgr charges to the payer's own account:
// what a client makes this server remember stands in the client's memory. A chunk whose pages are
// all free goes back.
//
//   chunk i lies at chunk_start + i * chunk_bytes, so a page's address names its chunk
//
// All pages are there from the beginning: this server never faults for want of memory.
#pragma once

#include <servers/vfs/memory/parked.hpp>
#include <servers/vfs/memory/store.hpp>

namespace vfs {

class Arena;

struct Chunk {
  base::Link<Chunk> link;  // of its arena's, while it has free pages
  Arena* arena = nullptr;
  u64 free = 0;  // a bit for each page
};

inline constexpr u64 pages_in_chunk = 4;
inline constexpr u64 chunk_bytes = pages_in_chunk * base::page_size;

class Arena {
 public:
  constexpr Arena() = default;
  // `account`: a parked capability for it; 0: this server's own pays.
  constexpr explicit Arena(ParkedNumber account) : account_(account) {}

  // `idle` is called with the same context as the other two.
  PageSource source(void (*idle)(void*), void* context);

  abi::Result<void*> allocate();
  static void release(void* page);
  // Gives back what was kept for the next page.
  void end();

  [[nodiscard]] ParkedNumber account() const { return account_; }

 private:
  abi::Result<Chunk*> make_chunk();
  void end_chunk(Chunk& chunk);

  ParkedNumber account_ = 0;
  base::List<Chunk, &Chunk::link> with_room_;
  Chunk* spare_ = nullptr;  // all free; the first that would have gone back
};

// Memory objects that somebody else pays for: `account` as above. Capabilities of the answer: it.
abi::Result<Owned<Endpoint>> create_memory(ParkedNumber account, u64 bytes, u64 flags);

// Chunks in use, for InfoServer.
u64 chunks_in_use();

}  // namespace vfs
