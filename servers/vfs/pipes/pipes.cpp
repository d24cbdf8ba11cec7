// SPDX-License-Identifier: MIT
#include <abi/object.hpp>
#include <atomic>
#include <libipc/process/memory.hpp>
#include <libipc/process/self.hpp>
#include <new>
#include <servers/vfs/contents/objects.hpp>
#include <servers/vfs/pipes/pipes.hpp>
#include <servers/vfs/pipes/watchers.hpp>
#include <servers/vfs/serve/call.hpp>

namespace vfs {

namespace {

namespace flag = files::open_flag;
namespace right = abi::procmgr::memory_right;
using files::PipeHeader;

// Bells of pipes that are no more. More than these are not kept.
constexpr u64 max_kept_bells = 256;
constinit ParkedNumber kept_bells[max_kept_bells];
constinit u64 kept_count = 0;

// The two bells of a pipe stand where a file has its capacity.
struct Bells {
  ParkedNumber of[2];
};
Bells bells_of(const Contents& contents) {
  return {{static_cast<u32>(contents.capacity), static_cast<u32>(contents.capacity >> 32)}};
}
void set_bells(Contents& contents, const Bells& bells) {
  contents.capacity = u64{bells.of[1]} << 32 | bells.of[0];
}

abi::Result<ParkedNumber> take_bell() {
  if (kept_count != 0) return kept_bells[--kept_count];
  auto bell = TRY(ipc::obtain<Endpoint>(
      ipc::self,
      abi::procmgr::MakeObject{.type = static_cast<u64>(abi::ObjectType::notification)}));
  return server.parked.park(bell);
}

Cap<ipc::Notification> as_notification(Cap<Endpoint> capability) {
  return Cap<ipc::Notification>{capability.at()};
}

// Nobody outside has it any more, and it does not ring.
void give_bell(ParkedNumber bell) {
  server.parked.take_back(bell);
  const auto used = server.parked.use(bell);
  if (used.ok()) static_cast<void>(ipc::poll(as_notification(*used)));
  if (kept_count == max_kept_bells || !used.ok()) {
    server.parked.drop(bell);
  } else {
    kept_bells[kept_count++] = bell;
  }
}

void ring(ParkedNumber bell) {
  const auto used = server.parked.use(bell);
  if (used.ok()) static_cast<void>(ipc::signal(as_notification(*used)));
}

// The header, shown here for a moment. Its page is there as long as the pipe.
template <class Change>
void change_header(const Contents& contents, Change&& change) {
  const auto object = server.parked.use(contents.object);
  if (!object.ok()) return;
  const auto region =
      ipc::map(*object, base::page_size, {.flags = abi::procmgr::map_flag::populate});
  if (!region.ok()) return;
  change(*reinterpret_cast<PipeHeader*>(region->data()));
  static_cast<void>(ipc::unmap(*region));
}

Outcome<void> make_ring(Contents& contents, Store& store) {
  auto object =
      create_memory(account_of(store), files::pipe_object_bytes, abi::procmgr::memory_flag::commit);
  if (!object.ok()) return Problem{object.error()};
  const auto number = server.parked.park(*object);
  if (!number.ok()) return Problem{number.error()};
  contents.object = *number;
  ++server.objects;
  Bells bells{};
  for (ParkedNumber& bell : bells.of) {
    const auto taken = take_bell();
    set_bells(contents, bells);
    if (!taken.ok()) return Problem{taken.error()};
    bell = *taken;
  }
  set_bells(contents, bells);
  return {};
}

// An opening of one end, with a number.
Outcome<u64> open_end(Session& session, Node& node, u64 access) {
  const u64 number = TRY(session.files.make_room(*session.store));
  const auto block = session.store->allocate(sizeof(OpenFile));
  if (!block.ok()) return Problem{block.error()};
  auto* file = new (*block) OpenFile{.node = &node, .flags = access, .references = 1};
  server.tree.retain(node);
  if (file->has(flag::write)) ++node.writers;
  ++server.open_files;
  session.files.put(number, *file);
  return number;
}

Outcome<files::MakePipe::Reply> open_ends(Session& session, Node& node) {
  const u64 reading = TRY(open_end(session, node, flag::read));
  const auto writing = open_end(session, node, flag::write);
  if (!writing.ok()) {
    close_number(session, reading);
    return writing.error();
  }
  return files::MakePipe::Reply{reading, *writing};
}

// Whoever waits for this end looks at it again.
void wake(const Contents& contents, u64 end) {
  ring(bells_of(contents).of[end]);
  tell_watchers(contents, end);
}

}  // namespace

u64 end_of(const OpenFile& file) {
  return file.has(flag::write) ? files::pipe_write_end : files::pipe_read_end;
}

void end_pipe(Contents& contents) {
  for (const ParkedNumber bell : bells_of(contents).of)
    if (bell != 0) give_bell(bell);
  if (contents.object != 0) drop_object(contents.object);
  contents = {};
}

void end_has_closed(Node& node, const OpenFile& file) {
  // The reference of this opening is still there; with another one the other end is open.
  if (node.references < 2) return;
  const u64 end = end_of(file);
  change_header(node.contents, [end](PipeHeader& header) {
    std::atomic_ref{header.closed}.fetch_or(u32{1} << end);
  });
  wake(node.contents, 1 - end);
}

// It may have died with what it had to tell: that the lock is free, that there is something to
// read, that there is room.
void leave_end(const Session& session, u64 number, const OpenFile& file) {
  Contents& contents = file.node->contents;
  drop_watcher(contents, session, number);
  if (file.references < 2) return;
  change_header(contents, [&](PipeHeader& header) {
    auto expected = static_cast<u32>(session.holder());
    std::atomic_ref{header.locks[end_of(file)]}.compare_exchange_strong(expected, 0);
  });
  wake(contents, files::pipe_read_end);
  wake(contents, files::pipe_write_end);
}

u64 bytes_on_the_way(const Contents& contents) {
  u32 count = 0;
  change_header(contents, [&count](PipeHeader& header) {
    count = std::atomic_ref{header.tail}.load() - std::atomic_ref{header.head}.load();
  });
  return count;
}

Outcome<files::MakePipe::Reply> handle(const files::MakePipe&, Call& call) {
  Session& session = call.session;
  Node* node = TRY(server.tree.make_node({.store = session.store, .now = now()}, Kind::pipe, 0600));
  const auto made = make_ring(node->contents, *session.store);
  auto reply =
      made.ok() ? open_ends(session, *node) : Outcome<files::MakePipe::Reply>{made.error()};
  server.tree.release(*node);
  return reply;
}

Outcome<files::OpenPipe::Reply> handle(const files::OpenPipe& request, Call& call) {
  const OpenFile& file = *TRY(open_file(call.session, request.number));
  const Node& node = *file.node;
  if (!node.is(Kind::pipe)) return Problem{Error::wrong_object, Fault::not_a_pipe};
  const auto object = server.parked.use(node.contents.object);
  if (!object.ok()) return Problem{object.error()};
  auto ring_object =
      ipc::obtain<Endpoint>(*object, abi::procmgr::Reduce{.rights = right::read | right::write});
  if (!ring_object.ok()) return Problem{ring_object.error()};
  call.answer_with(std::move(*ring_object));
  for (u64 i = 0; i < 2; ++i) {
    auto bell = server.parked.lend_bell(bells_of(node.contents).of[i]);
    if (!bell.ok()) return Problem{bell.error()};
    call.answer_with(std::move(*bell), 1 + i);
  }
  return files::OpenPipe::Reply{.end = end_of(file), .holder = call.session.holder()};
}

}  // namespace vfs
