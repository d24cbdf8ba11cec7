// SPDX-License-Identifier: MIT
#include <new>
#include <servers/vfs/pipes/pipes.hpp>
#include <servers/vfs/pipes/watchers.hpp>
#include <servers/vfs/serve/call.hpp>

namespace vfs {

namespace {

// The pipe's first one stands where a file has its bytes. The session that watches pays.
struct Watcher {
  Watcher* next = nullptr;
  u64 holder = 0;
  u64 number = 0;
  u64 end = 0;
  ParkedNumber notification = 0;
};

Watcher* first_of(const Contents& pipe) { return reinterpret_cast<Watcher*>(pipe.bytes); }
void set_first(Contents& pipe, Watcher* first) { pipe.bytes = reinterpret_cast<u8*>(first); }

u64 count_of(const Contents& pipe) {
  u64 count = 0;
  for (const Watcher* at = first_of(pipe); at != nullptr; at = at->next) ++count;
  return count;
}

Outcome<OpenFile*> pipe_for(const Session& session, u64 number) {
  OpenFile* file = TRY(open_file(session, number));
  if (!file->node->is(Kind::pipe)) return Problem{Error::wrong_object, Fault::not_a_pipe};
  return file;
}

}  // namespace

// What is no notification, or has gone with its process, hears nothing.
void tell_watchers(const Contents& pipe, u64 end) {
  for (const Watcher* at = first_of(pipe); at != nullptr; at = at->next) {
    if (at->end != end) continue;
    const auto used = server.parked.use(at->notification);
    if (used.ok()) static_cast<void>(ipc::signal(Cap<ipc::Notification>{used->at()}));
  }
}

void drop_watcher(Contents& pipe, const Session& session, u64 number) {
  Watcher* before = nullptr;
  for (Watcher* at = first_of(pipe); at != nullptr; before = at, at = at->next) {
    if (at->holder != session.holder() || at->number != number) continue;
    if (before == nullptr) {
      set_first(pipe, at->next);
    } else {
      before->next = at->next;
    }
    server.parked.drop(at->notification);
    Store::owner_of(at).release(at, sizeof(Watcher));
    return;
  }
}

Outcome<files::WatchPipe::Reply> handle(const files::WatchPipe& request, Call& call) {
  const OpenFile& file = *TRY(pipe_for(call.session, request.number));
  Contents& pipe = file.node->contents;
  auto notification = call.slots.take<Endpoint>(0);
  drop_watcher(pipe, call.session, request.number);
  if (!notification) return files::WatchPipe::Reply{};
  if (count_of(pipe) == files::max_pipe_watchers) return Problem{Error::no_space};
  Store& store = *call.session.store;
  const auto block = store.allocate(sizeof(Watcher));
  if (!block.ok()) return Problem{block.error()};
  const auto parked = server.parked.park(notification);
  if (!parked.ok()) {
    store.release(*block, sizeof(Watcher));
    return Problem{parked.error()};
  }
  set_first(pipe, new (*block) Watcher{.next = first_of(pipe),
                                       .holder = call.session.holder(),
                                       .number = request.number,
                                       .end = end_of(file),
                                       .notification = *parked});
  return files::WatchPipe::Reply{};
}

Outcome<files::RingPipe::Reply> handle(const files::RingPipe& request, Call& call) {
  if (request.end > files::pipe_write_end) return Problem{Error::bad_argument};
  const OpenFile& file = *TRY(pipe_for(call.session, request.number));
  tell_watchers(file.node->contents, request.end);
  return files::RingPipe::Reply{};
}

}  // namespace vfs
