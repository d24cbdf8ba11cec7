// SPDX-License-Identifier: MIT
#include <libipc/process/memory.hpp>
#include <new>
#include <servers/vfs/memory/arena.hpp>
#include <servers/vfs/server.hpp>

namespace vfs {

namespace {

using abi::Error;
namespace proto = abi::procmgr;

// Where nothing else of this program is: between its image and what procmgr maps by itself.
constexpr u64 table_start = 0x1f'0000'0000;
constexpr u64 chunk_start = 0x20'0000'0000;
constexpr u64 max_chunks = u64{1} << 20;
constexpr u64 chunks_in_page = base::page_size / sizeof(Chunk);

// The records of chunks, in pages of this server's own.
struct ChunkTable {
  u64 count = 0;  // records that were used once
  base::List<Chunk, &Chunk::link> unused;
  u64 in_use = 0;
};
constinit ChunkTable table;

Chunk& chunk_at(u64 index) {
  const u64 page = table_start + index / chunks_in_page * base::page_size;
  return reinterpret_cast<Chunk*>(page)[index % chunks_in_page];
}
u64 index_of(const Chunk& chunk) {
  const u64 address = reinterpret_cast<u64>(&chunk);
  const u64 page = (address - table_start) / base::page_size;
  return page * chunks_in_page + address % base::page_size / sizeof(Chunk);
}
u64 address_of(const Chunk& chunk) { return chunk_start + index_of(chunk) * chunk_bytes; }

Chunk& chunk_of(const void* page) {
  return chunk_at((reinterpret_cast<u64>(page) - chunk_start) / chunk_bytes);
}

abi::Result<Chunk*> take_record() {
  if (Chunk* chunk = table.unused.pop_front()) return chunk;
  if (table.count == max_chunks) return Error::no_space;
  Chunk& chunk = chunk_at(table.count);
  if (table.count % chunks_in_page == 0)
    TRY(ipc::map_new(base::page_size, {.address = reinterpret_cast<u64>(&chunk),
                                       .flags = proto::map_flag::populate}));
  ++table.count;
  return new (&chunk) Chunk{};
}

abi::Status map_pages(ParkedNumber account, u64 address) {
  const auto object = TRY(create_memory(account, chunk_bytes, proto::memory_flag::commit));
  TRY(ipc::map(object, chunk_bytes, {.address = address, .flags = proto::map_flag::populate}));
  return {};
}

}  // namespace

abi::Result<Owned<Endpoint>> create_memory(ParkedNumber account, u64 bytes, u64 flags) {
  if (account == 0)
    return ipc::obtain<Endpoint>(ipc::self, proto::CreateMemory{.bytes = bytes, .flags = flags});
  const Cap<Endpoint> payer = TRY(server.parked.use(account));
  return ipc::obtain<Endpoint>(ipc::self, proto::CreateMemoryFor{.bytes = bytes, .flags = flags},
                               {payer.at()});
}

u64 chunks_in_use() { return table.in_use; }

PageSource Arena::source(void (*idle)(void*), void* context) {
  return {context, [](void* at) { return static_cast<Arena*>(at)->allocate(); },
          [](void*, void* page) { release(page); }, idle};
}

abi::Result<Chunk*> Arena::make_chunk() {
  Chunk* chunk = TRY(take_record());
  const abi::Status mapped = map_pages(account_, address_of(*chunk));
  if (!mapped.ok()) {
    table.unused.push_front(chunk);
    return mapped.error();
  }
  *chunk = {.arena = this, .free = (u64{1} << pages_in_chunk) - 1};
  ++table.in_use;
  with_room_.push_front(chunk);
  return chunk;
}

void Arena::end_chunk(Chunk& chunk) {
  with_room_.remove(&chunk);
  static_cast<void>(ipc::unmap({reinterpret_cast<std::byte*>(address_of(chunk)), chunk_bytes}));
  --table.in_use;
  table.unused.push_front(&chunk);
}

abi::Result<void*> Arena::allocate() {
  Chunk* chunk = with_room_.front();
  if (chunk == nullptr) chunk = TRY(make_chunk());
  if (chunk == spare_) spare_ = nullptr;
  const auto page = static_cast<u64>(std::countr_zero(chunk->free));
  chunk->free &= chunk->free - 1;
  if (chunk->free == 0) with_room_.remove(chunk);
  return reinterpret_cast<void*>(address_of(*chunk) + page * base::page_size);
}

// One chunk stays for the next page, so that a file that comes and goes costs no memory traffic.
void Arena::release(void* page) {
  Chunk& chunk = chunk_of(page);
  Arena& arena = *chunk.arena;
  if (chunk.free == 0) arena.with_room_.push_back(&chunk);
  chunk.free |= u64{1} << (reinterpret_cast<u64>(page) - address_of(chunk)) / base::page_size;
  if (chunk.free != (u64{1} << pages_in_chunk) - 1) return;
  if (arena.spare_ == nullptr) {
    arena.spare_ = &chunk;
  } else {
    arena.end_chunk(chunk);
  }
}

void Arena::end() {
  if (spare_ != nullptr) end_chunk(*spare_);
  spare_ = nullptr;
}

}  // namespace vfs
